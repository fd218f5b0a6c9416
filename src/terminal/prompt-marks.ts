/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { lineAt, type Line, type ScreenBuffer, type XtermCore } from "./xterm-core.ts";

export interface PromptMark {
  x: number;
  /** What followed `OSC 133 ;` */
  payload: string;
}

/** What a shell's marks tell about it. */
export interface ShellMarks {
  /** How often it has told where a prompt ends. */
  prompts: number;
  /** That was the last thing told: it has shown its prompt, and no command has begun since. */
  isPromptShown: boolean;
  /** The cursor is right behind the prompt, and nothing is typed there. */
  isLineEmpty: boolean;
  /** A command has begun and not ended. */
  isRunning: boolean;
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
  private last: { kind: string; at: object; x: number } | undefined;
  private prompts = 0;
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
    this.last = { kind, at: line._extendedAttrs, x };
    if (kind === "B") this.prompts++;
    if (buffer !== this.core._bufferService.buffers.normal) return;
    // A shell that draws its prompt anew sets the same mark again.
    const kept = this.of(line).filter((mark) => mark.x !== x || !mark.payload.startsWith(kind));
    kept.push({ x, payload });
    kept.sort((a, b) => a.x - b.x);
    this.marks.set(line._extendedAttrs, kept.slice(-MAX_MARKS_PER_LINE));
    this.hasAny = true;
  }

  /** Where the shell is, by the last of its marks; undefined when it sets none. */
  shellState(): ShellMarks | undefined {
    if (this.last === undefined) return undefined;
    const { kind } = this.last;
    return {
      prompts: this.prompts,
      isPromptShown: kind === "B",
      isLineEmpty: kind === "B" && this.isCursorAtEmpty(this.last),
      isRunning: kind === "C",
    };
  }

  private isCursorAtEmpty({ at, x }: { at: object; x: number }): boolean {
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
