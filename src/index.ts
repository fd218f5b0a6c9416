/**
 * The public session API: list, create, attach, rename and end sessions from another TypeScript
 * program on Bun. Every failure is a {@link TsmError}: `code` for programs, `message` and `remedy`
 * for users. Nothing here ends the process or prints. See docs/library.md.
 */
export { errnoOf, TsmError } from "./base/errors.ts";
export type { ErrorCode, TsmErrorOptions } from "./base/errors.ts";

// Paths and names.
export { defaultConfig } from "./config/find-config.ts";
export { loadSettings } from "./config/load-settings.ts";
export type { SettingFlags } from "./config/load-settings.ts";
export { configOf, socketPath } from "./config/paths.ts";
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
export { listWithDetails as listSessions } from "./sessions/session-details.ts";
export { displayDir, needsAttention } from "./sessions/session.ts";
export { toSessionJson } from "./sessions/session-json.ts";
export { cleanStaleSocket } from "./sessions/files/sockets.ts";
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
export { attach } from "./client/attach-here.ts";
export type { AttachOptions, AttachResult } from "./client/attach-here.ts";
export { attachSwitchSequence, SwitchFilter } from "./protocol/switch-sequence.ts";

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
export { readTextOf as readSnapshotText } from "./terminal/new-backend.ts";

// The daemon.
export { startDaemon } from "./daemon/launch/start-daemon.ts";
export { spawnDaemon, spawnDaemonInDir } from "./daemon/launch/spawn-daemon.ts";
export type { SpawnDaemonOptions } from "./daemon/launch/spawn-daemon.ts";
/** The daemon's side of a session, in the process that calls {@link startDaemon}. */
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
export { connect, readMessage, releaseMessage, sendMessage } from "./sessions/wire/messages.ts";
export { FrameDecoder } from "./protocol/decoder.ts";
export type { MessageHandler, PayloadLimit } from "./protocol/decoder.ts";
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
export { restoreBackendName } from "./terminal/backend.ts";
export { newTerminalBackend } from "./terminal/new-backend.ts";
