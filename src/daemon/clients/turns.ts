import type { ClientConnection } from "./client-connection.ts";

/** Time for one connection's messages, before it is another one's turn; each gets one at least. */
const TURN_MS = 5;
/** Messages are handled as they come while they take no more than this in a row … */
const BURST_MS = 10;
/** … and less than this share of the time. Then connections wait for their turns. */
const BURST_SHARE = 0.5;
/** After this, half of the time that a connection has had is forgotten. */
const HALF_LIFE_MS = 1000;

interface Usage {
  ms: number;
  atMs: number;
}

/**
 * Divides the daemon's time between connections: of those with messages, the one that has had the
 * least time lately is served next, and between two turns the event loop gets to everything else. So
 * a connection that asks without end makes itself wait, and nobody else.
 */
export class Turns {
  readonly #serve: (client: ClientConnection, isOver: () => boolean) => void;
  readonly #waiting = new Set<ClientConnection>();
  readonly #usage = new WeakMap<ClientConnection, Usage>();
  #isPlanned = false;
  #burstMs = BURST_MS;
  #burstAtMs = 0;

  /** @param serve handles messages of a connection until its turn is over; never throws. */
  constructor(serve: (client: ClientConnection, isOver: () => boolean) => void) {
    this.#serve = serve;
  }

  /** Whether there is time to handle what comes at once. */
  get hasTime(): boolean {
    return this.#waiting.size === 0 && this.#refilledBurst() > 0;
  }

  /** Serves a connection in its turn. */
  add(client: ClientConnection): void {
    this.#waiting.add(client);
    this.#planTurn();
  }

  remove(client: ClientConnection): void {
    this.#waiting.delete(client);
  }

  /** Does something for a connection now; the time that it takes counts. */
  run(client: ClientConnection, work: (isOver: () => boolean) => void): void {
    const startMs = performance.now();
    work(() => performance.now() - startMs > TURN_MS);
    const nowMs = performance.now();
    const tookMs = nowMs - startMs;
    this.#usage.set(client, { ms: this.#usedMs(client, nowMs) + tookMs, atMs: nowMs });
    this.#burstMs = Math.max(-BURST_MS, this.#refilledBurst() - tookMs);
  }

  #planTurn(): void {
    if (this.#isPlanned || this.#waiting.size === 0) return;
    this.#isPlanned = true;
    setImmediate(() => this.#takeTurn());
  }

  #takeTurn(): void {
    this.#isPlanned = false;
    const endMs = performance.now() + TURN_MS;
    // Connections with little to do are served together.
    do {
      const client = this.#leastServed();
      if (client === undefined) return;
      this.#waiting.delete(client);
      this.run(client, (isOver) => this.#serve(client, isOver));
    } while (performance.now() < endMs);
    this.#planTurn();
  }

  /** Of those who have had equally many turns' time, the one that has waited longest. */
  #leastServed(): ClientConnection | undefined {
    const nowMs = performance.now();
    let best: ClientConnection | undefined;
    let fewestTurns = Number.POSITIVE_INFINITY;
    for (const client of this.#waiting) {
      // Whole turns: otherwise new connections would always come before those that type.
      const turns = Math.floor(this.#usedMs(client, nowMs) / TURN_MS);
      if (turns >= fewestTurns) continue;
      best = client;
      fewestTurns = turns;
    }
    return best;
  }

  #usedMs(client: ClientConnection, nowMs: number): number {
    const usage = this.#usage.get(client);
    return usage === undefined ? 0 : usage.ms * 0.5 ** ((nowMs - usage.atMs) / HALF_LIFE_MS);
  }

  #refilledBurst(): number {
    const nowMs = performance.now();
    const gainedMs = (nowMs - this.#burstAtMs) * BURST_SHARE;
    this.#burstAtMs = nowMs;
    this.#burstMs = Math.min(BURST_MS, this.#burstMs + gainedMs);
    return this.#burstMs;
  }
}
