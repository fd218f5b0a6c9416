import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for one test; removed when the test ends, also when it fails. */
export class TestDirectory implements Disposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "tsm-git-")));

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Runs git to prepare a test, without the configuration of the user who runs the tests. */
export function git(cwd: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  const run = Bun.spawnSync(["git", ...identity, "-c", "protocol.file.allow=always", ...args], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: cwd,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
    },
  });
  if (run.exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${run.stderr.toString()}`);
  return run.stdout.toString().trim();
}

/** A repository on branch main with one commit. */
export function createRepository(path: string): string {
  git("/", "init", "--quiet", "--initial-branch=main", path);
  git(path, "commit", "--quiet", "--allow-empty", "--message=first");
  return path;
}
