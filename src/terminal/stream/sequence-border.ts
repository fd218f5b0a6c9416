import { copyBytes } from "../../base/copy-bytes.ts";

const ESC = 0x1b;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const BACKSLASH = 0x5c;
/** `[` … begins a control sequence; these begin strings: DCS, SOS, OSC, PM, APC (ECMA-48, 5.6). */
const CSI = 0x5b;
const STRINGS = [0x50, 0x58, 0x5d, 0x5e, 0x5f];
/** Terminals abort longer control sequences, too. */
const MAX_SEQUENCE_BYTES = 4096;

/**
 * Tracks whether a stream of output, cut anywhere, is between two sequences and characters, where other
 * bytes can be inserted safely. Checks only the end of each piece: a flood costs one search for the
 * last ESC.
 */
export class SequenceBorder {
  /** The beginning of an unfinished sequence or character, without a string's content. */
  #open: Uint8Array = new Uint8Array(0);
  #isInString = false;

  /** Whether no sequence or character is unfinished. */
  get isAtBorder(): boolean {
    return !this.#isInString && this.#open.byteLength === 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    if (this.#isInString && !this.#endsString(chunk)) return;
    const bytes = this.#open.byteLength === 0 ? chunk : Buffer.concat([this.#open, chunk]);
    this.#open = copyBytes(bytes, bytes.byteLength - openCharacterBytes(bytes));
    const at = bytes.lastIndexOf(ESC);
    if (at !== -1) this.#follow(bytes.subarray(at));
  }

  /** Handles the bytes after the last ESC. */
  #follow(sequence: Uint8Array): void {
    const [, kind] = sequence;
    if (kind === undefined) this.#open = copyBytes(sequence);
    else if (STRINGS.includes(kind)) this.#isInString = !hasStringEnd(sequence.subarray(2));
    else if (!isWhole(sequence)) this.#open = copyBytes(sequence, 0, MAX_SEQUENCE_BYTES);
  }

  /** Within a string. @returns whether it ends in this piece, or a new sequence begins. */
  #endsString(chunk: Uint8Array): boolean {
    // Its ESC may have been in the piece before.
    if (!hasStringEnd(chunk) && chunk.indexOf(ESC) === -1) return false;
    this.#isInString = false;
    return true;
  }
}

function hasStringEnd(bytes: Uint8Array): boolean {
  return bytes.includes(BEL) || bytes.includes(CAN) || bytes.includes(SUB);
}

/** Whether a sequence other than a string is complete: ECMA-48, 5.4 and ISO 2022. */
function isWhole(sequence: Uint8Array): boolean {
  const [, kind = 0] = sequence;
  if (kind === BACKSLASH) return true;
  if (kind === CSI) {
    return sequence.subarray(2).some((byte) => byte >= 0x40 || byte === CAN || byte === SUB);
  }
  // Intermediate bytes, then a final one.
  return sequence.subarray(1).some((byte) => byte >= 0x30 || byte === CAN || byte === SUB);
}

/** Bytes of the last character when it is incomplete UTF-8. */
function openCharacterBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.byteLength); back++) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
