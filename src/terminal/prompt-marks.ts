/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { lineAt, type Line, type ScreenBuffer, type XtermCore } from "./xterm-core.ts";

export interface PromptMark {
  x: number;
  /** What followed `OSC 133 ;` */
  payload: string;
}

const MAX_MARKS_PER_LINE = 8;
const MAX_PAYLOAD_LENGTH = 256;

/**
 * Shell integration marks (OSC 133) on the normal screen and its scrollback.
 *
 * They hang on the line's `_extendedAttrs`, which xterm replaces whenever it clears or recycles a
 * line: so a mark goes with its line and costs nothing to lines without one.
 */
export class PromptMarks {
  private input: { at: object; x: number } | undefined;
  private readonly marks = new WeakMap<object, PromptMark[]>();
  private hasAny = false;

  constructor(private readonly core: XtermCore) {}

  add(payload: string): void {
    const buffer = this.core._inputHandler._activeBuffer;
    if (payload === "" || payload.length > MAX_PAYLOAD_LENGTH) return;
    const line = lineAt(buffer, buffer.ybase + buffer.y);
    const kind = payload.charAt(0);
    // Some terminals begin a new line for these unless they are at the start of one.
    const x = "ALN".includes(kind) ? 0 : Math.min(buffer.x, this.core.cols - 1);
    if (buffer !== this.core._bufferService.buffers.normal) return;
    // A shell that draws its prompt anew sets the same mark again.
    const kept = this.of(line).filter((mark) => mark.x !== x || !mark.payload.startsWith(kind));
    kept.push({ x, payload });
    kept.sort((a, b) => a.x - b.x);
    this.marks.set(line._extendedAttrs, kept.slice(-MAX_MARKS_PER_LINE));
    this.hasAny = true;
  }

  /** A prompt ends at the cursor: what is typed stands behind it. */
  setInput(): void {
    const buffer = this.core._inputHandler._activeBuffer;
    const line = lineAt(buffer, buffer.ybase + buffer.y);
    this.input = { at: line._extendedAttrs, x: Math.min(buffer.x, this.core.cols - 1) };
  }

  /** Whether the cursor is right behind that prompt, and nothing is typed there. */
  isInputEmpty(): boolean {
    if (this.input === undefined) return false;
    const { at, x } = this.input;
    const buffer = this.core._inputHandler._activeBuffer;
    const line = lineAt(buffer, buffer.ybase + buffer.y);
    if (line._extendedAttrs !== at || Math.min(buffer.x, this.core.cols - 1) !== x) return false;
    return line.getString(x).trim() === "";
  }

  /** After a resize: marks beyond the last column go to it. */
  moveInside(buffer: ScreenBuffer, cols: number): void {
    for (let y = 0; this.hasAny && y < buffer.lines.length; y++) {
      const line = buffer.lines.get(y);
      if (line === undefined) continue;
      for (const mark of this.of(line)) mark.x = Math.min(mark.x, cols - 1);
    }
  }

  of(line: Line): readonly PromptMark[] {
    return this.hasAny ? (this.marks.get(line._extendedAttrs) ?? []) : [];
  }
}
