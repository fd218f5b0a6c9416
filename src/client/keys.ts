/** What a key of the attach client does. */
export type KeyAction = "detach" | "picker";

/** Ctrl and a character, as terminals send it in all their keyboard protocols. */
export interface ControlKey {
  /** The byte that a plain terminal sends. */
  byte: number;
  /** The character's code, as the kitty protocol and modifyOtherKeys name the key. */
  codepoint: number;
}

/** The key Ctrl+CHAR; CHAR is a lower-case letter or one of `@ [ \ ] ^ _`. */
export function controlKey(char: string): ControlKey {
  return { byte: char.toUpperCase().charCodeAt(0) & 0x1f, codepoint: char.charCodeAt(0) };
}

/** The keys of the settings, each `ctrl+x` or `none`. */
export function attachKeys(settings: {
  detachKey: string;
  pickerKey: string;
}): Partial<Record<KeyAction, ControlKey>> {
  const keyOf = (setting: string): ControlKey | undefined =>
    setting.startsWith("ctrl+") ? controlKey(setting.slice("ctrl+".length)) : undefined;
  const detach = keyOf(settings.detachKey);
  const picker = keyOf(settings.pickerKey);
  return {
    ...(detach === undefined ? {} : { detach }),
    ...(picker === undefined ? {} : { picker }),
  };
}

export const DEFAULT_KEYS: Readonly<Partial<Record<KeyAction, ControlKey>>> = {
  detach: controlKey("\\"),
  picker: controlKey("]"),
};

export interface ScanResult {
  /** Input for the session; all that came before the key. */
  forward: Uint8Array;
  action: KeyAction | undefined;
  /** What was typed behind the key in the same read; empty without a key. */
  rest: Uint8Array;
}

const ESC = 0x1b;
const BRACKET = 0x5b;
const PASTE_START = "200~";
const PASTE_END = "201~";
/** A longer control sequence is no key of ours; what it says is the session's business. */
const MAX_SEQUENCE_BYTES = 32;
const CTRL = 4;
const RELEASE = 3;
const NOTHING = new Uint8Array(0);

/**
 * Finds the client's own keys in what the terminal sends. Bytes inside a bracketed paste are text.
 * A control sequence cut by a read is held until the rest comes or `flush` is called; a lone ESC
 * never is, so that the Escape key is as quick as without us. What of a sequence has gone out
 * already is remembered, so that the rest is understood also when it comes late.
 */
export class KeyScanner {
  readonly #keys: [KeyAction, ControlKey][];
  /** Beginning of a sequence that has been forwarded already. */
  #sent: Uint8Array = NOTHING;
  /** What follows on it, or the whole beginning of a sequence; not forwarded yet. */
  #held: Uint8Array = NOTHING;
  #isInPaste = false;

  constructor(keys: Readonly<Partial<Record<KeyAction, ControlKey>>> = DEFAULT_KEYS) {
    this.#keys = Object.entries(keys) as [KeyAction, ControlKey][];
  }

  /** Whether part of a sequence is held; then call `flush` when nothing more comes. */
  get isHolding(): boolean {
    return this.#held.byteLength > 0;
  }

  /** Whether a paste has begun and not ended: then nothing is a key. */
  get isInPaste(): boolean {
    return this.#isInPaste;
  }

  /** The end of a paste does not come any more. */
  endPaste(): void {
    this.#isInPaste = false;
  }

  /** Gives up waiting for the rest of a sequence. */
  flush(): Uint8Array {
    const held = this.#held;
    this.#sent = Buffer.concat([this.#sent, held]);
    this.#held = NOTHING;
    return held;
  }

