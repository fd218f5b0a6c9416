import { basename, dirname } from "node:path";

import type { Environment } from "../../config/environment.ts";
import { detectGitContext } from "../../git/context.ts";

/** A branch seldom changes, and asking git starts a process. */
const FRESH_MS = 10_000;
/** Parallel git processes: many directories must not keep the machine busy. */
const AT_ONCE = 4;

export interface GitPlace {
  repo: string;
  branch: string;
}

interface Known {
  repoName: string;
  /** Distinguishes repositories of one name. */
  repoRoot: string;
  branch: string;
  askedAtMs: number;
}

const NOWHERE: GitPlace = { repo: "", branch: "" };

/** Repository and branch of directories, determined in the background and cached. */
export class GitPlaces {
  readonly #env: Environment;
  readonly #known = new Map<string, Known>();
  #asking: Promise<void> | undefined;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The cached place. The directory above is added to repositories of the same name. */
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
   * Asks git about directories that are new or whose entry is old, and waits for the answers, but
   * not longer than `patienceMs`: later answers are used the next time.
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
