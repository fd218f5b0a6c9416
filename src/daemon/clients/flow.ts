import type { Pty } from "../../pty/pty.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { ModelFeed } from "../terminal/model-feed.ts";

/** A terminal that accepts nothing for this long is stalled: the program no longer waits for it. */
const STALL_MS = 15_000;
/** The same while somebody else follows the output too, and waits. */
const STALL_BESIDE_MS = 5000;
/** A connection that does not read its answers is closed after this. */
const ANSWER_MS = 2000;
/** A read costs the same for a few bytes. */
const MIN_READ_BYTES = 1024;
/** What may wait for all connections together, unless it is a single one's. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/**
 * Decides when the program has to wait: while a client whose terminal accepts anything has too much
 * output on its way, or the terminal model is too far behind. A client without progress is stalled
 * and waited for no longer; a connection that does not read its answers is closed. With too much
 * waiting in all, that happens at once to those that have read nothing for longest. Input is never
 * held back by any of this.
 */
export class Flow {
  readonly #pty: Pty;
  readonly #clients: () => Iterable<ClientConnection>;
  readonly #model: ModelFeed;
  readonly #onStall: (droppedBytes: number) => void;
  #check: Timer | undefined;
  #isStopped = false;

  constructor(
    pty: Pty,
    clients: () => Iterable<ClientConnection>,
    model: ModelFeed,
    onStall: (droppedBytes: number) => void,
  ) {
    this.#pty = pty;
    this.#clients = clients;
    this.#model = model;
    this.#onStall = onStall;
  }

  /** Checks all queues and pauses or resumes the program. Cheap; call it after every change. */
  update(): void {
    if (this.#isStopped) return;
    let nextStallMs = Number.POSITIVE_INFINITY;
    let isWaited = false;
    for (const client of this.#stillSlow()) {
      nextStallMs = Math.min(nextStallMs, this.#patienceMs(client) - client.output.idleMs());
      isWaited ||= client.output.isAwaited;
    }
    if (nextStallMs !== Number.POSITIVE_INFINITY) {
      this.#check ??= setTimeout(() => this.#checkAgain(), Math.max(0, nextStallMs) + 1);
    }
    if (isWaited || this.#model.isBehind) this.#pty.pause();
    else this.#pty.resume(this.#roomBytes());
  }

  /** How much may come before somebody has too much on its way; undefined without such a limit. */
  #roomBytes(): number | undefined {
    let room: number | undefined;
    for (const client of this.#clients()) {
      if (!client.isStalled) room = Math.min(room ?? Infinity, roomOf(client) ?? Infinity);
    }
    return room === undefined || room === Infinity ? undefined : Math.max(MIN_READ_BYTES, room);
  }

  #patienceMs(client: ClientConnection): number {
    if (!client.takesOutput) return ANSWER_MS;
    let followers = 0;
    for (const other of this.#clients()) if (other.takesOutput && !other.isStalled) followers++;
    return followers > 1 ? STALL_BESIDE_MS : STALL_MS;
  }

  /** Gives up clients that read nothing. @returns the slow ones that are left. */
  #stillSlow(): ClientConnection[] {
    const slow = [...this.#clients()].filter((client) => client.output.isSlow);
    if (slow.length === 0) return slow;
    slow.sort((a, b) => a.output.idleMs() - b.output.idleMs());
    let totalBytes = slow.reduce((sum, { output }) => sum + output.heldBytes, 0);
    for (let last = slow.at(-1); last !== undefined; last = slow.at(-1)) {
      const isTooMuch = totalBytes > MAX_QUEUED_BYTES && slow.length > 1;
      if (last.output.idleMs() < this.#patienceMs(last) && !isTooMuch) break;
      totalBytes -= last.output.heldBytes;
      slow.pop();
      this.#giveUp(last);
    }
    return slow;
  }

  #giveUp(client: ClientConnection): void {
    if (client.takesOutput) this.#onStall(client.output.stall());
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

/** Bytes of output that may come before a client is waited for; undefined without such a limit. */
function roomOf(client: ClientConnection): number | undefined {
  return client.follows ? client.output.roomBytes : undefined;
}
