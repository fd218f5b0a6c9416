import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { MeteredTerminal, SIZE } from "./metered-terminal.ts";
import { argumentsOf, isRunning, killIfThere } from "./processes.ts";
import type { Workspace } from "./workspace.ts";

export const TOOL_NAMES = ["tsm", "bare", "dtach", "tmux", "screen"] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** The compiled binary; `scripts/bench` has built it. */
export const TSM = join(import.meta.dir, "../../dist/tsm");
/** Names of the Debian packages, for a machine that lacks one. */
export const DEBIAN_PACKAGES = { dtach: "dtach", tmux: "tmux", screen: "screen" } as const;
/** The default of tsm; tmux and screen are configured to the same. */
const SCROLLBACK_LINES = 10_000;
const SERVER_LOOKS = 500;
const SERVER_LOOK_MS = 5;

/** A program that runs others in sessions of their own. */
export interface SessionTool {
  name: Exclude<ToolName, "bare">;
  /** Whether the program's output reaches the terminal byte for byte. */
  isRelay: boolean;
  /** Whether the screen is restored on attach. */
  hasScreen: boolean;
  startArgv(session: string, argv: readonly string[]): string[];
  attachArgv(session: string): string[];
  /** Undefined when there is nothing to list with. */
  listArgv: readonly string[] | undefined;
  end(session: string): Promise<void>;
  /** The process that holds the session. */
  serverPid(session: string): Promise<number>;
}

/** The tools that are installed here, tsm first. */
export function findTools(workspace: Workspace): SessionTool[] {
  const all = [
    tsmTool(workspace),
    dtachTool(workspace),
    tmuxTool(workspace),
    screenTool(workspace),
  ];
  return all.filter(({ name }) => name === "tsm" || Bun.which(name) !== null);
}

/** Starts a session without clients; returns its server once it is running. */
export async function startSession(
  workspace: Workspace,
  tool: SessionTool,
  session: string,
  argv: readonly string[],
): Promise<number> {
  await workspace.run(tool.startArgv(session, argv));
  // screen returns before it can be attached to.
  for (let look = 0; look < SERVER_LOOKS; look++) {
    const pid = await tool.serverPid(session);
    if (!Number.isNaN(pid)) return pid;
    await Bun.sleep(SERVER_LOOK_MS);
  }
  throw new Error(`${tool.name} starts no session`);
}

/** The program on a terminal: alone, or in a session that it has been attached to. */
export async function openTerminal(
  workspace: Workspace,
  tool: SessionTool | undefined,
  session: string,
  argv: readonly string[],
): Promise<MeteredTerminal> {
  if (tool === undefined) return new MeteredTerminal(workspace, argv);
  await startSession(workspace, tool, session, argv);
  return new MeteredTerminal(workspace, tool.attachArgv(session));
}

function tsmTool(workspace: Workspace): SessionTool {
  return {
    name: "tsm",
    isRelay: true,
    hasScreen: true,
    startArgv: (session, argv) => [TSM, "new", session, ...argv],
    attachArgv: (session) => [TSM, "attach", session],
    listArgv: [TSM, "ls"],
    end: async (session) => void (await workspace.run([TSM, "kill", session])),
    serverPid: async (session) =>
      findServer(workspace, (args) => args[1] === "--daemon" && args[2] === session),
  };
}

function dtachTool(workspace: Workspace): SessionTool {
  const socket = (session: string): string => join(workspace.directory("dtach"), session);
  const serverPid = (session: string): number =>
    findServer(workspace, (args) => args[1] === "-n" && args[2] === socket(session));
  // No keys of its own, and nothing sent to the program to make it redraw.
  const options = ["-E", "-z", "-r", "none"];
  return {
    name: "dtach",
    isRelay: true,
    hasScreen: false,
    startArgv: (session, argv) => ["dtach", "-n", socket(session), ...options, ...argv],
    attachArgv: (session) => ["dtach", "-a", socket(session), ...options],
    listArgv: undefined,
    // It has no command for this.
    end: async (session) => {
      killIfThere(serverPid(session));
      rmSync(socket(session), { force: true });
    },
    serverPid: async (session) => serverPid(session),
  };
}

function tmuxTool(workspace: Workspace): SessionTool {
  const settings = workspace.path("tmux.conf");
  writeFileSync(settings, `set -g history-limit ${SCROLLBACK_LINES}\nset -g status off\n`);
  const tmux = ["tmux", "-f", settings];
  const serverPid = async (): Promise<number> =>
    Number(await workspace.run([...tmux, "display-message", "-p", "#{pid}"]));
  const hasSessions = async (): Promise<boolean> =>
    (await workspace.run([...tmux, "list-sessions"]).catch(() => "")) !== "";
  const create = ["new-session", "-d", "-x", `${SIZE.cols}`, "-y", `${SIZE.rows}`, "-s"];
  return {
    name: "tmux",
    isRelay: false,
    hasScreen: true,
    startArgv: (session, argv) => [...tmux, ...create, session, ...argv],
    attachArgv: (session) => [...tmux, "attach-session", "-t", `=${session}`],
    listArgv: [...tmux, "list-sessions"],
    end: async (session) => {
      const pid = await serverPid();
      await workspace.run([...tmux, "kill-session", "-t", `=${session}`]);
      // After its last session the server ends some time later, together with new sessions.
      while (isRunning(pid) && !(await hasSessions())) await Bun.sleep(SERVER_LOOK_MS);
    },
    serverPid,
  };
}

function screenTool(workspace: Workspace): SessionTool {
  const settings = workspace.path("screenrc");
  writeFileSync(settings, `startup_message off\ndefscrollback ${SCROLLBACK_LINES}\n`);
  const screen = ["screen", "-U", "-c", settings];
  const isThere = (session: string): boolean => workspace.screenServers().has(session);
  return {
    name: "screen",
    isRelay: false,
    hasScreen: true,
    startArgv: (session, argv) => [...screen, "-d", "-m", "-S", session, ...argv],
    attachArgv: (session) => [...screen, "-x", session],
    // The exit status of `screen -ls` is the number of sessions.
    listArgv: ["sh", "-c", "screen -ls; true"],
    end: async (session) => {
      await workspace.run([...screen, "-S", session, "-X", "quit"]);
      // It has not ended yet, and the next session may have the same name.
      for (let look = 0; look < SERVER_LOOKS && isThere(session); look++) {
        await Bun.sleep(SERVER_LOOK_MS);
      }
    },
    serverPid: async (session) => workspace.screenServers().get(session) ?? Number.NaN,
  };
}

function findServer(workspace: Workspace, isServer: (args: string[]) => boolean): number {
  return workspace.processes().find((pid) => isServer(argumentsOf(pid))) ?? Number.NaN;
}
