import { MAX_PAYLOAD_SIZE } from "../../protocol/frame.ts";
import type { ClientConnection } from "./client-connection.ts";

/** Memory for messages that have not come whole, of all connections together: two of the longest. */
const MAX_UNFINISHED_BYTES = 2 * MAX_PAYLOAD_SIZE;

/**
 * The connections that have sent part of a message. One that sends a long message does so in
 * milliseconds; so when there are too many, those go that have not finished theirs for longest.
 */
export class UnfinishedFrames {
  /** In the order in which they have begun. */
  readonly #clients = new Set<ClientConnection>();

  /** Records that a connection has sent something. @returns the connections to be closed. */
  note(client: ClientConnection): ClientConnection[] {
    if (client.inbox.unfinishedBytes === 0) this.#clients.delete(client);
    else this.#clients.add(client);
    const all = [...this.#clients];
    let totalBytes = all.reduce((sum, { inbox }) => sum + inbox.unfinishedBytes, 0);
    const surplus = [];
    while (totalBytes > MAX_UNFINISHED_BYTES) {
      const oldest = all.shift();
      if (oldest === undefined) break;
      totalBytes -= oldest.inbox.unfinishedBytes;
      surplus.push(oldest);
    }
    return surplus;
  }

  forget(client: ClientConnection): void {
    this.#clients.delete(client);
  }
}
