import type { Size } from "../protocol/messages.ts";
import { Client } from "./client.ts";

/** All connections of a session, and who of them decides. */
export class Clients {
  readonly #bySocket = new Map<Bun.Socket<undefined>, Client>();
  #activity = 0;

  add(socket: Bun.Socket<undefined>): void {
    this.#bySocket.set(socket, new Client(socket));
  }

  get(socket: Bun.Socket<undefined>): Client | undefined {
    return this.#bySocket.get(socket);
  }

  /** Forgets a connection that is closed. */
  remove(client: Client): void {
    client.markClosed();
    this.#bySocket.delete(client.socket);
  }

  all(): Iterable<Client> {
    return this.#bySocket.values();
  }

  attached(): Client[] {
    return [...this.all()].filter((client) => client.isAttached);
  }

  /** Notes that a client has attached, typed or resized. */
  touch(client: Client): void {
    client.activity = ++this.#activity;
  }

  /**
   * The client that was active last: its size holds, and its terminal answers what programs ask.
   * One that only looks never decides.
   */
  deciding(): Client | undefined {
    let best: Client | undefined;
    for (const client of this.all()) {
      if (!client.isAttached || client.isReadOnly) continue;
      if (best === undefined || client.activity > best.activity) best = client;
    }
    return best;
  }

  /** The deciding size: that of the client that was active last among those that have told one. */
  size(): Size | undefined {
    let best: Client | undefined;
    for (const client of this.all()) {
      if (!client.isAttached || client.isReadOnly || client.size === undefined) continue;
      if (best === undefined || client.activity > best.activity) best = client;
    }
    return best?.size;
  }
}
