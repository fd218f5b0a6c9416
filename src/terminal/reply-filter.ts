const ESC = 0x1b;
const BEL = 0x07;
const BACKSLASH = 0x5c;

/** Nothing that a terminal reports is longer; what is, passes as input. */
const MAX_REPLY_BYTES = 4096;
const EMPTY = new Uint8Array(0);

/**
 * Takes a terminal's answers to queries out of what a client types, wherever the input is cut, so
 * that the answers of all but one client's terminal can be dropped.
 *
 * Answers are device attributes, cursor, status, mode, size and keyboard reports, colours, and
 * status and capability strings. Keys, pastes, mouse and focus events pass, `CSI 1 ; 2…16 R` (F3 with
 * modifiers) among them: a cursor report of the first row in these columns can not be told from it.
 * The body of a bracketed paste passes untouched.
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

  /**
   * The input without answers.
   * @param dropsReplies false lets everything pass at once, what was held back first. Whose answers
   * are dropped may change at any byte: so all that a client types has to come through here.
   */
  push(bytes: Uint8Array, dropsReplies = true): Uint8Array {
    const known = this.passed.length;
    const isContinued = known + this.held.length > 0;
    const input = isContinued ? Buffer.concat([this.passed, this.held, bytes]) : bytes;
    this.passed = EMPTY;
    this.held = EMPTY;
    if (!input.includes(ESC)) return input;
    const kept: Uint8Array[] = [];
    let from = known;
    for (let at = input.indexOf(ESC); at >= 0;) {
      const mayDrop = dropsReplies && at >= known;
      const end = endOfSequence(input, at, this.isPasting);
      if (end === undefined) {
        kept.push(input.subarray(from, mayDrop ? at : input.length));
        if (mayDrop) this.held = input.slice(at);
        else this.passed = input.slice(at);
        return Buffer.concat(kept);
      }
      if (this.follow(input.subarray(at, end)) && mayDrop) {
        kept.push(input.subarray(from, at));
        from = end;
      }
      at = input.indexOf(ESC, end);
    }
    kept.push(input.subarray(from));
    return Buffer.concat(kept);
  }

  /** Gives up waiting: what was held back, a lone Escape key for instance. Call it after some 20 ms. */
  flush(): Uint8Array {
    const { held } = this;
    this.passed = Buffer.concat([this.passed, held]);
    this.held = EMPTY;
    return held;
  }

  /** Notes pastes. @returns whether the sequence is an answer. */
  private follow(bytes: Uint8Array): boolean {
    if (bytes.length < MIN_SEQUENCE_BYTES) return false;
    const sequence = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    if (sequence === PASTE_BEGIN) this.isPasting = true;
    else if (sequence === PASTE_END) this.isPasting = false;
    else return !this.isPasting && isReply(sequence);
    return false;
  }
}

/** `ESC [ c`; anything shorter is a key. */
const MIN_SEQUENCE_BYTES = 3;
const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** The end of the sequence at `at`; undefined when the input ends before it. */
function endOfSequence(input: Uint8Array, at: number, isPasting: boolean): number | undefined {
  const kind = input[at + 1];
  if (kind === undefined) return undefined;
  if (kind === 0x5b) return endOfControlSequence(input, at + 2);
  const isString = kind === 0x5d || kind === 0x50;
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
  if (!(isOsc ? OSC_BEGIN : DCS_BEGIN).test(begin)) return at + 1;
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

/** The beginnings, possibly still cut, of answers about colours and of status strings. */
const OSC_BEGIN = /^\](?:$|4$|4;|1$|1[0-9]$|1[0-9];)/;
const DCS_BEGIN = /^P(?:$|[01]$|[01][$+]$|[01][$+]r|>$|>\||!$|!\|)/;

const REPLIES: readonly RegExp[] = [
  /^\x1b\[[?>=][\d;]*c$/, // DA1, DA2 (DA3 is a string)
  /^\x1b\[\?\d+;\d+(?:;\d+)?R$/, // cursor position with a question mark
  /^\x1b\[\??\d+;\d+\$y$/, // DECRPM
  /^\x1b\[\d+(?:;\d+)*t$/, // window reports
  /^\x1b\[\?\d+u$/, // kitty keyboard flags
  /^\x1b\[>\d+;\d+m$/, // key modifier options
  /^\x1b\[\??\d+(?:;\d+)*n$/, // device status
  /^\x1b\](?:4;\d+|1[0-9]);(?:rgba?:|#)/, // colours
  /^\x1bP[01][$+]r/, // DECRQSS, XTGETTCAP
  /^\x1bP[>!]\|/, // XTVERSION, DA3
];

function isReply(sequence: string): boolean {
  const cursor = /^\x1b\[(\d+);(\d+)R$/.exec(sequence);
  if (cursor !== null) {
    const column = Number(cursor[2]);
    return cursor[1] !== "1" || column < 2 || column > 16;
  }
  return REPLIES.some((reply) => reply.test(sequence));
}
