import type { Size } from "../../protocol/messages.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../../protocol/terminal-reset.ts";
import type { ViewFrame, ViewPort } from "../../terminal/backend.ts";
import { SETTING_RESETS } from "../../terminal/snapshot/view-frame.ts";
import type { ClientConnection } from "./client-connection.ts";

const SYNC_BEGIN = "\x1b[?2026h";
const SYNC_END = "\x1b[?2026l";
/** Ends whatever sequence the output was cut in, and what follows is shown at once. */
const RESET = `\x1b\\${SYNC_BEGIN}${TERMINAL_RESET.replace(SYNC_END, "")}`;

/** What a client's terminal shows of a session of another size, and how that is changed. */
export class ClientView {
  readonly client: ClientConnection;
  /** Size of the client's terminal. */
  size: Size;
  #port: Pick<ViewPort, "top" | "left"> = { top: 0, left: 0 };
  /** What its terminal shows; undefined when that is not known. */
  #shown: ViewFrame | undefined;
  #settings: readonly string[] = [];
  /** Where the notice is shown. */
  #noticeRow: number | undefined;
  frameMs = Number.NEGATIVE_INFINITY;
  /** Something has changed since the last frame. */
  isDue = true;
  /** Output that was not sent, for what its terminal's scrollback lacks. */
  missedBytes = 0;
  missedLines = 0;

  constructor(client: ClientConnection, size: Size) {
    this.client = client;
    this.size = size;
  }

  get port(): ViewPort {
    return { ...this.size, ...this.#port };
  }

  /** Its terminal shows something that is not known: all is drawn again. */
  forget(): void {
    this.#shown = undefined;
    this.#settings = [];
    this.isDue = true;
  }

  /**
   * Bytes that make its terminal show a frame; empty when it does.
   * @param notice a line that is shown over the frame, at the end that is farther from the cursor.
   */
  update(frame: ViewFrame, notice?: string): string {
    const { rows, cols } = this.size;
    const { cursor } = frame;
    this.#port = { top: frame.top, left: frame.left };
    const before = this.#shown;
    if (notice === undefined) this.#noticeRow = undefined;
    else this.#noticeRow ??= cursor.row >= frame.lines.length / 2 ? 0 : frame.lines.length - 1;
    const lines = withLine(frame.lines, this.#noticeRow, notice ?? "", cols);
    let out = "";
    for (const [row, line] of lines.entries()) {
      if (line !== before?.lines[row]) out += `\x1b[${row + 1}H${line}`;
    }
    const lastRow = before === undefined ? rows : before.lines.length;
    if (lines.length < Math.min(lastRow, rows)) out += `\x1b[${lines.length + 1}H\x1b[J`;
    const settings = this.#settingsTo(frame.settings);
    const isSame = before !== undefined && out === "" && settings === "";
    if (isSame && isSameCursor(before.cursor, cursor)) return "";
    this.#shown = { ...frame, lines };
    this.#settings = frame.settings;
    const { row, col, isVisible } = cursor;
    const place = `\x1b[${row + 1};${col + 1}H${isVisible ? "\x1b[?25h" : "\x1b[?25l"}`;
    const hidden = out === "" ? "" : "\x1b[?25l";
    const begin = before === undefined ? RESET : SYNC_BEGIN;
    return `${begin}${settings}${hidden}${out}${place}${SYNC_END}`;
  }

  get hasNotice(): boolean {
    return this.#noticeRow !== undefined;
  }

  #settingsTo(settings: readonly string[]): string {
    const change = (setting: string, i: number): string => {
      if (setting === (this.#settings[i] ?? "")) return "";
      return setting === "" ? (SETTING_RESETS[i] ?? "") : setting;
    };
    return settings.map(change).join("");
  }
}

/**
 * What stands around a state that takes the place of a view, so that it does so at once where the
 * terminal knows how.
 * @param isWhole whether no half sequence stands at the end of the state.
 */
export function aroundState(isWhole: boolean): { before: string; after: string } {
  const empty = `${TERMINAL_RESET}${CLEAR_SCREEN}`;
  return isWhole ? { before: RESET + CLEAR_SCREEN, after: SYNC_END } : { before: empty, after: "" };
}

function isSameCursor(a: ViewFrame["cursor"], b: ViewFrame["cursor"]): boolean {
  return a.row === b.row && a.col === b.col && a.isVisible === b.isVisible;
}

function withLine(
  lines: readonly string[],
  row: number | undefined,
  text: string,
  cols: number,
): readonly string[] {
  if (row === undefined) return lines;
  const shown = text.slice(0, cols);
  const end = shown.length < cols ? "\x1b[K" : "";
  return lines.map((line, i) => (i === row ? `\x1b[7m${shown}\x1b[m${end}` : line));
}
