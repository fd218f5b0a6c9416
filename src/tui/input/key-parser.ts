import { copyBytes } from "../../base/copy-bytes.ts";
import { InputTokenizer, type InputToken } from "../../input/tokenizer.ts";
import { decodeCharacter, decodeSequence, withAlt } from "./control-sequence.ts";
import { IGNORED, type InputEvent } from "./input-event.ts";

/** More than this of one paste is dropped: nothing here takes a longer text. */
const MAX_PASTE_BYTES = 64 << 10;
/** More than this of input that is not read is dropped, the newest first. */
const MAX_BUFFERED_BYTES = 1 << 20;
const INTRODUCER_BYTES = 2;
const NOTHING = new Uint8Array(0);

/**
 * Decodes what a terminal sends, cut anywhere: plain, kitty (`CSI u`), modifyOtherKeys, SGR mouse,
 * bracketed paste. Events are taken one by one, so that what follows an event is still here as bytes
 * for the next reader.
 */
export class KeyParser {
  readonly #tokens = new InputTokenizer();
  #bufferedBytes = 0;
  /** Text whose characters have not all been taken; may end within one. */
  #text: Uint8Array = NOTHING;
  /** Whether ESC came before the text, and belongs to its first character. */
  #hasAlt = false;
  #pasted: Uint8Array[] = [];
  #pastedBytes = 0;

  push(bytes: Uint8Array): void {
    const some = bytes.subarray(0, Math.max(0, MAX_BUFFERED_BYTES - this.#bufferedBytes));
    this.#bufferedBytes += some.byteLength;
    this.#tokens.push(some);
  }

  /** The next complete event; undefined when more bytes are needed. */
  next(): InputEvent | undefined {
    for (;;) {
      const typed = this.#readCharacter();
      if (typed !== undefined) return typed;
      const token = this.#tokens.next();
      if (token === undefined) {
        this.#bufferedBytes = this.#tokens.pending.byteLength + this.#text.byteLength;
        return undefined;
      }
      const event = this.#read(token);
      if (event !== undefined) return event;
    }
  }

  /** Whether the bytes here may be an Escape key or the beginning of something: see `flush`. */
  get isWaiting(): boolean {
    const bytes = this.#tokens.pending.byteLength + this.#text.byteLength;
    return !this.isInPaste && (bytes > 0 || this.#hasAlt);
  }

  /**
   * Nothing more came: what is incomplete is what it looks like, an ESC alone the Escape key. Call it
   * when `next` has returned nothing.
   */
  flush(): InputEvent | undefined {
    if (!this.isWaiting) return undefined;
    const token = this.#tokens.flush();
    if (token !== undefined) return this.#read(token) ?? IGNORED;
    this.#dropText(); // a character that was cut
    return IGNORED;
  }

  /** Whether a paste has begun and not ended. */
  get isInPaste(): boolean {
    return this.#tokens.isInPaste;
  }

  /** The end of the paste does not come any more: the paste is what has come. */
  endPaste(): InputEvent {
    this.#paste(this.takeRest());
    this.#tokens.endPaste();
    return this.#finishPaste();
  }

  /** All bytes that no event has taken; the parser is empty afterwards. */
  takeRest(): Uint8Array {
    const alt = this.#hasAlt ? "\x1b" : "";
    const rest = Buffer.concat([Buffer.from(alt), this.#text, this.#tokens.takeRest()]);
    this.#dropText();
    this.#bufferedBytes = 0;
    return rest;
  }

  /** @returns undefined for what is no event by itself. */
  #read({ kind, bytes }: InputToken): InputEvent | undefined {
    if (kind !== "text") this.#dropText(); // a character that was cut
    switch (kind) {
      case "text":
        this.#text = this.#text.byteLength === 0 ? bytes : Buffer.concat([this.#text, bytes]);
        return undefined;
      case "escape":
        return decodeCharacter("\x1b");
      case "alt":
        this.#hasAlt = true;
        return undefined;
      case "csi":
        return decodeSequence("CSI", bodyOf(bytes));
      case "ss3":
        return decodeSequence("SS3", bodyOf(bytes));
      case "string": // an answer to a query that another program sent
        return IGNORED;
      case "broken":
        return decodeBroken(bytes);
      case "paste-start":
        return undefined;
      case "paste":
        this.#paste(bytes);
        return undefined;
      case "paste-end":
        return this.#finishPaste();
    }
  }

  /** Takes a character of the text; undefined when there is none, or not all of one. */
  #readCharacter(): InputEvent | undefined {
    const text = this.#text;
    if (text.byteLength === 0) return undefined;
    const length = utf8Length(text[0] ?? 0);
    const present = continuationBytes(text, length);
    if (present < length && present === text.byteLength) return undefined;
    const character = Buffer.from(text.subarray(0, present)).toString("utf8");
    const isWhole = present === length && character !== "\ufffd";
    const event = isWhole ? decodeCharacter(character) : IGNORED;
    const hasAlt = this.#hasAlt;
    this.#text = text.subarray(present);
    this.#hasAlt = false;
    return hasAlt ? withAlt(event) : event;
  }

  #dropText(): void {
    this.#text = NOTHING;
    this.#hasAlt = false;
  }

  #paste(bytes: Uint8Array): void {
    const some = copyBytes(bytes, 0, MAX_PASTE_BYTES - this.#pastedBytes);
    if (some.byteLength === 0) return; // a paste may have no end
    this.#pasted.push(some);
    this.#pastedBytes += some.byteLength;
  }

  #finishPaste(): InputEvent {
    const text = Buffer.concat(this.#pasted).toString("utf8");
    this.#pasted = [];
    this.#pastedBytes = 0;
    return { type: "paste", text };
  }
}

/** Alt and a character that could begin a sequence, or a report that was cut: it types nothing. */
function decodeBroken(bytes: Uint8Array): InputEvent {
  if (bytes.byteLength > INTRODUCER_BYTES) return IGNORED;
  return withAlt(decodeCharacter(String.fromCharCode(bytes[1] ?? 0)));
}

function bodyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(INTRODUCER_BYTES)).toString("latin1");
}

function utf8Length(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** How many of the first `length` bytes have come and belong together. */
function continuationBytes(bytes: Uint8Array, length: number): number {
  let count = 1;
  while (count < length && ((bytes[count] ?? 0) & 0xc0) === 0x80) count++;
  return count;
}
