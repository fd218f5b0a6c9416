import type { TerminalKind } from "../config/environment.ts";
import { CLEAR_SCREEN, RESET_START } from "../protocol/terminal-reset.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { SequenceBorder } from "../terminal/stream/sequence-border.ts";
import { TerminalUse } from "./terminal-use.ts";
import { UserState } from "./user-state.ts";

const LF = 0x0a;
const SAVE_TITLE = "\x1b[22;0t";
const RESTORE_TITLE = "\x1b[23;0t";
/** An entry of our own: a session changes this one, and not its user's. */
const PUSH_KEYBOARD = "\x1b[>u";
const POP_KEYBOARD = "\x1b[<u";
/** XTPUSHCOLORS and XTPOPCOLORS. */
const PUSH_COLORS = "\x1b[#P";
const POP_COLORS = "\x1b[#Q";
/** No terminal has more rows: the cursor stops at the last. */
const MAX_ROW = 9999;

export interface TakenTerminalEvents {
  /** Keys that were held because they could have begun an answer of the terminal. */
  onLateKeys(bytes: Uint8Array): void;
  /** The program has turned bracketed paste off. */
  onPasteModeOff(): void;
}

/**
 * The text to write to the user's terminal in addition to the output of sessions, so that each session
 * starts on a terminal in the state of a new one, and the user gets it back unchanged. Writes nothing itself.
 */
export class TakenTerminal {
  readonly #kind: TerminalKind;
  readonly #events: TakenTerminalEvents;
  readonly #border = new SequenceBorder();
  #use: TerminalUse;
  #user: UserState;
  /** Whether its screen belongs to sessions now. */
  #isPrepared = false;
  /** Whether the line of the cursor has text, judging by the output. */
  #isInLine = false;

  constructor(kind: TerminalKind, events: TakenTerminalEvents) {
    this.#kind = kind;
    this.#events = events;
    this.#use = new TerminalUse(events);
    this.#user = this.#newUser();
  }

  /** Whether the terminal obeys no control sequences: then it gets only those of the program. */
  get isDumb(): boolean {
    return this.#kind === "dumb";
  }

  /** Asks the terminal for the settings of its user, and saves those for which it has a stack. */
  begin(): string {
    this.#isPrepared = false;
    if (this.isDumb) return "";
    const typed = this.#user.end();
    if (typed.byteLength > 0) this.#events.onLateKeys(typed);
    this.#use = new TerminalUse(this.#events);
    this.#user = this.#newUser();
    this.#use.follow(encodeUtf8(SAVE_TITLE + PUSH_KEYBOARD));
    const isConsole = this.#kind === "console";
    const questions = this.#user.ask(isConsole);
    return questions + (isConsole ? "" : PUSH_COLORS) + SAVE_TITLE + PUSH_KEYBOARD;
  }

  /** Resets the terminal to the state of a new one; the old screen is scrolled out. */
  prepare(rows: number): string {
    if (this.isDumb) return this.#endLine();
    const scroll = this.#isPrepared ? "" : this.#scrollOut(rows);
    this.#isPrepared = true;
    this.#border.push(encodeUtf8(CLEAR_SCREEN));
    return this.#use.undoSession(this.#user) + scroll + CLEAR_SCREEN;
  }

  /** Undoes the settings of the session in the middle of its output. */
  reset(): string {
    return this.#use.undoSession(this.#user).slice(RESET_START.length);
  }

  /** Follows the output of a session. @returns text to write before it. */
  follow(bytes: Uint8Array): string {
    this.#isInLine = bytes.at(-1) !== LF;
    const isAtBorder = this.#border.isAtBorder;
    this.#border.push(bytes);
    this.#use.follow(bytes);
    // The old colours can be asked for until the program's are set.
    const { newPaletteColors } = this.#use;
    const asks = newPaletteColors.length > 0 && isAtBorder && this.#kind === "full";
    return asks ? this.#user.askPalette(newPaletteColors) : "";
  }

  /** The part of the terminal's input that was typed. */
  take(bytes: Uint8Array): Uint8Array {
    return this.#user.take(bytes);
  }

  #newUser(): UserState {
    const { onLateKeys } = this.#events;
    return new UserState(onLateKeys, (sequence) => this.#use.noteInput(sequence));
  }

  /** Text that undoes all changes of sessions to the terminal. */
  leave(): string {
    if (this.isDumb) return this.#endLine();
    const titles = RESTORE_TITLE.repeat(this.#use.titleDepth);
    const popColors = this.#kind === "full" ? POP_COLORS : "";
    if (!this.#isPrepared) return POP_KEYBOARD + popColors + titles;
    return this.#use.undoAll(this.#user, popColors) + CLEAR_SCREEN + titles;
  }

  #endLine(): string {
    const end = this.#isInLine ? "\r\n" : "";
    this.#isInLine = false;
    return end;
  }

  /** The settings of the user are needed only where sessions have changed them. */
  lateAnswers(): ((bytes: Uint8Array) => boolean) | undefined {
    if (!this.#isPrepared || !this.#use.hasChanged || !this.#user.isFresh) return undefined;
    return (bytes) => {
      this.#user.take(bytes);
      return !this.#user.isFresh;
    };
  }

  /** Number of answers still due, if the terminal may send anything that was not typed. */
  owedAnswers(): number | undefined {
    if (this.isDumb || (!this.#use.mayReport && !this.#user.isFresh)) return undefined;
    return this.#use.openAttributeQuestions + (this.#user.isFresh ? 1 : 0);
  }

  /** The cursor's row is known if the terminal answered quickly; else all rows are scrolled out. */
  #scrollOut(rows: number): string {
    const { row, col } = this.#user.position ?? { row: rows, col: 2 };
    return `\x1b[${MAX_ROW};1H${"\n".repeat(Math.min(rows, col > 1 ? row : row - 1))}`;
  }
}
