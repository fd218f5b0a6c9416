import type { Pty } from "../pty/pty.ts";
import { STALL_MS, type Client } from "./client.ts";
import type { ModelFeed } from "./model-feed.ts";

/** What may wait for all connections together, unless it is a single one's. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/**
 * Decides when the program has to wait: while a client that makes progress has too much output
 * waiting, or the terminal model is too far behind. A client without progress is stalled and waited
 * for no longer; a connection that does not take its answers is closed. With too much waiting in
 * all, that happens at once to those who have taken nothing for longest. Input is never held back
 * by any of this.
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
    let isWaited = false;
    for (const client of this.#stillSlow()) {
      nextStallMs = Math.min(nextStallMs, STALL_MS - client.idleMs());
      isWaited ||= client.isAwaited;
    }
    if (nextStallMs !== Number.POSITIVE_INFINITY) {
      this.#check ??= setTimeout(() => this.#checkAgain(), Math.max(0, nextStallMs) + 1);
    }
    if (isWaited || this.#model.isBehind) this.#pty.pause();
    else this.#pty.resume();
  }

  /** Gives up those who take nothing. @returns the slow ones that are left. */
  #stillSlow(): Client[] {
    const slow = [...this.#clients()].filter((client) => client.isSlow);
    if (slow.length === 0) return slow;
    slow.sort((a, b) => a.idleMs() - b.idleMs());
    let totalBytes = slow.reduce((sum, { pendingBytes }) => sum + pendingBytes, 0);
    for (let last = slow.at(-1); last !== undefined; last = slow.at(-1)) {
      const isTooMuch = totalBytes > MAX_QUEUED_BYTES && slow.length > 1;
      if (last.idleMs() < STALL_MS && !isTooMuch) break;
      totalBytes -= last.pendingBytes;
      slow.pop();
      this.#giveUp(last);
    }
    return slow;
  }

  #giveUp(client: Client): void {
    this.#onStall(client);
    if (client.takesOutput) client.stall();
    else client.terminate();
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
