import { terminalReset } from "../protocol/terminal-reset.ts";
import { ColorUse } from "./color-use.ts";
import { KeyboardUse } from "./keyboard-use.ts";
import { SequenceFollower } from "./sequence-follower.ts";
import { TitleDepth } from "./title-depth.ts";
import type { KnownState } from "./user-state.ts";

/** Modes in which a terminal sends reports that nobody typed: mouse, focus, colour scheme, size. */
const REPORTING_MODES = new Set([9, 1000, 1001, 1002, 1003, 1004, 2031, 2048]);
const ALTERNATE_SCREENS = new Set([47, 1047, 1049]);
const PASTE_MODE = 2004;
/** Blinking of the cursor, which belongs to its style. */
const BLINK_MODE = 12;
const REVERSE_MODE = 5;
const CLUSTER_MODE = 2027;
/** After this, no answer is expected any more. */
const ANSWER_MS = 2000;

/** Sequences and strings that a terminal answers: XTerm control sequences, kitty's protocols. */
const QUESTION =
  /^\x1b(?:\[(?:[>=]?[\d;]*c|\??[\d;]+n|\??\d+\$p|>0?q|\?u|\?\d*m|1[1-9]t|2[01]t)|P[$+]q|_G)/;
const ATTRIBUTES_ANSWER = /^\x1b\[\?[\d;]*c$/;
const ATTRIBUTES_QUESTION = /^\x1b\[[\d;]*c$/;

export interface TerminalUseEvents {
  /** The program has turned bracketed paste off. */
  onPasteModeOff(): void;
}

/** Follows the output to the terminal, and knows which of its settings have to be undone. */
export class TerminalUse {
  readonly #follower = new SequenceFollower((sequence) => this.#take(sequence));
  readonly #events: TerminalUseEvents;
  readonly #titles = new TitleDepth();
  readonly #keyboard = { normal: new KeyboardUse(), alternate: new KeyboardUse() };
  readonly #colors = new ColorUse();
  /** Modes that are on. */
  readonly #modes = new Set<number>();
  /** Modes that have been changed, whatever they are now. */
  readonly #changedModes = new Set<number>();
  #isStyleChanged = false;
  #askedMs = -Infinity;
  #attributeQuestions = 0;
  /** Whether that question was the last one. */
  #isLastQuestion = false;

  constructor(events: TerminalUseEvents) {
    this.#events = events;
  }

  follow(bytes: Uint8Array): void {
    const known = this.#colors.palette.size;
    this.#follower.follow(bytes);
    const { palette } = this.#colors;
    this.newPaletteColors = palette.size === known ? [] : [...palette].slice(known);
  }

  /** Colours of the palette that the last output was the first to change. */
  newPaletteColors: readonly number[] = [];

  /** Pops that bring back the titles that were pushed. */
  get titleDepth(): number {
    return this.#titles.depth;
  }

  /** Whether a setting has been changed that users make, and that a terminal can report. */
  get hasChanged(): boolean {
    const { normal } = this.#keyboard;
    return this.#colors.hasChanged || this.#isCursorChanged || normal.hasChangedBase;
  }

  /** Text that resets the terminal for the next session, with an own entry on the keyboard stack. */
  undoSession(before: KnownState): string {
    const { normal } = this.#keyboard;
    return this.#undo(before, normal.undo(1), "");
  }

  /** Text that restores the terminal to its state before all sessions, except for its screen. */
  undoAll(before: KnownState, popColors: string): string {
    const { normal } = this.#keyboard;
    const keyboard = normal.undo(0) + normal.restoreBase(before.keyboardFlags ?? 0);
    return this.#undo(before, keyboard, popColors);
  }

  #undo(before: KnownState, normalKeyboard: string, popColors: string): string {
    const { alternate } = this.#keyboard;
    // It can be reached only while its screen is shown.
    const shownKeyboard = this.#isAlternate ? alternate.undo(0) + alternate.restoreBase(0) : "";
    const resetIfChanged = (mode: number): string =>
      this.#changedModes.has(mode) ? `\x1b[?${mode}l` : "";
    const text = terminalReset({
      shownKeyboard,
      normalKeyboard,
      cursorShape: "",
      cursorBlink: resetIfChanged(BLINK_MODE) + this.#undoCursorStyle(before),
      colors: this.#colors.undo(before.colors, popColors),
      reverseVideo: resetIfChanged(REVERSE_MODE),
      clusters: resetIfChanged(CLUSTER_MODE),
    });
    this.#colors.clear();
    this.#modes.clear();
    this.#changedModes.clear();
    this.#isStyleChanged = false;
    return text;
  }

  get #isCursorChanged(): boolean {
    return this.#isStyleChanged || this.#changedModes.has(BLINK_MODE);
  }

  #undoCursorStyle({ cursorStyle }: KnownState): string {
    return this.#isCursorChanged ? `\x1b[${cursorStyle ?? "0"} q` : "";
  }

  /** Whether the terminal may send reports or answers that nobody typed. */
  get mayReport(): boolean {
    const { normal, alternate } = this.#keyboard;
    const hasMode = [...this.#modes].some((mode) => REPORTING_MODES.has(mode));
    return hasMode || normal.isOn || alternate.isOn || this.#isAnswerOwed;
  }

  /** Number of questions for the terminal's attributes that may still be answered. */
  get openAttributeQuestions(): number {
    return this.#isAnswerOwed ? this.#attributeQuestions : 0;
  }

  /** Records a sequence from the terminal: with its attributes all older answers have come. */
  noteInput(sequence: string): void {
    if (this.#attributeQuestions === 0 || !ATTRIBUTES_ANSWER.test(sequence)) return;
    this.#attributeQuestions--;
    if (this.#attributeQuestions === 0 && this.#isLastQuestion) this.#askedMs = -Infinity;
  }

  get #isAnswerOwed(): boolean {
    return performance.now() - this.#askedMs < ANSWER_MS;
  }

  get #isAlternate(): boolean {
    return [...ALTERNATE_SCREENS].some((mode) => this.#modes.has(mode));
  }

  #take(sequence: string): void {
    if (sequence === "\x1bc") return this.#noteReset();
    if (QUESTION.test(sequence)) this.#noteQuestion(sequence);
    else if (sequence.startsWith("\x1b]")) {
      if (this.#colors.take(sequence.slice(2))) this.#noteQuestion(sequence);
    } else if (sequence.endsWith("u")) {
      const { normal, alternate } = this.#keyboard;
      (this.#isAlternate ? alternate : normal).take(sequence.slice(2, -1));
    } else if (sequence.endsWith(" q") || sequence === "\x1b[!p") this.#isStyleChanged = true;
    else if (/^\x1b\[\?[\d;]+[hl]$/.test(sequence)) this.#takeModes(sequence);
    else this.#titles.take(sequence);
  }

  #takeModes(sequence: string): void {
    const isSet = sequence.endsWith("h");
    for (const text of sequence.slice(3, -1).split(";")) {
      const mode = Number(text);
      this.#changedModes.add(mode);
      if (isSet) this.#modes.add(mode);
      else if (ALTERNATE_SCREENS.has(mode))
        for (const it of ALTERNATE_SCREENS) this.#modes.delete(it);
      else this.#modes.delete(mode);
      if (!isSet && mode === PASTE_MODE) this.#events.onPasteModeOff();
    }
  }

  #noteQuestion(sequence: string): void {
    if (!this.#isAnswerOwed) this.#attributeQuestions = 0;
    this.#askedMs = performance.now();
    this.#isLastQuestion = ATTRIBUTES_QUESTION.test(sequence);
    if (this.#isLastQuestion) this.#attributeQuestions++;
  }

  #noteReset(): void {
    this.#keyboard.normal.clear();
    this.#keyboard.alternate.clear();
    this.#colors.noteReset();
    this.#modes.clear();
    this.#isStyleChanged = true;
    this.#events.onPasteModeOff();
  }
}
