/**
 * The public session API: list, create, attach, rename and end sessions from another TypeScript
 * program on Bun. Everything that can fail fails with a {@link TsmError}: `code` for programs,
 * `message` and `remedy` for people. Nothing here ends the process or prints.
 */
import { withDetails } from "./cli/list/session-details.ts";
import type { AttachEnd } from "./client/attach.ts";
import { PickerRequestError, SwitchSessionError } from "./client/attach-errors.ts";
import { requestedDriver, terminalKind, type Environment } from "./config/environment.ts";
import { loadSettings } from "./config/load-settings.ts";
import { findConfig } from "./config/find-config.ts";
import { configOf, type Config } from "./config/paths.ts";
import type { Settings } from "./config/settings.ts";
import { readDaemonArguments } from "./daemon/launch/daemon-arguments.ts";
import { runDaemonMain } from "./daemon/daemon-main.ts";
import { spawnDaemon as spawn } from "./daemon/launch/spawn.ts";
import { agentLinkOf } from "./daemon/agent-link.ts";
import type { Tag } from "./protocol/tags.ts";
import { clientVariables } from "./sessions/client-variables.ts";
import type { Message } from "./sessions/wire/connection.ts";
import { SessionConnection } from "./sessions/wire/session-connection.ts";
import { listSessions as list } from "./sessions/list.ts";
import * as session from "./sessions/session.ts";
import * as sockets from "./sessions/files/sockets.ts";
import { shellArgv } from "./shell/shell-argv.ts";
import type { TerminalBackend } from "./terminal/backend.ts";
import * as terminal from "./terminal/xterm-backend.ts";
import { basename, dirname, join } from "node:path";

export { errnoOf, TsmError } from "./base/errors.ts";
export type { ErrorCode, TsmErrorOptions } from "./base/errors.ts";

// Paths and names.
export { socketPath } from "./config/paths.ts";
export type { Config } from "./config/paths.ts";
export type { Environment } from "./config/environment.ts";
export type { Settings } from "./config/settings.ts";
export {
  isSessionAddress,
  isSessionName,
  maxSessionNameLen,
  validateSessionAddress,
  validateSessionName,
} from "./sessions/names.ts";
export { isSocket } from "./sessions/files/socket-files.ts";

// Sessions.
export { sessionNames } from "./sessions/list.ts";
export {
  connectSession,
  detachSession,
  killSession,
  probeSession,
  renameSession,
  SessionNotFoundError,
} from "./sessions/wire/requests.ts";
export { labelSession } from "./sessions/wire/label-session.ts";
export type { Labels } from "./sessions/labels.ts";
export type { SessionJson } from "./sessions/session-json.ts";
export type { Session } from "./sessions/session.ts";
export type { SessionConnection } from "./sessions/wire/session-connection.ts";
export type { Message } from "./sessions/wire/connection.ts";
export { PickerRequestError, SwitchSessionError } from "./client/attach-errors.ts";
export { attachSwitchSequence } from "./protocol/switch-sequence.ts";

// Sessions without attaching.
export type { RunRequest } from "./protocol/run-command.ts";
export type { WaitEnd } from "./protocol/wait.ts";
export { ALL_LINES } from "./protocol/watch.ts";
export { sendInput } from "./sessions/wire/send-input.ts";
export { resetShell, SessionRun } from "./sessions/wire/session-run.ts";
export type { RunEvent } from "./sessions/wire/session-run.ts";
export { waitForEnd } from "./sessions/wire/session-wait.ts";
export { captureSession, watchSession } from "./sessions/wire/watch.ts";
export type { SessionSnapshot, WatchEvent } from "./sessions/wire/watch.ts";
export { readSnapshotText } from "./terminal/read/read-snapshot.ts";

/** A session's own side, in the process that {@link startDaemon} runs in. */
export type { SessionDaemon as Daemon } from "./daemon/session-daemon.ts";

