import { lineAt, type Line, type XtermCore } from "../xterm/xterm-core.ts";

export interface PromptMark {
  x: number;
  /** What followed `OSC 133 ;` */
  payload: string;
}

const MAX_MARKS_PER_LINE = 8;
const MAX_PAYLOAD_LENGTH = 256;
const NO_MARKS: readonly PromptMark[] = [];
const NO_COLUMNS: readonly number[] = [];

/**
 * Shell integration marks (OSC 133) on the normal screen and its scrollback.
 *
 * They are attached to the line's `_extendedAttrs`, which xterm replaces whenever it clears or recycles
 * a line: so a mark disappears with its line and costs nothing for other lines.
 */
export class PromptMarks {
  #input: { at: object; x: number } | undefined;
  readonly #marks = new WeakMap<object, PromptMark[]>();
  #hasAny = false;

  readonly #core: XtermCore;

  constructor(core: XtermCore) {
    this.#core = core;
  }

  add(payload: string): void {
    const buffer = this.#core._inputHandler._activeBuffer;
    if (payload === "" || payload.length > MAX_PAYLOAD_LENGTH) return;
    const line = lineAt(buffer, buffer.ybase + buffer.y);
    const kind = payload.charAt(0);
    const x = beginsLine(payload) ? 0 : Math.min(buffer.x, this.#core.cols - 1);
    if (buffer !== this.#core._bufferService.buffers.normal) return;
    // A shell that redraws its prompt sets the same mark again.
    const kept = this.of(line).filter((mark) => mark.x !== x || !mark.payload.startsWith(kind));
    kept.push({ x, payload });
    kept.sort((a, b) => a.x - b.x);
    this.#marks.set(line._extendedAttrs, kept.slice(-MAX_MARKS_PER_LINE));
    this.#hasAny = true;
  }

  /** A prompt ends at the cursor: typed text follows it. */
  setInput(): void {
    const buffer = this.#core._inputHandler._activeBuffer;
    const line = lineAt(buffer, buffer.ybase + buffer.y);
    this.#input = { at: line._extendedAttrs, x: Math.min(buffer.x, this.#core.cols - 1) };
  }

  /** Whether the cursor is right after that prompt, with nothing typed. */
  isInputEmpty(): boolean {
    if (this.#input === undefined) return false;
    const { at, x } = this.#input;
    const buffer = this.#core._inputHandler._activeBuffer;
    const line = lineAt(buffer, buffer.ybase + buffer.y);
    if (line._extendedAttrs !== at || Math.min(buffer.x, this.#core.cols - 1) !== x) return false;
    return line.getString(x).trim() === "";
  }

  /** Columns of a line that have marks to {@link move}. */
  columnsOf(line: Line): readonly number[] {
    const input = this.#input?.at === line._extendedAttrs ? this.#input : undefined;
    if (!this.#hasAny && input === undefined) return NO_COLUMNS;
    const columns = new Set(this.of(line).map(({ x }) => x));
    if (input !== undefined) columns.add(input.x);
    return [...columns];
  }

  /** Moves the marks at a column of a line along with its text. */
  move(from: Line, x: number, to: Line, newX: number): void {
    if (this.#input?.at === from._extendedAttrs && this.#input.x === x) {
      this.#input = { at: to._extendedAttrs, x: newX };
    }
    const moved = this.of(from).filter((mark) => mark.x === x);
    for (const mark of moved) {
      const at = beginsLine(mark.payload) ? 0 : newX;
      if (from === to) mark.x = at;
      else this.put(to, at, mark.payload);
    }
  }

  /** Sets a mark anywhere. */
  put(line: Line, x: number, payload: string): void {
    const marks = [...this.of(line), { x, payload }].sort((a, b) => a.x - b.x);
    this.#marks.set(line._extendedAttrs, marks.slice(-MAX_MARKS_PER_LINE));
    this.#hasAny = true;
  }

  of(line: Line): readonly PromptMark[] {
    return (this.#hasAny ? this.#marks.get(line._extendedAttrs) : undefined) ?? NO_MARKS;
  }
}

/** For these, some terminals begin a new line unless the cursor is at the start of one. */
function beginsLine(payload: string): boolean {
  return "ALN".includes(payload.charAt(0));
}
