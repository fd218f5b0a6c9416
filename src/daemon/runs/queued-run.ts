import { encodeExit, type ExitStatus } from "../../protocol/messages.ts";
import { encodeRunState, type RunRequest, type RunState } from "../../protocol/run-command.ts";
import { Tag } from "../../protocol/tags.ts";
import type { ClientConnection } from "../clients/client-connection.ts";

/** A run command that waits for its turn, or for the shell's prompt. */
export interface QueuedRun {
  request: RunRequest;
  /** The requester. */
  client: ClientConnection;
}

/** Reports to a requester, if it is still there, what has become of its run command. */
export function reportRun(client: ClientConnection | undefined, state: RunState): void {
  client?.send(Tag.RunState, encodeRunState(state));
}

/** Reports to a requester that the session has ended, and its run command with it. */
export function reportSessionEnd(client: ClientConnection | undefined, exit: ExitStatus): void {
  // A client that has missed output must not take this for its regular end.
  if (client?.isStalled === true) reportRun(client, { kind: "lost" });
  client?.send(Tag.Exit, encodeExit(exit));
}
