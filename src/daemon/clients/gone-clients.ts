import { loadLibc } from "../../system/system-calls.ts";
import { descriptorOf } from "../../system/adopt-socket.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Clients } from "./clients.ts";

const CHECK_MS = 1000;

/**
 * Finds clients that are gone while nothing is read from their connections: Bun reports the end of
 * a connection only to its reader. One that is not attached has sent something to be handled and
 * need not stay for that, so it is left until it has been read.
 */
export class GoneClients {
  readonly #clients: Clients;
  readonly #onGone: (client: ClientConnection) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(clients: Clients, onGone: (client: ClientConnection) => void) {
    this.#clients = clients;
    this.#onGone = onGone;
  }

  /** Checks from now on, until every connection is read again. */
  start(): void {
    this.#timer ??= setInterval(() => this.#check(), CHECK_MS);
  }

  #check(): void {
    const paused = [...this.#clients.all()].filter((client) => client.isReadingPaused);
    for (const client of paused) {
      const fd = descriptorOf(client.socket);
      const counts = client.isAttached || client.isGoing;
      if (counts && fd !== undefined && loadLibc().hasHungUp(fd)) this.#onGone(client);
    }
    if (paused.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
