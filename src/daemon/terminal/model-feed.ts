import type { TerminalBackend } from "../../terminal/backend.ts";
import { Backlog } from "../../terminal/stream/backlog.ts";

/** Bytes parsed at a time; the worst that a program can print takes some 20 ms for these. */
const PIECE_BYTES = 16 * 1024;
/** Time for parsing in one turn of the event loop. */
const TURN_MS = 4;
/** Less than this is parsed in the next turn: somebody may wait for an answer. */
const SMALL_BYTES = 16 * 1024;
/** More is left alone for a while: in a flood most of it need never be parsed. */
const FLOOD_DELAY_MS = 10;
/** With so much waiting, what can be skipped is skipped; what never can be is parsed. */
const FULL_BYTES = 1.5 * 1024 * 1024;
/** Behind the relay by more than this, the program has to wait for the model. */
const MAX_LAG_BYTES = 8 * 1024 * 1024;
/** The same for what has to be parsed: somebody may attach, and would wait for it. */
const MAX_UNPARSED_BYTES = 2 * 1024 * 1024;

/**
 * Feeds PTY output to the terminal model when there is time: output is relayed first and parsed
 * later, so that no client waits for the parser. Call `catchUp` before reading the model.
 */
export class ModelFeed {
  readonly #backend: TerminalBackend;
  readonly #backlog: Backlog;
  readonly #onCaughtUp: () => void;
  #isBehind = false;
  #isTurnPlanned = false;
  /** The backlog is full of what cannot be skipped: parse until it is small again. */
  #isParsing = false;
  #pushedSinceTurn = 0;
  #revision = 0;

  /**
   * @param onDone gets every chunk back that is not looked at any more.
   * @param onCaughtUp called when `isBehind` has become false again.
   */
  constructor(
    backend: TerminalBackend,
    onDone: (chunk: Uint8Array<ArrayBuffer>) => void,
    onCaughtUp: () => void,
  ) {
    this.#backend = backend;
    this.#backlog = new Backlog(onDone);
    this.#onCaughtUp = onCaughtUp;
  }

  /** Whether so much waits to be parsed that the program has to wait. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** The same number means the same state of the model, once it has caught up. */
  get revision(): number {
    return this.#revision;
  }

  /** Something else than output has changed the model. */
  noteChange(): void {
    this.#revision++;
  }

  /** Takes bytes that will not change until they are given back. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#revision++;
    this.#backlog.push(bytes);
    this.#pushedSinceTurn += bytes.byteLength;
    const limit = this.#isParsing ? MAX_UNPARSED_BYTES : MAX_LAG_BYTES;
    if (this.#backlog.byteLength > limit) this.#isBehind = true;
    this.#planTurn();
  }

  /** Parses everything now. */
  catchUp(): void {
    if (this.#backlog.byteLength > SMALL_BYTES) this.#backlog.skip(this.#backend);
    this.#backlog.parse(this.#backend, Number.POSITIVE_INFINITY);
    this.#noteProgress();
  }

  #planTurn(isSoon = this.#backlog.byteLength < SMALL_BYTES): void {
    if (this.#isTurnPlanned || this.#backlog.byteLength === 0) return;
    this.#isTurnPlanned = true;
    if (isSoon) setImmediate(() => this.#takeTurn());
    else setTimeout(() => this.#takeTurn(), FLOOD_DELAY_MS);
  }

  #takeTurn(): void {
    this.#isTurnPlanned = false;
    const isFlood = this.#pushedSinceTurn > SMALL_BYTES;
    this.#pushedSinceTurn = 0;
    const isFull = this.#backlog.byteLength > FULL_BYTES;
    if (isFull && !this.#isParsing && !this.#backlog.skip(this.#backend)) {
      this.#isParsing = this.#isBehind || !this.#backlog.mayBecomeSkippable(this.#backend);
    }
    const isTime = !isFlood || this.#isParsing;
    if (isTime) this.#parseForATurn();
    this.#noteProgress();
    this.#planTurn(isTime);
  }

  #parseForATurn(): void {
    const untilMs = performance.now() + TURN_MS;
    do this.#backlog.parse(this.#backend, PIECE_BYTES);
    while (this.#backlog.byteLength > 0 && performance.now() < untilMs);
  }

  #noteProgress(): void {
    const lag = this.#backlog.byteLength;
    if (lag < FULL_BYTES / 2) this.#isParsing = false;
    if (!this.#isBehind || lag > FULL_BYTES / 2) return;
    this.#isBehind = false;
    this.#onCaughtUp();
  }
}
