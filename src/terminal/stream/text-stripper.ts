const CR = 0x0d;
const LF = 0x0a;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const BEL = 0x07;
/** 8-bit forms of the sequences that ESC begins. */
const C1 = { dcs: 0x90, sos: 0x98, csi: 0x9b, osc: 0x9d, pm: 0x9e, apc: 0x9f } as const;

/** DEL and the C0 and C1 controls except tab: text is cut at these. */
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

type State =
  | "text"
  /** After ESC. */
  | "escape"
  /** After ESC and an intermediate character. */
  | "intermediate"
  | "csi"
  /** In an OSC, which BEL ends as well. */
  | "osc"
  /** In a DCS, SOS, PM or APC. */
  | "string";

/**
 * Reduces a program's output, cut anywhere, to its text: without escape and control sequences
 * (ECMA-48), each line ended by LF. Only the state is kept, so an unterminated sequence takes no
 * memory; as in a terminal, it hides the text after it.
 */
export class TextStripper {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #state: State = "text";
  /** A CR that may belong to a line feed. */
  #owesReturn = false;

  push(bytes: Uint8Array): string {
    return this.#strip(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Completes the text at the end of the output. */
  end(): string {
    const out = this.#strip(this.#decoder.decode());
    const last = this.#owesReturn ? "\n" : "";
    this.#owesReturn = false;
    return out + last;
  }

  #strip(text: string): string {
    let out = "";
    let at = 0;
    while (at < text.length) {
      if (this.#state !== "text") {
        const code = text.charCodeAt(at++);
        // A line feed works inside a sequence, not inside a string.
        if (code === LF && !isInString(this.#state)) out += this.#control(code);
        else this.#skip(code);
        continue;
      }
      CONTROL.lastIndex = at;
      const next = CONTROL.exec(text)?.index ?? text.length;
      if (next > at) out += this.#takeReturn() + text.slice(at, next);
      if (next < text.length) out += this.#control(text.charCodeAt(next));
      at = next + 1;
    }
    return out;
  }

  #takeReturn(): string {
    if (!this.#owesReturn) return "";
    this.#owesReturn = false;
    return "\n";
  }

  #control(code: number): string {
    // Several returns before a line feed are one: a terminal line adds its own.
    if (code === CR) this.#owesReturn = true;
    else if (code === LF) this.#owesReturn = false;
    else this.#state = stateBehind(code);
    return code === LF ? "\n" : "";
  }

  #skip(code: number): void {
    if (code === CAN || code === SUB) this.#state = "text";
    else if (code === ESC) this.#state = "escape";
    else if (code >= 0x80 && code < 0xa0) this.#state = stateBehind(code);
    else this.#state = nextState(this.#state, code);
  }
}

function isInString(state: State): boolean {
  return state === "osc" || state === "string";
}

/** The state that a control character leads to. */
function stateBehind(code: number): State {
  switch (code) {
    case ESC:
      return "escape";
    case C1.csi:
      return "csi";
    case C1.osc:
      return "osc";
    case C1.dcs:
    case C1.sos:
    case C1.pm:
    case C1.apc:
      return "string";
    default:
      return "text";
  }
}

function nextState(state: State, code: number): State {
  switch (state) {
    case "text":
      return "text";
    case "escape":
      return behindEscape(code);
    case "intermediate":
      return code >= 0x30 && code < 0x7f ? "text" : "intermediate";
    case "csi":
      return code >= 0x40 && code < 0x7f ? "text" : "csi";
    case "osc":
      return code === BEL ? "text" : "osc";
    case "string":
      return "string";
  }
}

/** ESC and a character of 0x40–0x5f stand for the C1 control 0x40 above. */
function behindEscape(code: number): State {
  if (code < 0x20 || code === 0x7f) return "escape";
  if (code < 0x30) return "intermediate";
  return code >= 0x40 && code <= 0x5f ? stateBehind(code + 0x40) : "text";
}