// Sidecars.
export {
  listSessionArtifacts,
  removeSessionArtifacts,
  removeSessionRuntimeFiles,
  renameSessionArtifacts,
} from "./sessions/files/artifacts.ts";
export type { ArtifactKind, SessionArtifact } from "./sessions/files/artifacts.ts";
export {
  currentBuildInfo,
  hasOlderBuild,
  readDaemonBuildInfo,
  removeDaemonBuildInfo,
  writeDaemonBuildInfo,
} from "./sessions/files/daemon-build.ts";
export type { DaemonBuildInfo } from "./sessions/files/daemon-build.ts";
export { gitMetaPath, readGitMeta, writeGitMeta } from "./sessions/files/git-meta.ts";
export { claudeStatuslinePath, writeClaudeStatusline } from "./sessions/files/claude-statusline.ts";
export { readFocus, setFocus } from "./sessions/files/focus.ts";
export type { Focus } from "./sessions/files/focus.ts";

// Git.
export { detectGitContext } from "./git/context.ts";
export type { GitContext } from "./git/context.ts";
export { formatSessionName, sanitizeBranch } from "./git/session-name.ts";

// Messages.
export {
  HEADER_SIZE,
  MAX_PAYLOAD_SIZE,
  marshalHeader,
  marshalMessage,
  parseHeader,
} from "./protocol/frame.ts";
export type { Header } from "./protocol/frame.ts";
export { encodeInfo, INFO_SIZE, MAX_CMD_LEN, MAX_CWD_LEN, parseInfo } from "./protocol/info.ts";
export type { InfoPayload, SessionFacts } from "./protocol/info.ts";
export { decodeExit, decodeSize, encodeSize, exitCodeOf } from "./protocol/messages.ts";
export type { ExitStatus, Size } from "./protocol/messages.ts";
export { Tag, tagName } from "./protocol/tags.ts";

// The terminal.
export { Scrollback } from "./terminal/stream/scrollback.ts";
export type { TerminalBackend, TerminalBackendOptions } from "./terminal/backend.ts";
export { restoreBackendName } from "./terminal/xterm-backend.ts";

/**
 * Where this user's sessions live: `$TSM_DIR` alone, else the first that can be used of
 * `$XDG_RUNTIME_DIR/tsm`, `$TMPDIR/tsm-UID` and `/tmp/tsm-UID`; and `elsewhere` those that have
 * sessions too.
 */
export function defaultConfig(env: Environment = process.env): Config {
  return findConfig(env, process.getuid?.() ?? 0);
}

/**
 * All sessions with their processes, agents and place in git, sorted by name. Dead ones are removed
 * with what they left; slow ones are listed with `isReachable` false.
 * @throws TsmError `unsafe-directory` or `io`; a missing directory is an empty list.
 */
export async function listSessions(
  config: Config,
  env: Environment = process.env,
): Promise<session.Session[]> {
  return withDetails(await list(config), { config, env });
}

/** The directory in which a session was started, with the home directory written as `~`. */
export function displayDir(
  it: Pick<session.Session, "startedIn">,
  env: Environment = process.env,
): string {
  return session.displayDir(it, env);
}

/**
 * Removes a dead session's socket and runtime files. One that answers, or is slow to, is left alone.
 * @param path as {@link socketPath} gives it.
 * @returns whether it has been removed.
 */
export function cleanStaleSocket(path: string): Promise<boolean> {
  const socketDir = dirname(path);
  return Promise.resolve(sockets.cleanStaleSocket(configOf(socketDir), basename(path)));
}

/**
 * Connects to a daemon's socket, in a second at most. The caller closes the connection.
 * @throws TsmError `not-found`, `refused` (a dead daemon), or `unreachable`.
 */
export function connect(path: string): Promise<SessionConnection> {
  return SessionConnection.open(path);
}

/** Sends one message; what the kernel does not take at once waits in the connection. */
export function sendMessage(connection: SessionConnection, tag: Tag, payload?: Uint8Array): void {
  connection.send(tag, payload);
}

/**
 * The next message; its payload is the caller's.
 * @param timeoutMs 0 means no limit.
 * @throws TsmError `unreachable` when none comes in time or the connection is closed.
 */
export function readMessage(connection: SessionConnection, timeoutMs: number): Promise<Message> {
  return connection.read(timeoutMs);
}

/** Does nothing: messages are ordinary memory here. It stands for ports of programs that pool. */
export function releaseMessage(_message: Uint8Array): void {}

/** A model of a terminal, which brings another one to the same state. The caller closes it. */
export function createTerminalBackend(rows: number, cols: number): TerminalBackend {
  return terminal.createTerminalBackend({ rows, cols });
}

