import { readReply, type Reply } from "./replies.ts";

const ESC = 0x1b;
const BEL = 0x07;
const BACKSLASH = 0x5c;

/** Nothing that a terminal reports is longer; what is, passes as input. */
const MAX_REPLY_BYTES = 4096;
const EMPTY = new Uint8Array(0);

/** What happens to a terminal's answers in what its user types. */
export interface ReplyPolicy {
  /**
   * Called once for each, in order. @returns whether it is taken out. One whose beginning has passed
   * already stays in any case.
   */
  takes(reply: Reply, bytes: Uint8Array, hasPassed: boolean): boolean;
  /** Whether a key that may be the beginning of an answer, as Escape, waits for what comes next. */
  holdsKeys: boolean;
}

/** Takes out all that can only be an answer. */
const TAKE_ALL: ReplyPolicy = { takes: (reply) => !reply.mayBeKey, holdsKeys: true };

/**
 * Finds a terminal's answers to queries in what a client types, wherever the input is cut, so that
 * it can be decided about each. The body of a bracketed paste passes untouched, and so does
 * everything that is no answer: see {@link readReply}.
 */
export class ReplyFilter {
  /** Beginning of a sequence that has passed already, and takes its rest with it. */
  private passed = EMPTY;
  /** What may become an answer, and is held back behind that. */
  private held = EMPTY;
  private isPasting = false;

  /** Whether the beginning of what may become an answer is held back. */
  get hasPending(): boolean {
    return this.held.length > 0;
  }

  /** Whether that may as well be a key, and nothing more. */
  get mayHoldKey(): boolean {
    return this.hasPending && !isBegun(this.held);
  }

  /**
   * The input without the answers that are taken out. What happens to answers may change at any
   * byte: so all that a client types has to come through here.
   */
  push(bytes: Uint8Array, policy: ReplyPolicy = TAKE_ALL): Uint8Array {
    const known = this.passed.length;
    const isContinued = known + this.held.length > 0;
    const input = isContinued ? Buffer.concat([this.passed, this.held, bytes]) : bytes;
    this.passed = EMPTY;
    this.held = EMPTY;
    if (!input.includes(ESC)) return input;
    const kept: Uint8Array[] = [];
    let from = known;
    for (let at = input.indexOf(ESC); at >= 0;) {
      const hasPassed = at < known;
      const end = endOfSequence(input, at, this.isPasting);
      if (end === undefined) {
        const mayHold = !hasPassed && (policy.holdsKeys || isBegun(input.subarray(at)));
        kept.push(input.subarray(from, mayHold ? at : input.length));
        if (mayHold) this.held = input.slice(at);
        else this.passed = input.slice(at);
        return Buffer.concat(kept);
      }
      const reply = this.follow(input.subarray(at, end));
      const isTaken =
        reply !== undefined && policy.takes(reply, input.subarray(at, end), hasPassed);
      if (isTaken && !hasPassed) {
        kept.push(input.subarray(from, at));
        from = end;
      }
      at = input.indexOf(ESC, end);
    }
    kept.push(input.subarray(from));
    return Buffer.concat(kept);
  }

  /** Gives up waiting: what was held back, a lone Escape key for instance. */
  flush(): Uint8Array {
    const { held } = this;
    this.passed = Buffer.concat([this.passed, held]);
    this.held = EMPTY;
    return held;
  }

  /** Notes pastes. @returns the answer that the sequence is, if it is one. */
  private follow(bytes: Uint8Array): Reply | undefined {
    if (bytes.length < MIN_SEQUENCE_BYTES) return undefined;
    const sequence = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    if (sequence === PASTE_BEGIN) this.isPasting = true;
    else if (sequence === PASTE_END) this.isPasting = false;
    else if (!this.isPasting) return readReply(sequence);
    return undefined;
  }
}

/** Whether no key is the same as this beginning of a sequence. */
function isBegun(beginning: Uint8Array): boolean {
  const text = Buffer.from(beginning.subarray(0, MIN_SEQUENCE_BYTES)).toString("latin1");
  return BEGUN.test(text);
}

const BEGUN = /^\x1b(?:\[[\d?>=]|\][14]|P[01>!]|_G)$/;

/** `ESC [ c`; anything shorter is a key. */
const MIN_SEQUENCE_BYTES = 3;
const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** The end of the sequence at `at`; undefined when the input ends before it. */
function endOfSequence(input: Uint8Array, at: number, isPasting: boolean): number | undefined {
  const kind = input[at + 1];
  if (kind === undefined) return undefined;
  if (kind === 0x5b) return endOfControlSequence(input, at + 2);
  const isString = kind === 0x5d || kind === 0x50 || kind === 0x5f;
  if (!isString || isPasting) return at + 1;
  return endOfString(input, at);
}

function endOfControlSequence(input: Uint8Array, from: number): number | undefined {
  for (let i = from; i < input.length; i++) {
    const byte = input[i] ?? 0;
    if (byte >= 0x40 && byte <= 0x7e) return i + 1;
    if (byte < 0x20 || byte > 0x7e || i - from > MAX_REPLY_BYTES) return i;
  }
  return undefined;
}

/** Only strings that can still become an answer are waited for; others, as Alt+], are keys. */
function endOfString(input: Uint8Array, at: number): number | undefined {
  const limit = Math.min(input.length, at + MAX_REPLY_BYTES);
  const begin = Buffer.from(input.subarray(at + 1, Math.min(limit, at + 6))).toString("latin1");
  const isOsc = begin.startsWith("]");
  if (!STRING_BEGIN.test(begin)) return at + 1;
  for (let i = at + 2; i < limit; i++) {
    const byte = input[i] ?? 0;
    if (byte === BEL && isOsc) return i + 1;
    if (byte === ESC) {
      if (i + 1 >= input.length) return undefined;
      return input[i + 1] === BACKSLASH ? i + 2 : at + 1;
    }
    if (byte < 0x20 || byte === 0x7f) return at + 1;
  }
  return limit < at + MAX_REPLY_BYTES ? undefined : at + 1;
}

/** The beginnings, possibly still cut, of answers about colours, of status strings and graphics. */
const STRING_BEGIN =
  /^(?:\](?:$|4$|4;|1$|1[0-9]$|1[0-9];)|P(?:$|[01]$|[01][$+]$|[01][$+]r|>$|>\||!$|!\|)|_(?:$|G))/;
