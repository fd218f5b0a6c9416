/**
 * What is open in a terminal's input: nothing but text, a sequence of some kind, the body of a
 * bracketed paste, or what may be the mark that ends it.
 */
export type OpenKind =
  | "text"
  | "escape"
  | "csi"
  | "ss3"
  | "osc"
  | "string"
  | "osc-escape"
  | "string-escape"
  | "paste"
  | "paste-end";

/**
 * What a byte does to the open sequence: it continues it, completes it, or belongs to what follows.
 * `broken-before` means that the ESC before this byte belongs to what follows, too.
 */
export type Step = "continues" | "completes" | "broken" | "broken-before";

/** A longer sequence is broken off: no key and no terminal's answer is as long. */
export const MAX_SEQUENCE_BYTES = 4096;

export const ESC = 0x1b;
const BEL = 0x07;
const SPACE = 0x20;
const DEL = 0x7f;
const BACKSLASH = 0x5c;
/** What a terminal sends behind what is pasted. */
export const PASTE_END: Uint8Array = Buffer.from("\x1b[201~");

/** What each byte after ESC opens; any other byte is a character. DCS, SOS, PM and APC are strings. */
const OPENERS: Readonly<Record<number, OpenKind>> = {
  0x5b: "csi", // [
  0x4f: "ss3", // O
  0x5d: "osc", // ]
  0x50: "string", // P
  0x58: "string", // X
  0x5e: "string", // ^
  0x5f: "string", // _
};

/** Follows a terminal's input byte by byte (ECMA-48, 5.4 and 5.6). Keeps no bytes. */
export class SequenceState {
  open: OpenKind = "text";
  /** Bytes of the open sequence. */
  length = 0;

  /** An ESC begins a sequence, or in a paste what may end it. */
  begin(): void {
    this.open = this.isInPaste ? "paste-end" : "escape";
    this.length = 1;
  }

  /** The sequence is over; a paste goes on unless this was its end. */
  end(): void {
    const isInPaste = this.isInPaste && this.length < PASTE_END.byteLength;
    this.open = isInPaste ? "paste" : "text";
    this.length = 0;
  }

  get isInPaste(): boolean {
    return this.open === "paste" || this.open === "paste-end";
  }

  beginPaste(): void {
    this.open = "paste";
  }

  /** The paste is over without its end; what might have become the end is a sequence like others. */
  giveUpPaste(): void {
    if (this.open === "paste") this.open = "text";
    if (this.open === "paste-end") this.open = this.length === 1 ? "escape" : "csi";
  }

  /** Follows the next byte of the sequence that is open. */
  step(byte: number): Step {
    const step = this.length < MAX_SEQUENCE_BYTES ? this.#read(byte) : this.#breakOff();
    if (step === "continues" || step === "completes") this.length++;
    return step;
  }

  #read(byte: number): Step {
    switch (this.open) {
      case "escape": {
        const opened = OPENERS[byte];
        if (opened !== undefined) this.open = opened;
        return opened === undefined ? "broken" : "continues";
      }
      case "csi":
        if (byte >= SPACE && byte < 0x40) return "continues";
        return byte >= 0x40 && byte < DEL ? "completes" : "broken";
      case "ss3":
        return byte >= SPACE && byte < DEL ? "completes" : "broken";
      case "osc":
      case "string":
        return this.#readString(byte);
      case "osc-escape":
      case "string-escape":
        return byte === BACKSLASH ? "completes" : "broken-before";
      case "paste-end":
        if (byte !== PASTE_END[this.length]) return "broken";
        return this.length + 1 === PASTE_END.byteLength ? "completes" : "continues";
      case "text":
      case "paste":
        return "broken"; // no sequence is open
    }
  }

  #breakOff(): Step {
    const endsInEscape = this.open === "osc-escape" || this.open === "string-escape";
    return endsInEscape ? "broken-before" : "broken";
  }

  #readString(byte: number): Step {
    if (byte === BEL && this.open === "osc") return "completes";
    if (byte === ESC) {
      this.open = this.open === "osc" ? "osc-escape" : "string-escape";
      return "continues";
    }
    return byte < SPACE || byte === DEL ? "broken" : "continues";
  }
}
