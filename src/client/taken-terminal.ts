import type { TerminalKind } from "../config/environment.ts";
import { CLEAR_SCREEN, RESET_START } from "../protocol/terminal-reset.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { SequenceBorder } from "../terminal/stream/sequence-border.ts";
import { TerminalUse } from "./terminal-use.ts";
import { UserState } from "./user-state.ts";

const LF = 0x0a;
const SAVE_TITLE = "\x1b[22;0t";
const RESTORE_TITLE = "\x1b[23;0t";
/** An entry of our own: what a session sets, it sets above its user's. */
const PUSH_KEYBOARD = "\x1b[>u";
const POP_KEYBOARD = "\x1b[<u";
/** XTPUSHCOLORS and XTPOPCOLORS. */
const PUSH_COLORS = "\x1b[#P";
const POP_COLORS = "\x1b[#Q";
/** No terminal has more rows: the cursor stops at the last. */
const MAX_ROW = 9999;

export interface TakenTerminalEvents {
  /** Keys that were held back because they could have become an answer of the terminal. */
  onLateKeys(bytes: Uint8Array): void;
  /** The program asks for pastes in brackets no longer. */
  onPasteModeOff(): void;
}

/**
 * What is written to a terminal that is taken over, besides what sessions print: so that each session
 * finds it as a new one is, and its user as it was. Writes nothing itself.
 */
export class TakenTerminal {
  readonly #kind: TerminalKind;
  readonly #events: TakenTerminalEvents;
  readonly #border = new SequenceBorder();
  #use: TerminalUse;
  #user: UserState;
  /** Whether its screen belongs to sessions now. */
  #isPrepared = false;
  /** Whether something stands on the line of the cursor, as far as the output tells. */
  #isInLine = false;

  constructor(kind: TerminalKind, events: TakenTerminalEvents) {
    this.#kind = kind;
    this.#events = events;
    this.#use = new TerminalUse(events);
    this.#user = this.#newUser();
  }

  /** Whether it obeys no control sequences: it gets none but the program's. */
  get isDumb(): boolean {
    return this.#kind === "dumb";
  }

  /** Asks for what its user has set, and keeps it where there is a stack. Nothing is shown yet. */
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

  /** Makes it what a new one would be, with an empty screen. What stood there is scrolled out. */
  prepare(rows: number): string {
    if (this.isDumb) return this.#endLine();
    const scroll = this.#isPrepared ? "" : this.#scrollOut(rows);
    this.#isPrepared = true;
    this.#border.push(encodeUtf8(CLEAR_SCREEN));
    return this.#use.undoSession(this.#user) + scroll + CLEAR_SCREEN;
  }

  /** Takes back what the session has set, in the middle of its output. */
  reset(): string {
    return this.#use.undoSession(this.#user).slice(RESET_START.length);
  }

  /** Follows what a session prints. @returns what has to be written before that. */
  follow(bytes: Uint8Array): string {
    this.#isInLine = bytes.at(-1) !== LF;
    const isAtBorder = this.#border.isAtBorder;
    this.#border.push(bytes);
    this.#use.follow(bytes);
    // The colours from before can be asked for as long as the program's are not set.
    const { newPaletteColors } = this.#use;
    const asks = newPaletteColors.length > 0 && isAtBorder && this.#kind === "full";
    return asks ? this.#user.askPalette(newPaletteColors) : "";
  }

  /** What of the terminal's input was typed. */
  take(bytes: Uint8Array): Uint8Array {
    return this.#user.take(bytes);
  }

  #newUser(): UserState {
    const { onLateKeys } = this.#events;
    return new UserState(onLateKeys, (sequence) => this.#use.noteInput(sequence));
  }

  /** What undoes all that sessions have done to the terminal. */
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

  /** What its user has set counts only where sessions have set something else. */
  lateAnswers(): ((bytes: Uint8Array) => boolean) | undefined {
    if (!this.#isPrepared || !this.#use.hasChanged || !this.#user.isFresh) return undefined;
    return (bytes) => {
      this.#user.take(bytes);
      return !this.#user.isFresh;
    };
  }

  /** Answers that the terminal owes, if it may send what nobody has typed. */
  owedAnswers(): number | undefined {
    if (this.isDumb || (!this.#use.mayReport && !this.#user.isFresh)) return undefined;
    return this.#use.openAttributeQuestions + (this.#user.isFresh ? 1 : 0);
  }

  /** Where the cursor is, is known when the terminal has been quick to tell; else all rows go. */
  #scrollOut(rows: number): string {
    const { row, col } = this.#user.position ?? { row: rows, col: 2 };
    return `\x1b[${MAX_ROW};1H${"\n".repeat(Math.min(rows, col > 1 ? row : row - 1))}`;
  }
}
