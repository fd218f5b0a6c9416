/** A session's connection as functions, for programs that speak the protocol themselves. */
import type { Tag } from "../../protocol/tags.ts";
import type { Message } from "./connection.ts";
import { SessionConnection } from "./session-connection.ts";

/**
 * Connects to a daemon's socket, in a second at most. The caller closes the connection.
 * @throws TsmError `not-found`, `refused` (a dead daemon), or `unreachable`.
 */
export function connect(path: string): Promise<SessionConnection> {
  return SessionConnection.open(path);
}

/** Sends one message; what the kernel does not accept at once is queued in the connection. */
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

/** Does nothing: messages are ordinary memory here. For ports of programs that pool them. */
export function releaseMessage(_message: Uint8Array): void {}
