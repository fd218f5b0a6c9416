import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The compiled binary; `scripts/test` has built it. */
export const TSM = join(import.meta.dir, "../../dist/tsm");
/** Far more than a command takes here, a stopped daemon's second of silence included. */
export const COMMAND_TIMEOUT_MS = 30_000;

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Where a soak takes place: a directory of sessions of its own, and what tsm does there. */
export class World {
  /** Others may look into it, as into /tmp; what is in it is the user's alone. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  static make(): World {
    const world = new World(mkdtempSync("/tmp/tsm-soak-"));
    mkdirSync(world.mount);
    return world;
  }

  /** Where a small file system is mounted, when that can be done. */
  get mount(): string {
    return join(this.root, "m");
  }

  get socketDir(): string {
    return join(this.mount, "s");
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: this.root,
      TERM: "xterm-256color",
      SHELL: "/bin/sh",
      TSM_DIR: this.socketDir,
    };
  }

  /** Runs a command of tsm to its end. */
  async run(args: readonly string[], stdout: "pipe" | "ignore" = "pipe"): Promise<Ran> {
    const child = Bun.spawn([TSM, ...args], {
      cwd: "/",
      env: this.env,
      stdin: "ignore",
      stdout,
      stderr: "pipe",
      timeout: COMMAND_TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const [code, out, err] = await Promise.all([
      child.exited,
      child.stdout?.text() ?? "",
      child.stderr.text(),
    ]);
    if (code === 137) throw new Error(`tsm ${args.join(" ")} did not end in time`);
    return { code, stdout: out, stderr: err };
  }

  /** Pids of all processes that were started in this world, but for the soak's own. */
  processes(): number[] {
    const mark = `TSM_DIR=${this.socketDir}`;
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
      .filter((pid) => readProc(pid, "environ").split("\0").includes(mark));
  }

  /** Pid of the daemon that runs a session's process. */
  daemonOf(shell: number): number {
    const stat = readProc(shell, "stat");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
  }

  /** What is left of sessions: every file but logs. */
  leftovers(): string[] {
    return ["s", "s.logs"].flatMap((dir) => filesIn(this.mount, dir)).filter(isLeftover);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function isLeftover(path: string): boolean {
  return !/\.log(\.1)?$/.test(path) && !path.endsWith(".focus.json");
}

function filesIn(root: string, dir: string): string[] {
  try {
    return readdirSync(join(root, dir), { withFileTypes: true, recursive: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // it was never made, or was removed
  }
}

export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return ""; // it has ended, or is another user's
  }
}

export function isRunning(pid: number): boolean {
  const stat = readProc(pid, "stat");
  return stat !== "" && !["Z", "X"].includes(stat[stat.lastIndexOf(")") + 2] ?? "");
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid > 1) process.kill(pid, name);
  } catch {
    // It has ended in the meantime.
  }
}

/** Seeded, so that a failure can be looked for again. */
export function seededRandom(seed: number): (limit: number) => number {
  let state = (seed + 1) * 2_654_435_761;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