/** What is done to start a session; what is left out is taken from this process. */
export interface SpawnDaemonOptions {
  config?: Config;
  /** Environment of the session's processes. */
  env?: Environment;
  /** The session stays when its command has ended, until somebody has seen how. */
  holds?: boolean;
  /** The user's settings; by default those of the configuration file. */
  settings?: Settings;
  /**
   * The command that starts a daemon when `--daemon NAME [argv…]` is put behind it. By default it
   * is this package's own program; in a compiled program that program itself, which must then hand
   * these words to {@link startDaemon}.
   */
  self?: readonly string[];
}

/**
 * Starts a session in a daemon of its own and returns when it runs.
 * @param argv what to run; empty for the user's shell.
 * @param dir where it starts; by default the working directory.
 * @throws TsmError when the name is invalid (`invalid-name`) or taken (`exists`), or the command
 * cannot be started (`spawn-failed`).
 */
export async function spawnDaemon(
  name: string,
  argv: readonly string[] = [],
  dir: string = process.cwd(),
  options: SpawnDaemonOptions = {},
): Promise<void> {
  const env = options.env ?? process.env;
  const config = options.config ?? defaultConfig(env);
  await spawn({
    config,
    name,
    argv,
    dir,
    // The daemon finds its directory by the environment alone.
    env: options.config === undefined ? env : { ...env, TSM_DIR: config.socketDir },
    holds: options.holds === true,
    self: options.self ?? ownCommand(),
    settings: options.settings ?? (await loadSettings(env)),
  });
}

/** As {@link spawnDaemon}, with the directory always named. */
export function spawnDaemonInDir(
  name: string,
  argv: readonly string[],
  dir: string,
  options: SpawnDaemonOptions = {},
): Promise<void> {
  return spawnDaemon(name, argv, dir, options);
}

/**
 * Runs a session in this very process until it ends. Meant for a process that has been started for
 * that: it takes over signals and exceptions, and standard output up to the word `ready`.
 * @param words what to run, as it stands behind `--daemon NAME`; empty for the user's shell.
 * @returns the exit status for the process: 0, or 1 when the session could not be started.
 */
export function startDaemon(name: string, words: readonly string[] = []): Promise<number> {
  const { argv, holds } = readDaemonArguments(words);
  const env = process.env;
  const config = defaultConfig(env);
  const shell = shellArgv(env);
  const driver = requestedDriver(env);
  const agentLink = agentLinkOf(config, env);
  return runDaemonMain({
    config,
    name,
    argv: argv.length > 0 ? argv : shell.argv,
    title: argv.length > 0 ? argv.join(" ") : shell.title,
    cwd: process.cwd(),
    env,
    shellFiles: argv.length === 0 ? shell.files : undefined,
    holds,
    ...(driver === undefined ? {} : { driver }),
    ...(agentLink === undefined ? {} : { agentLink }),
  });
}

/** How an attach ended when no other session and no picker was asked for. */
export type AttachResult = Extract<AttachEnd, { kind: "detached" | "ended" | "gone" }>;

/**
 * Shows a session in this process's terminal until it ends or the user leaves; the terminal is as
 * before when the promise settles.
 * @throws SwitchSessionError or PickerRequestError when that was asked for; SessionNotFoundError;
 * TsmError `not-a-terminal` when standard input or output is none.
 */
export async function attach(config: Config, name: string): Promise<AttachResult> {
  const { attachSession } = await import("./client/attach.ts");
  const { LocalTerminal } = await import("./client/local-terminal.ts");
  const { attachKeys } = await import("./client/keys.ts");
  const keys = attachKeys((await loadSettings(process.env)).attach);
  const variables = clientVariables(process.env);
  const local = new LocalTerminal(terminalKind(process.env));
  try {
    const end = await attachSession({ config, name, terminal: local, keys, variables });
    if (end.kind === "switch") throw new SwitchSessionError(end.target);
    if (end.kind === "picker") throw new PickerRequestError();
    return end;
  } finally {
    await local.restore();
  }
}

function ownCommand(): readonly string[] {
  const isCompiled = Bun.main.startsWith("/$bunfs/");
  // A `.env` in whatever directory a session starts in is not for the daemon.
  return isCompiled
    ? [process.execPath]
    : [process.execPath, "--no-env-file", join(import.meta.dir, "main.ts")];
}
