import { readCharsets, type CharsetState, DEFAULT_CHARSETS } from "./charsets.ts";
import { updateExtended } from "./sgr.ts";
import type { Charset, ExtendedAttrs, ScreenBuffer, XtermCore } from "./xterm-core.ts";

/** The state saved by DECSC. `x` equals the number of columns while a wrap is pending. */
export interface SavedCursor {
  x: number;
  /** Counted from the top of the screen. */
  y: number;
  fg: number;
  bg: number;
  extended: ExtendedAttrs | undefined;
  charsets: CharsetState;
  tables: Charset[];
  origin: boolean;
}

const NEVER_SAVED: SavedCursor = {
  x: 0,
  y: 0,
  fg: 0,
  bg: 0,
  extended: undefined,
  charsets: DEFAULT_CHARSETS,
  tables: [],
  origin: false,
};

/**
 * DECSC and DECRC for both screens. xterm's own saves the line in the scrollback instead of the row,
 * and does not save origin mode, pending wrap, G0–G3 and the underline style.
 */
export class SavedCursors {
  #normal = NEVER_SAVED;
  #alt = NEVER_SAVED;

  readonly #core: XtermCore;

  constructor(core: XtermCore) {
    this.#core = core;
  }

  of(screen: "normal" | "alt"): SavedCursor {
    return screen === "alt" ? this.#alt : this.#normal;
  }

  save(): void {
    const core = this.#core;
    const buffer = core._inputHandler._activeBuffer;
    const { fg, bg, extended } = core._inputHandler._curAttrData;
    this.#set({
      x: buffer.x,
      y: buffer.y,
      fg,
      bg,
      extended: extended.clone(),
      charsets: readCharsets(core),
      tables: [...core._charsetService._charsets],
      origin: core.coreService.decPrivateModes.origin,
    });
  }

  restore(): void {
    const core = this.#core;
    const saved = core._inputHandler._activeBuffer === this.#buffers.alt ? this.#alt : this.#normal;
    const buffer = core._inputHandler._activeBuffer;
    const pen = core._inputHandler._curAttrData;
    pen.fg = saved.fg;
    pen.bg = saved.bg;
    pen.extended = saved.extended?.clone() ?? pen.extended.clone();
    if (saved.extended === undefined) {
      pen.extended._ext = 0;
      pen.extended._urlId = 0;
    }
    updateExtended(pen);
    core._charsetService._charsets = [...saved.tables];
    core._charsetService.glevel = saved.charsets.level;
    core._charsetService.charset = saved.tables[saved.charsets.level];
    core.coreService.decPrivateModes.origin = saved.origin;
    buffer.x = saved.x;
    buffer.y = saved.y;
    core._inputHandler._restrictCursor(core.cols);
  }

  /** Leaving the alternate screen drops its saved cursor with its contents. */
  forgetAlt(): void {
    this.#alt = NEVER_SAVED;
  }

  /** DECSTR forgets the cursor of the shown screen, RIS both. */
  forgetActive(): void {
    this.#set(NEVER_SAVED);
  }

  forgetAll(): void {
    this.#normal = NEVER_SAVED;
    this.#alt = NEVER_SAVED;
  }

  /**
   * While the alternate screen is shown: the position on the normal screen where a program will write
   * after leaving it. A resize must keep it in its line. Undefined at other times.
   */
  returning(): { x: number; y: number } | undefined {
    const isAlt = this.#core._inputHandler._activeBuffer === this.#buffers.alt;
    return isAlt && this.#normal !== NEVER_SAVED ? this.#normal : undefined;
  }

  /** The line of {@link returning} has moved to another row. */
  moveTo(x: number, y: number): void {
    this.#normal = { ...this.#normal, x, y };
  }

  /** After a resize. */
  clampToScreen(): void {
    this.#normal = this.#clamp(this.#normal);
    this.#alt = this.#clamp(this.#alt);
  }

  #clamp(saved: SavedCursor): SavedCursor {
    if (saved === NEVER_SAVED) return saved;
    const { cols, rows } = this.#core;
    return {
      ...saved,
      x: Math.min(saved.x, cols - 1),
      y: Math.max(0, Math.min(saved.y, rows - 1)),
    };
  }

  #set(saved: SavedCursor): void {
    if (this.#core._inputHandler._activeBuffer === this.#buffers.alt) this.#alt = saved;
    else this.#normal = saved;
  }

  get #buffers(): { normal: ScreenBuffer; alt: ScreenBuffer } {
    return this.#core._bufferService.buffers;
  }
}
