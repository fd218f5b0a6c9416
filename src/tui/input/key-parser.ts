import { decodeCharacter, decodeSequence, withAlt } from "./control-sequence.ts";
import { IGNORED, type InputEvent } from "./input-event.ts";

const ESC = 0x1b;
const CSI_CHAR = 0x5b;
const SS3_CHAR = 0x4f;
const PASTE_START = "200~";
const PASTE_END = Buffer.from("\x1b[201~");
/** A longer control sequence is broken; it is dropped as far as it goes. */
const MAX_SEQUENCE_BYTES = 64;
/** More than this of one paste is dropped: nothing here takes a longer text. */
const MAX_PASTE_BYTES = 64 << 10;
/** More than this of input that nobody asked for is dropped, the newest first. */
const MAX_BUFFERED_BYTES = 1 << 20;
const NOTHING = new Uint8Array(0);

/** Strings of the terminal (OSC, DCS, APC, PM, SOS): answers to queries that others sent. */
const STRING_STARTS = new Set([0x5d, 0x50, 0x5f, 0x5e, 0x58]);

/**
 * Decodes what a terminal sends, cut anywhere: plain, kitty (`CSI u`), modifyOtherKeys, SGR mouse,
 * bracketed paste. Events are taken one by one, so that what stands behind an event is still here
 * as bytes for whoever comes next.
 */
export class KeyParser {
  #bytes: Uint8Array = NOTHING;
  #isInPaste = false;
  #pasted: Uint8Array = NOTHING;

  push(bytes: Uint8Array): void {
    const room = Math.max(0, MAX_BUFFERED_BYTES - this.#bytes.byteLength);
    this.#bytes = Buffer.concat([this.#bytes, bytes.subarray(0, room)]);
  }

  /** The next complete event; undefined when more bytes are needed. */
  next(): InputEvent | undefined {
    if (this.#isInPaste) return this.#readPaste();
    const first = this.#bytes[0];
    if (first === undefined) return undefined;
    return first === ESC ? this.#readEscape() : this.#readCharacter();
  }

  /** Whether the bytes here may be an Escape key or the beginning of something: see `flush`. */
  get isWaiting(): boolean {
    return !this.#isInPaste && this.#bytes.byteLength > 0;
  }

  /** Nothing more came: what waits is what it looks like, an ESC alone the Escape key. */
  flush(): InputEvent | undefined {
    const waiting = this.#bytes;
    if (!this.isWaiting) return undefined;
    this.#bytes = NOTHING;
    if (waiting.byteLength === 1 && waiting[0] === ESC) return decodeCharacter("\x1b");
    if (waiting[0] !== ESC || waiting.byteLength !== 2) return IGNORED;
    return withAlt(decodeCharacter(String.fromCharCode(waiting[1] ?? 0)));
  }

  /** Whether a paste has begun and not ended. */
  get isInPaste(): boolean {
    return this.#isInPaste;
  }

  /** The end of the paste does not come any more: it is what has come. */
  endPaste(): InputEvent {
    const text = Buffer.concat([this.#pasted, this.takeRest()]).toString("utf8");
    this.#isInPaste = false;
    this.#pasted = NOTHING;
    return { type: "paste", text };
  }

  /** All bytes that no event has taken; the parser is empty afterwards. */
  takeRest(): Uint8Array {
    const rest = this.#bytes;
    this.#bytes = NOTHING;
    return rest;
  }

  #take(count: number): Uint8Array {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  #readCharacter(): InputEvent | undefined {
    const length = utf8Length(this.#bytes[0] ?? 0);
    const present = continuationBytes(this.#bytes, length);
    if (present < length && present === this.#bytes.byteLength) return undefined;
    const character = Buffer.from(this.#take(present)).toString("utf8");
    return present < length || character === "\ufffd" ? IGNORED : decodeCharacter(character);
  }

  #readEscape(): InputEvent | undefined {
    const second = this.#bytes[1];
    if (second === undefined) return undefined;
    if (second === CSI_CHAR) return this.#readCsi();
    if (second === SS3_CHAR) {
      if (this.#bytes.byteLength < 3) return undefined;
      return decodeSequence("SS3", String.fromCharCode(this.#take(3)[2] ?? 0));
    }
    if (STRING_STARTS.has(second)) return this.#readString();
    this.#take(1);
    // Two ESC are two Escape keys; the second may begin something.
    if (second === ESC) return decodeCharacter("\x1b");
    const event = this.#readCharacter();
    if (event !== undefined) return withAlt(event);
    this.#bytes = Buffer.concat([Uint8Array.of(ESC), this.#bytes]);
    return undefined;
  }

  #readCsi(): InputEvent | undefined {
    for (let at = 2; at < this.#bytes.byteLength; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (byte >= 0x20 && byte < 0x40 && at < MAX_SEQUENCE_BYTES) continue;
      const isFinal = byte >= 0x40 && byte < 0x7f;
      const taken = this.#take(isFinal ? at + 1 : at);
      if (!isFinal) return IGNORED;
      const body = Buffer.from(taken.subarray(2)).toString("latin1");
      if (body !== PASTE_START) return decodeSequence("CSI", body);
      this.#isInPaste = true;
      return this.#readPaste();
    }
    return undefined;
  }

  /** Skips a string up to ST or BEL. One that does not end is a key with alt: see `flush`. */
  #readString(): InputEvent | undefined {
    for (let at = 2; at < this.#bytes.byteLength; at++) {
      const byte = this.#bytes[at];
      const isSt = byte === ESC && this.#bytes[at + 1] === 0x5c;
      if (byte !== 0x07 && !isSt) continue;
      this.#take(isSt ? at + 2 : at + 1);
      return IGNORED;
    }
    return undefined;
  }

  #readPaste(): InputEvent | undefined {
    const bytes = Buffer.from(this.#bytes);
    const end = bytes.indexOf(PASTE_END);
    // The end may have been cut: its length less one byte stays here.
    const length = end === -1 ? Math.max(0, bytes.length - PASTE_END.length + 1) : end;
    const room = MAX_PASTE_BYTES - this.#pasted.byteLength;
    this.#pasted = Buffer.concat([this.#pasted, this.#take(length).subarray(0, room)]);
    if (end === -1) return undefined;
    this.#take(PASTE_END.length);
    this.#isInPaste = false;
    const text = Buffer.from(this.#pasted).toString("utf8");
    this.#pasted = NOTHING;
    return { type: "paste", text };
  }
}

function utf8Length(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** How many of the first `length` bytes are there and belong together. */
function continuationBytes(bytes: Uint8Array, length: number): number {
  let count = 1;
  while (count < length && ((bytes[count] ?? 0) & 0xc0) === 0x80) count++;
  return count;
}
