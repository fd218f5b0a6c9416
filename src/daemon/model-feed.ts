import type { TerminalBackend } from "../terminal/backend.ts";

/** Bytes parsed in one turn of the event loop: some 5 ms. */
const TURN_BYTES = 256 * 1024;
/** The model may be this far behind the relay; then the program has to wait for it. */
const MAX_LAG_BYTES = 8 * 1024 * 1024;
const RESUME_LAG_BYTES = MAX_LAG_BYTES / 2;

/**
 * Feeds PTY output to the terminal model when there is time: output is relayed first and parsed
 * later, so that no client waits for the parser. Whoever looks at the model calls `catchUp` first.
 */
export class ModelFeed {
  readonly #backend: TerminalBackend;
  readonly #onCaughtUp: () => void;
  #chunks: Uint8Array[] = [];
  #lagBytes = 0;
  #isBehind = false;
  #isTurnPlanned = false;

  /** @param onCaughtUp called when `isBehind` has become false again. */
  constructor(backend: TerminalBackend, onCaughtUp: () => void) {
    this.#backend = backend;
    this.#onCaughtUp = onCaughtUp;
  }

  /** Whether so much waits to be parsed that the program has to wait. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Takes bytes that will not change any more. */
  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#lagBytes += bytes.byteLength;
    if (this.#lagBytes > MAX_LAG_BYTES) this.#isBehind = true;
    this.#planTurn();
  }

  /** Parses everything now. */
  catchUp(): void {
    this.#parse(Number.POSITIVE_INFINITY);
  }

  #takeTurn(): void {
    this.#isTurnPlanned = false;
    this.#parse(TURN_BYTES);
    if (this.#chunks.length > 0) this.#planTurn();
  }

  #planTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    setImmediate(() => this.#takeTurn());
  }

  #parse(maxBytes: number): void {
    let parsed = 0;
    let count = 0;
    for (const chunk of this.#chunks) {
      if (parsed >= maxBytes) break;
      this.#backend.consume(chunk);
      parsed += chunk.byteLength;
      count++;
    }
    this.#chunks.splice(0, count);
    this.#lagBytes -= parsed;
    if (this.#isBehind && this.#lagBytes < RESUME_LAG_BYTES) {
      this.#isBehind = false;
      this.#onCaughtUp();
    }
  }
}
