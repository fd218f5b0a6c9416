import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { isRunning, readProc, seededRandom, signal, World } from "./world.ts";

const WORKERS = 4;
const ANOTHER_UID = 65533;
/** Small enough to be filled at once, and large enough for what sessions need. */
const DISK_BYTES = 8 * 1024 * 1024;
const PATIENCE_MS = 30_000;

export interface SoakOptions {
  /** Operations of all workers together. */
  operations: number;
  /** Ends before all of them are done, when this is over. */
  durationMs: number;
  seed: number;
}

export interface SoakReport {
  /** Operations that were done, by kind. */
  counts: Record<string, number>;
  /** Sessions that had to live in the end, and did. */
  survivors: number;
  /** What must not have been; empty when all is well. */
  failures: string[];
}

interface WorkerReport {
  sessions: [name: string, shell: number][];
  counts: Record<string, number>;
  failures: string[];
}

/**
 * Uses sessions from four processes at once, stops and kills whatever belongs to them, removes their
 * sockets and directories, fills their disk or makes it read-only, with another user beside; then
 * checks that every session that has to live is found, and that nothing is left of the others.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const world = World.make();
  const isMounted = mountDisk(world);
  try {
    const disturber = isMounted ? disturb(world, options) : undefined;
    const intruder = isMounted ? startIntruder(world) : undefined;
    const reports = await Promise.all(
      Array.from({ length: WORKERS }, (_, index) => runWorker(world, index, options)),
    );
    const disturbances = (await disturber?.stop()) ?? {};
    const failures = reports.flatMap((report) => report.failures);
    if (intruder !== undefined) failures.push(...(await stopIntruder(intruder)));
    const sessions = reports.flatMap((report) => report.sessions);
    failures.push(...(await checkSurvivors(world, sessions)), ...(await checkNothingLeft(world)));
    const counts = reports.map((report) => report.counts).reduce(add, disturbances);
    return { counts, survivors: sessions.length, failures };
  } finally {
    for (const pid of world.processes()) signal(pid, "SIGKILL");
    if (isMounted) Bun.spawnSync(["umount", "-l", world.mount]);
    world.remove();
  }
}

/** A small disk of its own needs root; without, that part is left out. */
function mountDisk(world: World): boolean {
  chmodSync(world.root, 0o711);
  const size = `size=${DISK_BYTES},mode=755`;
  return Bun.spawnSync(["mount", "-t", "tmpfs", "-o", size, "soak", world.mount]).success;
}

async function runWorker(
  world: World,
  index: number,
  { operations, durationMs, seed }: SoakOptions,
): Promise<WorkerReport> {
  const share = Math.ceil(operations / WORKERS);
  const words = [world.root, seed * WORKERS + index, share, Date.now() + durationMs].map(String);
  const script = join(import.meta.dir, "worker.ts");
  const child = Bun.spawn([process.execPath, script, ...words], { stdout: "pipe" });
  const [code, text] = await Promise.all([child.exited, child.stdout.text()]);
  if (code === 0) return JSON.parse(text) as WorkerReport;
  return { sessions: [], counts: {}, failures: [`worker ${index} ended with ${code}`] };
}

/** Fills the disk or makes it read-only for a moment, again and again. */
function disturb(world: World, { seed }: SoakOptions) {
  const random = seededRandom(seed + 1000);
  const counts: Record<string, number> = {};
  const file = join(world.mount, "fill");
  const over = new AbortController();
  const loop = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await Bun.sleep(1000 + random(3000));
      const isFilled = random(2) === 0;
      const isDone = isFilled ? fill(file) : remount(world, "ro");
      const kind = isFilled ? "full disk" : "read-only disk";
      if (isDone) counts[kind] = (counts[kind] ?? 0) + 1;
      await Bun.sleep(random(1500));
      if (isFilled) rmSync(file, { force: true });
      else remount(world, "rw");
    }
  };
  const running = loop();
  return {
    async stop() {
      over.abort();
      await running;
      return counts;
    },
  };
}

/** @returns whether the disk is full now. */
function fill(file: string): boolean {
  try {
    writeFileSync(file, new Uint8Array(DISK_BYTES));
    return false;
  } catch {
    return true; // ENOSPC
  }
}

/** @returns whether it has been done: a disk stays writable while a file is open for writing. */
function remount(world: World, how: "ro" | "rw"): boolean {
  return Bun.spawnSync(["mount", "-o", `remount,${how}`, world.mount]).success;
}

function startIntruder(world: World) {
  const user = [`--reuid=${ANOTHER_UID}`, `--regid=${ANOTHER_UID}`, "--clear-groups"];
  const script = join(import.meta.dir, "intruder.ts");
  return Bun.spawn(["setpriv", ...user, process.execPath, script, world.root], {
    cwd: "/",
    stdout: "pipe",
  });
}

async function stopIntruder(intruder: ReturnType<typeof startIntruder>): Promise<string[]> {
  intruder.kill("SIGTERM");
  const text = await intruder.stdout.text();
  if (text === "") return ["the intruder did not come to an end of its own"];
  return (JSON.parse(text) as string[]).map((what) => `another user ${what}`);
}

/** Every session that has to live is listed, answers, and is the one that it was. */
async function checkSurvivors(
  world: World,
  sessions: readonly [name: string, shell: number][],
): Promise<string[]> {
  for (const pid of world.processes()) signal(pid, "SIGCONT");
  const failures: string[] = [];
  for (const [name, shell] of sessions) {
    if (!isRunning(shell)) failures.push(`the shell of ${name} is gone`);
    const problem = await untilUndefined(() => problemWith(world, name, shell));
    if (problem !== undefined) failures.push(problem);
  }
  const { stdout } = await world.run(["ls", "--short"]);
  const expected = sessions.map(([name]) => name);
  const extra = stdout.split("\n").filter((name) => name !== "" && !expected.includes(name));
  return [...failures, ...extra.map((name) => `${name} should not be there`)];
}

async function problemWith(world: World, name: string, shell: number): Promise<string | undefined> {
  const { stdout } = await world.run(["ls", "--json", name]);
  const [found] = JSON.parse(stdout === "" ? "[]" : stdout) as { pid: string }[];
  if (found === undefined) return `${name} is not listed`;
  if (found.pid !== String(shell)) return `${name} is not what it was: ${found.pid}, not ${shell}`;
  return (await world.run(["send", name, "x"])).code === 0 ? undefined : `${name} takes no input`;
}

async function checkNothingLeft(world: World): Promise<string[]> {
  await world.run(["kill", "*"]);
  await world.run(["doctor", "clean-stale"]);
  const problem = await untilUndefined(async () => {
    const processes = world.processes();
    const what = processes.map((pid) => readProc(pid, "cmdline").replaceAll("\0", " "));
    return processes.length === 0 ? undefined : `processes are left: ${what.join("; ")}`;
  });
  const files = existsSync(world.mount) ? world.leftovers() : [];
  return [...(problem === undefined ? [] : [problem]), ...files.map((path) => `left: ${path}`)];
}

async function untilUndefined(
  find: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const problem = await find();
    if (problem === undefined || performance.now() > giveUpAtMs) return problem;
    await Bun.sleep(100);
  }
}

function add(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
