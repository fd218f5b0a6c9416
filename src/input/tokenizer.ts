/** Parts a terminal's input into text, sequences and pastes. */
import { ESC, SequenceState, type OpenKind, type Step } from "./sequence-state.ts";

export type TokenKind =
  /** Characters and control characters, but no ESC. May end within a UTF-8 character. */
  | "text"
  /** An ESC that another ESC follows, or nothing: the Escape key. */
  | "escape"
  /** An ESC that a character follows: Alt, which belongs to the first character of the next text. */
  | "alt"
  /** `CSI … final`. */
  | "csi"
  /** `SS3 final`. */
  | "ss3"
  /** OSC up to BEL or ST; DCS, SOS, PM and APC up to ST. */
  | "string"
  /** The beginning of a sequence that something else follows, or nothing. */
  | "broken"
  | "paste-start"
  /** Some of what was pasted, whatever it looks like. */
  | "paste"
  | "paste-end";

/** Tokens, one after the other, hold every byte of the input. */
export interface InputToken {
  kind: TokenKind;
  /** Valid as long as the bytes that were pushed are. */
  bytes: Uint8Array;
  /** How many of them have been handed out by {@link InputTokenizer.release}. */
  releasedBytes: number;
}

const NOTHING = new Uint8Array(0);
const PASTE_START = "\x1b[200~";
const FIRST_CAPACITY_BYTES = 64;

/**
 * Parts what a terminal sends, cut anywhere, in linear time. Has no clock: the reader decides
 * how long the beginning of a sequence waits for its rest, and may release it meanwhile. It holds
 * at most the beginning of one sequence, which is broken off when it is too long.
 */
export class InputTokenizer {
  readonly #state = new SequenceState();
  #chunk: Uint8Array = NOTHING;
  /** What has been pushed after the chunk. Bounded by the caller, who pushes and reads. */
  #later: Uint8Array[] = [];
  #at = 0;
  /** Where in the chunk the open sequence begins, or goes on. */
  #start = 0;
  /** The open sequence, as far as it came before the chunk. */
  #held = new Uint8Array(FIRST_CAPACITY_BYTES);
  #heldBytes = 0;
  #releasedBytes = 0;

  /** Adds bytes, which must not change until all of their tokens have been read. */
  push(bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.#later.push(bytes);
  }

  /** The next token; undefined when more bytes are needed. */
  next(): InputToken | undefined {
    while (this.#at < this.#chunk.byteLength || this.#refill()) {
      const token = this.#state.length > 0 ? this.#readSequence() : this.#readBody();
      if (token !== undefined) return token;
    }
    return undefined;
  }

  /**
   * Whether these bytes would be a single token of text, or of a paste, so that nothing is left to
   * part: what most keys are. They need not be pushed then.
   */
  isWhole(bytes: Uint8Array): boolean {
    const isRead = this.#at === this.#chunk.byteLength && this.#later.length === 0;
    return isRead && this.#heldBytes === 0 && !bytes.includes(ESC);
  }

  /** Whether a paste has begun and not ended. */
  get isInPaste(): boolean {
    return this.#state.isInPaste;
  }

  /** The end of the paste does not come any more. */
  endPaste(): void {
    this.#state.giveUpPaste();
  }

  /** The beginning of a sequence whose rest has not come; complete when `next` has returned nothing. */
  get pending(): Uint8Array {
    return this.#held.subarray(0, this.#heldBytes);
  }

  /** How many of the pending bytes have been released. */
  get releasedBytes(): number {
    return this.#releasedBytes;
  }

  /**
   * Hands out the pending bytes that have not been released yet, without waiting for the rest. They
   * stay part of their token, so that the sequence is understood also when its rest comes late.
   */
  release(): Uint8Array {
    const bytes = this.#held.slice(this.#releasedBytes, this.#heldBytes);
    this.#releasedBytes = this.#heldBytes;
    return bytes;
  }

