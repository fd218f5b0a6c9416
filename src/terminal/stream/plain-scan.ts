/** Classes of bytes in plain text. */
const TEXT = 0;
const LINE_FEED = 1;
const ESCAPE = 2;
/** The lead byte of the control characters U+0080 to U+009F, and of some text characters. */
const LEAD = 3;
const FORBIDDEN = 4;

const CLASSES = new Uint8Array(256).map((_, byte) => {
  if (byte === 0x0a) return LINE_FEED;
  if (byte === 0x1b) return ESCAPE;
  if (byte === 0xc2) return LEAD;
  const isAllowed = byte >= 0x20 || byte === 0x09 || byte === 0x0d;
  return isAllowed ? TEXT : FORBIDDEN;
});

/** Where a chunk may end: in text, after ESC, in the parameters of a CSI, after a lead byte. */
const State = { text: 0, escape: 1, csi: 2, lead: 3 } as const;

export interface ChunkFacts {
  /**
   * Whether it is only text, tab, CR, LF and SGR, continuing the chunks before it: anything else might
   * have effects beyond its own lines.
   */
  isPlain: boolean;
  lineFeeds: number;
  /** Whether it contains an ESC. */
  hasEscape: boolean;
}

/** Reports for each chunk of a stream, cut anywhere, whether it is plain text. */
export class PlainScan {
  #state: number = State.text;

  look(bytes: Uint8Array): ChunkFacts {
    // Every byte of a flood comes through here: locals, numbers and one table.
    const classes = CLASSES;
    const { length } = bytes;
    let state = this.#state;
    let isPlain = true;
    let hasEscape = false;
    let lineFeeds = 0;
    for (let at = 0; at < length; at++) {
      const byte = bytes[at] as number;
      if (state !== State.text) {
        state = follow(state, byte);
        if (state === FORBIDDEN) {
          isPlain = false;
          state = State.text;
        }
        continue;
      }
      const kind = classes[byte];
      if (kind === TEXT) continue;
      if (kind === LINE_FEED) lineFeeds++;
      else if (kind === ESCAPE) {
        hasEscape = true;
        state = State.escape;
      } else if (kind === LEAD) state = State.lead;
      else isPlain = false;
    }
    this.#state = state;
    return { isPlain, lineFeeds, hasEscape };
  }
}

/** The state after a byte outside plain text. */
function follow(state: number, byte: number): number {
  if (state === State.escape) return byte === 0x5b ? State.csi : FORBIDDEN; // [
  if (state === State.lead) return byte >= 0xa0 ? State.text : FORBIDDEN;
  if (byte === 0x6d) return State.text; // m ends an SGR sequence
  return byte >= 0x30 && byte <= 0x3b ? State.csi : FORBIDDEN; // digits, colon, semicolon
}

const SGR = /\x1b\[[\d;:]*m/g;
/** Beginnings of SGR sequences that reset every attribute: earlier ones do not matter. */
const PEN_RESETS = ["\x1b[m", "\x1b[0m", "\x1b[0;"];
/** Longer than any sequence searched for across a border of chunks. */
const OVERLAP = 64;

/** The SGR sequences of plain chunks since the pen was last reset. */
export function sgrSinceReset(
  chunks: readonly { bytes: Uint8Array; hasEscape: boolean }[],
): string {
  let pen = "";
  let following = "";
  // From the end, because nothing before the last reset matters.
  for (let at = chunks.length - 1; at >= 0; at--) {
    const chunk = chunks[at];
    if (chunk === undefined) break;
    const { bytes, hasEscape } = chunk;
    if (hasEscape) {
      // A sequence cut by the border ends in the beginning of the next chunk. A whole sequence there
      // is found twice, which changes no attribute.
      const text = latin1(bytes) + following;
      const reset = Math.max(...PEN_RESETS.map((it) => text.lastIndexOf(it, bytes.length - 1)));
      pen = (text.slice(Math.max(0, reset)).match(SGR) ?? []).join("") + pen;
      if (reset !== -1) break;
    }
    following = latin1(bytes.subarray(0, OVERLAP));
  }
  return pen;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
