/**
 * One of several processes that use and abuse sessions at the same time: `worker.ts ROOT SEED
 * OPERATIONS END_AT_MS`. Reports on standard output which of its sessions have to live in the end.
 */
import { readFileSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";

import { boundSockets, ownerOf } from "../../src/system/bound-sockets.ts";
import { isRunning, readProc, seededRandom, signal, TSM, World } from "./world.ts";

const [root = "", seed = "0", operations = "0", endAtMs = "0"] = process.argv.slice(2);
const world = new World(root);
const random = seededRandom(Number(seed));

/** Sessions that this worker has made, by name, with the pid on their PTY. */
const sessions = new Map<string, number>();
const counts: Record<string, number> = {};
const failures: string[] = [];
let serial = 0;
/** What the last list of one session said, for the report of a failure. */
let lastAnswer = "";

function anySession(): [name: string, shell: number] | undefined {
  return [...sessions][random(Math.max(1, sessions.size))];
}

/** What a session has to do at any time, unless its disk is full or its daemon stopped. */
const ACTIONS: Record<string, () => Promise<void>> = {
  async create() {
    const name = `w${seed}-${serial++}`;
    const { code, stderr } = await world.run(["new", name]);
    if (code !== 0) return noteRefusal("new", stderr);
    const shell = await shellOf(name);
    if (shell === undefined) failures.push(`${name} was created and is not listed: ${lastAnswer}`);
    else sessions.set(name, shell);
  },
  async createTwice() {
    const session = anySession();
    if (session === undefined) return;
    const { code } = await world.run(["new", session[0]]);
    if (code === 0) failures.push(`${session[0]} was created a second time: ${stateOf(session)}`);
  },
  async kill() {
    const session = anySession();
    if (session === undefined) return;
    sessions.delete(session[0]);
    await world.run(["kill", session[0]]);
    if (isRunning(session[1])) {
      // A read-only disk, or a stopped daemon: then it is ended as a user would in the end.
      signal(world.daemonOf(session[1]), "SIGKILL");
      signal(session[1], "SIGKILL");
    }
  },
  async rename() {
    const session = anySession();
    if (session === undefined) return;
    const name = `w${seed}-${serial++}`;
    const { code } = await world.run(["rename", session[0], name]);
    if (code !== 0) return;
    sessions.delete(session[0]);
    sessions.set(name, session[1]);
  },
  async killDaemon() {
    const session = anySession();
    if (session === undefined) return;
    sessions.delete(session[0]);
    signal(world.daemonOf(session[1]), "SIGKILL");
  },
  async killShell() {
    const session = anySession();
    if (session === undefined) return;
    sessions.delete(session[0]);
    signal(session[1], "SIGKILL");
  },
  async stopDaemon() {
    const session = anySession();
    if (session === undefined) return;
    const daemon = world.daemonOf(session[1]);
    signal(daemon, "SIGSTOP");
    setTimeout(() => signal(daemon, "SIGCONT"), random(1500));
  },
  async attachAndKillClient() {
    const session = anySession();
    if (session === undefined) return;
    const shown = Promise.withResolvers<void>();
    const client = Bun.spawn([TSM, "attach", session[0]], {
      cwd: "/",
      env: world.env,
      terminal: { data: () => shown.resolve() },
    });
    await Promise.race([shown.promise, client.exited]);
    const how = (["SIGKILL", "SIGTERM", "SIGHUP"] as const)[random(3)] ?? "SIGKILL";
    client.kill(how);
    await client.exited;
  },
  async list() {
    await world.run([(["ls", "status"] as const)[random(2)] ?? "ls"]);
  },
  async send() {
    const session = anySession();
    if (session !== undefined) await world.run(["send", session[0], "--enter", "true"]);
  },
  async runCommand() {
    const session = anySession();
    if (session === undefined) return;
    await world.run(["run", session[0], "--timeout", "3", "--interrupt", "--", "echo hello"]);
  },
  async cleanStale() {
    await world.run(["doctor", "clean-stale"]);
  },
  async removeSocket() {
    const session = anySession();
    if (session !== undefined) ignoringErrors(() => unlinkSync(join(world.socketDir, session[0])));
  },
  async removeDirectory() {
    ignoringErrors(() => rmSync(world.socketDir, { recursive: true }));
  },
  async removeLogs() {
    ignoringErrors(() => rmSync(`${world.socketDir}.logs`, { recursive: true }));
  },
};

/** How often each action comes, out of the sum of all. */
const WEIGHTS: Record<keyof typeof ACTIONS, number> = {
  create: 20,
  createTwice: 4,
  kill: 10,
  rename: 6,
  killDaemon: 4,
  killShell: 3,
  stopDaemon: 4,
  attachAndKillClient: 8,
  list: 14,
  send: 6,
  runCommand: 6,
  cleanStale: 4,
  removeSocket: 6,
  removeDirectory: 1,
  removeLogs: 1,
};

function pickAction(): string {
  let at = random(Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0));
  for (const [name, weight] of Object.entries(WEIGHTS)) {
    at -= weight;
    if (at < 0) return name;
  }
  return "list";
}

/** What the kernel reports of a session, for the report of a failure. */
function stateOf([name, shell]: [name: string, shell: number]): string {
  const bound = boundSockets().filter(({ path }) => path === join(world.socketDir, name));
  const daemon = world.daemonOf(shell);
  return JSON.stringify({
    isShellRunning: isRunning(shell),
    daemon: readProc(daemon, "cmdline").replaceAll("\0", " "),
    bound: bound.map(({ inode, isListening }) => ({ isListening, owner: ownerOf(inode) })),
    log: readLog(name),
  });
}

function readLog(name: string): string {
  try {
    return readFileSync(join(`${world.socketDir}.logs`, `${name}.log`), "utf8").slice(-1500);
  } catch {
    return ""; // it was removed
  }
}

async function shellOf(name: string): Promise<number | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const found = await askShellOf(name);
    // A daemon that is too busy to answer in a second is listed without its pid.
    if (found !== 0) return found;
  }
  return undefined;
}

async function askShellOf(name: string): Promise<number | undefined> {
  const answer = await world.run(["ls", "--json", name]);
  lastAnswer = JSON.stringify(answer);
  const { stdout } = answer;
  const [session] = JSON.parse(stdout === "" ? "[]" : stdout) as { pid: string }[];
  return session === undefined ? undefined : Number(session.pid);
}

function noteRefusal(what: string, stderr: string): void {
  const [reason = ""] = stderr.replaceAll(world.root, "").split("\n");
  const key = `${what} refused: ${reason.replace(/w\d+-\d+/, "X")}`;
  counts[key] = (counts[key] ?? 0) + 1;
}

function ignoringErrors(work: () => void): void {
  try {
    work();
  } catch {
    // Somebody else was quicker, or the disk is read-only.
  }
}

for (let i = 0; i < Number(operations) && Date.now() < Number(endAtMs); i++) {
  const name = sessions.size > 12 ? "kill" : pickAction();
  counts[name] = (counts[name] ?? 0) + 1;
  await ACTIONS[name]?.();
}
console.log(JSON.stringify({ sessions: [...sessions], counts, failures }));
