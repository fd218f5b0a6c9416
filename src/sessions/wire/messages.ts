/** Functions on a session's connection, for programs that speak the protocol themselves. */
import type { Tag } from "../../protocol/tags.ts";
import type { Message } from "./connection.ts";
import { SessionConnection } from "./session-connection.ts";

/**
 * Connects to a daemon's socket, within a second. The caller closes the connection.
 * @throws TsmError `not-found`, `refused` (a dead daemon), or `unreachable`.
 */
export function connect(path: string): Promise<SessionConnection> {
  return SessionConnection.open(path);
}

/** Sends one message; bytes that the kernel does not accept at once are queued. */
export function sendMessage(connection: SessionConnection, tag: Tag, payload?: Uint8Array): void {
  connection.send(tag, payload);
}

/**
 * Reads the next message; the caller owns its payload.
 * @param timeoutMs 0 means no limit.
 * @throws TsmError `unreachable` when no message comes in time or the connection is closed.
 */
export function readMessage(connection: SessionConnection, timeoutMs: number): Promise<Message> {
  return connection.read(timeoutMs);
}

/** Does nothing, as messages are ordinary memory; for ports of programs that pool messages. */
export function releaseMessage(_message: Uint8Array): void {}