  push(chunk: Uint8Array): ScanResult {
    const sentLength = this.#sent.byteLength;
    const isContinued = sentLength + this.#held.byteLength > 0;
    const bytes = isContinued ? Buffer.concat([this.#sent, this.#held, chunk]) : chunk;
    this.#sent = NOTHING;
    this.#held = NOTHING;
    const end = bytes.byteLength;
    for (let at = 0; at < end;) {
      if (bytes[at] === ESC && bytes[at + 1] === BRACKET) {
        const sequence = readSequence(bytes, at + 2);
        if (sequence === undefined) return this.#hold(bytes, at, sentLength);
        const action = this.#understand(sequence.text);
        if (action !== undefined) return cut(bytes, sentLength, at, sequence.end, action);
        at = sequence.end;
        continue;
      }
      // What has gone out was no key.
      const action = at < sentLength || this.#isInPaste ? undefined : this.#actionOf(bytes[at]);
      if (action !== undefined) return cut(bytes, sentLength, at, at + 1, action);
      at++;
    }
    if (bytes[end - 1] === ESC) this.#sent = Uint8Array.of(ESC);
    return cut(bytes, sentLength, end);
  }

  /** The sequence that begins at `at` goes on in the next read. */
  #hold(bytes: Uint8Array, at: number, sentLength: number): ScanResult {
    const from = Math.max(at, sentLength);
    this.#sent = bytes.slice(at, from);
    this.#held = bytes.slice(from);
    return cut(bytes, sentLength, from);
  }

  #actionOf(byte: number | undefined): KeyAction | undefined {
    return this.#keys.find(([, key]) => key.byte === byte)?.[0];
  }

  /** Follows bracketed paste, and tells which key a control sequence (without its CSI) is. */
  #understand(sequence: string): KeyAction | undefined {
    if (sequence === PASTE_START) this.#isInPaste = true;
    if (sequence === PASTE_END) this.#isInPaste = false;
    if (this.#isInPaste) return undefined;
    const codepoint = controlCodepoint(sequence);
    return this.#keys.find(([, key]) => key.codepoint === codepoint)?.[0];
  }
}

/** Splits at a key, which lies between `from` and `to`; `sentLength` bytes have gone out before. */
function cut(
  bytes: Uint8Array,
  sentLength: number,
  from: number,
  to = bytes.byteLength,
  action?: KeyAction,
): ScanResult {
  return { forward: bytes.subarray(sentLength, from), action, rest: bytes.subarray(to) };
}

/** The control sequence whose parameters begin at `from`: ECMA-48, 5.4. */
function readSequence(bytes: Uint8Array, from: number): { text: string; end: number } | undefined {
  for (let at = from; at < bytes.byteLength && at < from + MAX_SEQUENCE_BYTES; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x20 && byte < 0x40) continue;
    // A final byte ends it; anything else breaks it off and is looked at on its own.
    const end = byte >= 0x40 && byte < 0x7f ? at + 1 : at;
    return { text: Buffer.from(bytes.subarray(from, end)).toString("latin1"), end };
  }
  return bytes.byteLength - from >= MAX_SEQUENCE_BYTES
    ? { text: "", end: from + MAX_SEQUENCE_BYTES }
    : undefined;
}

/** The key's code when the sequence is a press or repeat of Ctrl and a key. */
function controlCodepoint(sequence: string): number | undefined {
  // modifyOtherKeys: CSI 27 ; modifiers ; code ~
  const other = /^27;(\d+);(\d+)~$/.exec(sequence);
  if (other !== null) return hasControl(other[1]) ? Number(other[2]) : undefined;
  // kitty: CSI code : shifted : base ; modifiers : event ; text u
  const kitty = /^(\d+)(?::\d*)*;(\d+)(?::(\d+))?(?:;[\d:]*)?u$/.exec(sequence);
  if (kitty === null || Number(kitty[3] ?? 1) === RELEASE) return undefined;
  return hasControl(kitty[2]) ? Number(kitty[1]) : undefined;
}

function hasControl(modifiers: string | undefined): boolean {
  return ((Number(modifiers) - 1) & CTRL) !== 0;
}
