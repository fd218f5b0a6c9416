import type { Pty } from "../pty/pty.ts";
import { STALL_MS, type Client } from "./client.ts";
import type { ModelFeed } from "./model-feed.ts";

/**
 * Decides when the program has to wait: while a client that makes progress has too much waiting, or
 * the terminal model is too far behind. A client without progress is stalled and waited for no
 * longer. Input is never held back by any of this.
 */
export class Flow {
  readonly #pty: Pty;
  readonly #clients: () => Iterable<Client>;
  readonly #model: ModelFeed;
  readonly #onStall: (client: Client) => void;
  #check: Timer | undefined;
  #isStopped = false;

  constructor(
    pty: Pty,
    clients: () => Iterable<Client>,
    model: ModelFeed,
    onStall: (client: Client) => void,
  ) {
    this.#pty = pty;
    this.#clients = clients;
    this.#model = model;
    this.#onStall = onStall;
  }

  /** Looks at all queues and pauses or resumes the program. Cheap; call it after every change. */
  update(): void {
    if (this.#isStopped) return;
    let nextStallMs = Number.POSITIVE_INFINITY;
    for (const client of this.#clients()) {
      if (!client.isSlow) continue;
      const untilStallMs = STALL_MS - client.idleMs();
      if (untilStallMs > 0) {
        nextStallMs = Math.min(nextStallMs, untilStallMs);
      } else {
        this.#onStall(client);
        client.stall();
      }
    }
    const isWaited = nextStallMs !== Number.POSITIVE_INFINITY;
    if (isWaited) this.#check ??= setTimeout(() => this.#checkAgain(), nextStallMs + 1);
    if (isWaited || this.#model.isBehind) this.#pty.pause();
    else this.#pty.resume();
  }

  /** For the end of the session. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#check);
  }

  #checkAgain(): void {
    this.#check = undefined;
    this.update();
  }
}
