import { basename, dirname } from "node:path";

import type { Environment } from "../../config/environment.ts";
import { detectGitContext } from "../../git/context.ts";

/** A branch seldom changes, and asking git starts a process. */
const FRESH_MS = 10_000;
/** Processes at once: many directories must not make the machine busy. */
const AT_ONCE = 4;

export interface GitPlace {
  repo: string;
  branch: string;
}

interface Known {
  repoName: string;
  /** Tells repositories of one name apart. */
  repoRoot: string;
  branch: string;
  askedAtMs: number;
}

const NOWHERE: GitPlace = { repo: "", branch: "" };

/** Repository and branch of directories, asked for in the background and remembered. */
export class GitPlaces {
  readonly #env: Environment;
  readonly #known = new Map<string, Known>();
  #asking: Promise<void> | undefined;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** What is known by now. Repositories of one name are told apart by the directory above. */
  of(directory: string): GitPlace {
    const known = this.#known.get(directory);
    if (known === undefined) return NOWHERE;
    const { repoName, repoRoot, branch } = known;
    const hasNamesake = this.#known
      .values()
      .some((other) => other.repoName === repoName && other.repoRoot !== repoRoot);
    const above = hasNamesake ? `${basename(dirname(repoRoot))}/` : "";
    return { repo: `${above}${repoName}`, branch };
  }

  /**
   * Asks about directories that are new or were last asked about a while ago, and waits for the
   * answers, though no longer than `patienceMs`: later ones are there the next time.
   */
  async refresh(directories: Iterable<string>, patienceMs: number): Promise<void> {
    const oldest = Date.now() - FRESH_MS;
    const due = [...new Set(directories)].filter(
      (directory) => directory !== "" && (this.#known.get(directory)?.askedAtMs ?? 0) < oldest,
    );
    if (due.length > 0) this.#asking ??= this.#ask(due);
    if (this.#asking !== undefined) await Promise.race([this.#asking, Bun.sleep(patienceMs)]);
  }

  async #ask(directories: string[]): Promise<void> {
    const workers = Array.from({ length: AT_ONCE }, async () => {
      for (let next = directories.pop(); next !== undefined; next = directories.pop()) {
        const { repoName, repoRoot, branchName } = await detectGitContext(next, this.#env);
        const askedAtMs = Date.now();
        this.#known.set(next, { repoName, repoRoot, branch: branchName, askedAtMs });
      }
    });
    await Promise.all(workers);
    this.#asking = undefined;
  }
}
