import type { Config } from "../config/paths.ts";
import type { ExitStatus } from "../protocol/messages.ts";
import type { SwitchRequest } from "../protocol/switch-request.ts";
import type { TerminalEnd } from "../pty/user-terminal/user-terminal.ts";
import type { AttachKeys } from "./keys.ts";
import type { LocalTerminal } from "./local-terminal.ts";

export interface AttachmentOptions {
  config: Config;
  name: string;
  terminal: LocalTerminal;
  keys: AttachKeys;
  /** Variables of this client for the session's new processes. */
  variables: Readonly<Record<string, string>>;
  /** Watch only: type nothing, decide no size. */
  isReadOnly?: boolean;
  /** Detach all other clients first. */
  takesOver?: boolean;
}

/** How an attach ended. `name` is the session's name by then. */
export type AttachEnd = { name: string } & (
  | { kind: "detached" }
  /** The command has ended; daemons of other builds do not report its exit status. */
  | { kind: "ended"; exit: ExitStatus | undefined }
  | ({ kind: "switch" } & SwitchRequest)
  /** `pid` is the process on the session's PTY, which a rename does not change; 0 when unknown. */
  | { kind: "picker"; pid: number }
  /** The terminal is gone, or a signal came. */
  | ({ kind: "gone" } & TerminalEnd)
);
