import { SEQUENCE_REST_MS } from "../input/rest-time.ts";
import { SequenceFilter } from "../input/sequence-filter.ts";

/** How long answers are expected; keys pass meanwhile. Later answers are treated as input. */
const PATIENCE_MS = 5000;

/** DECRQSS of DECSCUSR, OSC 10–12, kitty keyboard flags, cursor position, and as the last one DA1. */
const QUESTIONS =
  "\x1bP$q q\x1b\\\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1b]12;?\x1b\\\x1b[?u\x1b[6n\x1b[c";
const CONSOLE_QUESTIONS = "\x1b[6n\x1b[c";

const ANSWERS = {
  style: /^\x1bP1\$r([0-6]) q\x1b\\$/,
  noStyle: /^\x1bP[01]\$r[^\x07\x1b]*\x1b\\$/,
  color: /^\x1b\](1[012]|4;\d+);([^\x07\x1b;]*)(?:\x07|\x1b\\)$/,
  keyboard: /^\x1b\[\?(\d+)u$/,
  position: /^\x1b\[(\d+);(\d+)R$/,
  attributes: /^\x1b\[\?[\d;]*c$/,
} as const;
/** Beginning of an answer that is incomplete. */
const BEGINNING =
  /^\x1b(?:$|\[(?:$|\?[\d;]*$|\d+(?:;\d*)?$)|P(?:$|[01](?:$|\$(?:$|r[^\x07\x1b]*\x1b?$)))|\](?:$|1[012]?$|4$|(?:1[012]|4);[^\x07\x1b]*\x1b?$))/;
/** After this, no answer is expected when the terminal is given back. */
const FRESH_MS = 1000;
/** No answer is longer: what is does not wait for its rest. */
const MAX_ANSWER_BYTES = 256;

/** The known settings of a terminal's user. */
export type KnownState = Pick<UserState, "colors"> &
  Partial<Pick<UserState, "cursorStyle" | "keyboardFlags">>;

/**
 * The settings of a terminal's user, as reported by the terminal: it is asked when it is taken over, and
 * its answers are removed from the input. Nothing waits for them.
 */
export class UserState {
  /** Parameter of DECSCUSR; undefined until the terminal has reported it. */
  cursorStyle: string | undefined;
  /** Keyed by the part before the colour in its sequence: `4;7` or `11`. */
  readonly colors = new Map<string, string>();
  keyboardFlags: number | undefined;
  /** Where the cursor was, counted from 1. */
  position: { row: number; col: number } | undefined;

  readonly #onLate: (bytes: Uint8Array) => void;
  readonly #onOther: (sequence: string) => void;
  readonly #filter = new SequenceFilter();
  #isAsked = false;
  readonly #askedColors = new Set<string>();
  #restTimer: Timer | undefined;
  #giveUpAtMs = 0;

  /**
   * @param onLate is given held input that turned out to be no answer.
   * @param onOther is given each other complete sequence: a key, or an answer to a program.
   */
  constructor(onLate: (bytes: Uint8Array) => void, onOther: (sequence: string) => void = () => {}) {
    this.#onLate = onLate;
    this.#onOther = onOther;
  }

  /**
   * Text that asks the terminal; write it at once.
   * @param isConsole whether the terminal may show sequences that it does not know: then it is asked
   * for its cursor only.
   */
  ask(isConsole = false): string {
    this.#isAsked = true;
    this.#giveUpAtMs = performance.now() + PATIENCE_MS;
    return isConsole ? CONSOLE_QUESTIONS : QUESTIONS;
  }

  /** Text that asks for palette colours that are not known yet; write it at once. */
  askPalette(indexes: Iterable<number>): string {
    const keys = [...indexes].map((index) => `4;${index}`);
    const unknown = keys.filter((key) => !this.colors.has(key) && !this.#askedColors.has(key));
    for (const key of unknown) this.#askedColors.add(key);
    if (unknown.length > 0) this.#giveUpAtMs = performance.now() + PATIENCE_MS;
    return unknown.map((key) => `\x1b]${key};?\x1b\\`).join("");
  }

  /** Whether it was asked a moment ago, so that answers may be under way. */
  get isFresh(): boolean {
    return this.#isOpen && performance.now() < this.#giveUpAtMs - PATIENCE_MS + FRESH_MS;
  }

  /** Removes the answers from the terminal's input; the rest stays in order. */
  take(bytes: Uint8Array): Uint8Array {
    clearTimeout(this.#restTimer);
    if (performance.now() > this.#giveUpAtMs) this.#stop();
    const typed = this.#filter.push(bytes, {
      takes: (token) => this.#takeSequence(Buffer.from(token.bytes).toString("latin1")),
      holds: (beginning) => this.#mayBeAnswer(beginning),
    });
    if (this.#filter.held.byteLength > 0) {
      this.#restTimer = setTimeout(() => this.#onLate(this.end()), SEQUENCE_REST_MS);
    }
    return typed;
  }

  /** Stops waiting for the rest of an answer. @returns the held input. */
  end(): Uint8Array {
    clearTimeout(this.#restTimer);
    return this.#filter.flush();
  }

  #stop(): void {
    this.#isAsked = false;
    this.#askedColors.clear();
  }

  #mayBeAnswer(beginning: Uint8Array): boolean {
    if (!this.#isOpen || beginning.byteLength >= MAX_ANSWER_BYTES) return false;
    return BEGINNING.test(Buffer.from(beginning).toString("latin1"));
  }

  get #isOpen(): boolean {
    return this.#isAsked || this.#askedColors.size > 0;
  }

  #takeSequence(sequence: string): boolean {
    const isAnswer = this.#takeAnswer(sequence);
    if (!isAnswer) this.#onOther(sequence);
    return isAnswer;
  }

  /** @returns whether the sequence is an answer that is still expected. */
  #takeAnswer(sequence: string): boolean {
    const color = ANSWERS.color.exec(sequence);
    if (color !== null) return this.#takeColor(color);
    if (!this.#isAsked) return false;
    const style = ANSWERS.style.exec(sequence);
    if (style !== null) this.cursorStyle = style[1];
    const keyboard = ANSWERS.keyboard.exec(sequence);
    if (keyboard !== null) this.keyboardFlags = Number(keyboard[1]);
    const position = ANSWERS.position.exec(sequence);
    if (position !== null) {
      if (this.position !== undefined) return false; // a key: F3 with modifiers looks the same
      this.position = { row: Number(position[1]), col: Number(position[2]) };
    }
    const isLast = ANSWERS.attributes.test(sequence);
    if (isLast) this.#isAsked = false;
    const isOther = keyboard !== null || position !== null;
    return isLast || isOther || ANSWERS.noStyle.test(sequence);
  }

  #takeColor([, key = "", color = ""]: RegExpExecArray): boolean {
    if (!this.#askedColors.delete(key) && !(this.#isAsked && !key.startsWith("4"))) return false;
    this.colors.set(key, color);
    return true;
  }
}