  /** Gives up waiting: what is pending becomes a token, and what comes later begins something new. */
  flush(): InputToken | undefined {
    if (this.#heldBytes === 0) return undefined;
    const kind = this.isInPaste ? "paste" : this.#heldBytes === 1 ? "escape" : "broken";
    return this.#finish(kind, this.#takeHeld());
  }

  /** All bytes that are in no token and have not been released. An open paste stays open. */
  takeRest(): Uint8Array {
    const unread = this.#chunk.subarray(this.#at);
    const rest = Buffer.concat([this.release(), unread, ...this.#later]);
    this.#takeHeld();
    this.#releasedBytes = 0;
    this.#state.end();
    this.#chunk = NOTHING;
    this.#later = [];
    this.#at = 0;
    return rest;
  }

  /** @returns whether there are more bytes. */
  #refill(): boolean {
    const [first] = this.#later;
    if (first === undefined) return false;
    this.#chunk = this.#later.length === 1 ? first : Buffer.concat(this.#later);
    this.#later = [];
    this.#at = 0;
    this.#start = 0;
    return true;
  }

  /** Reads up to the next ESC: text, or what is pasted. */
  #readBody(): InputToken | undefined {
    const from = this.#at;
    const found = this.#chunk.indexOf(ESC, from);
    this.#at = found === -1 ? this.#chunk.byteLength : found;
    if (this.#at > from) {
      const kind = this.#state.isInPaste ? "paste" : "text";
      return { kind, bytes: this.#chunk.subarray(from, this.#at), releasedBytes: 0 };
    }
    this.#state.begin();
    this.#start = this.#at++;
    if (this.#at === this.#chunk.byteLength) this.#hold();
    return undefined;
  }

  #readSequence(): InputToken | undefined {
    const chunk = this.#chunk;
    for (; this.#at < chunk.byteLength; this.#at++) {
      const byte = chunk[this.#at] ?? 0;
      const step = this.#state.step(byte);
      if (step === "continues") continue;
      if (step === "completes") this.#at++;
      const { open } = this.#state;
      this.#hold();
      const bytes = this.#takeHeld();
      if (step === "broken-before") return this.#finishBefore(bytes);
      return this.#finish(kindOf(open, step, byte, bytes), bytes);
    }
    this.#hold();
    return undefined;
  }

  /** The last byte, an ESC, begins something new. */
  #finishBefore(bytes: Uint8Array): InputToken {
    const before = bytes.subarray(0, -1);
    const releasedAfter = Math.max(0, this.#releasedBytes - before.byteLength);
    const token = this.#finish("broken", before);
    this.#state.begin();
    this.#held[0] = ESC;
    this.#heldBytes = 1;
    this.#releasedBytes = releasedAfter;
    return token;
  }

  #finish(kind: TokenKind, bytes: Uint8Array): InputToken {
    const releasedBytes = Math.min(this.#releasedBytes, bytes.byteLength);
    this.#releasedBytes = 0;
    this.#state.end();
    if (kind === "paste-start") this.#state.beginPaste();
    return { kind, bytes, releasedBytes };
  }

  /** Keeps what the chunk has of the open sequence. */
  #hold(): void {
    const part = this.#chunk.subarray(this.#start, this.#at);
    const length = this.#heldBytes + part.byteLength;
    if (length > this.#held.byteLength) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.pending);
      this.#held = larger;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = length;
    this.#start = this.#at;
  }

  #takeHeld(): Uint8Array {
    const bytes = this.#held.slice(0, this.#heldBytes);
    this.#heldBytes = 0;
    return bytes;
  }
}

/** What a sequence is that is over; `byte` has completed or broken it. */
function kindOf(open: OpenKind, step: Step, byte: number, bytes: Uint8Array): TokenKind {
  if (open === "paste-end") return step === "completes" ? "paste-end" : "paste";
  if (open === "escape") return byte === ESC ? "escape" : "alt";
  if (step !== "completes") return "broken";
  if (open === "csi") return isPasteStart(bytes) ? "paste-start" : "csi";
  return open === "ss3" ? "ss3" : "string";
}

function isPasteStart(bytes: Uint8Array): boolean {
  if (bytes.byteLength !== PASTE_START.length) return false;
  return Buffer.from(bytes).toString("latin1") === PASTE_START;
}
