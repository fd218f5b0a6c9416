import type { ByteWriter } from "./byte-writer.ts";
import type { CellPen } from "../xterm/cell-pen.ts";
import type { HyperlinkMap } from "../state/hyperlinks.ts";
import { fullSgr, writeSgrChange } from "./pen-writer.ts";
import { BG, COLOR, FG, UNDERLINE_MASK, UNDERLINE_SHIFT } from "../xterm/cell-bits.ts";
import type { ExtendedAttrs } from "../xterm/xterm-core.ts";

type PenState = Pick<CellPen, "fg" | "bg" | "ext" | "linkId">;

export const DEFAULT_PEN: PenState = { fg: 0, bg: 0, ext: 0, linkId: 0 };

/** A cell's pen, reused for each cell. */
const scratch = { fg: 0, bg: 0, ext: 0, linkId: 0 };

/** Tracks the reading terminal's pen and writes the sequences that change it. */
export class PenTracker implements PenState {
  fg = 0;
  bg = 0;
  ext = 0;
  linkId = 0;

  readonly #out: ByteWriter;
  readonly #links: HyperlinkMap;
  /** Cell flags that are sent to the terminal. */
  readonly #shownFlags: number;

  constructor(out: ByteWriter, links: HyperlinkMap, shownFlags = ~BG.hasExtended) {
    this.#out = out;
    this.#links = links;
    this.#shownFlags = shownFlags;
  }

  /** For restoring after the bytes written since are removed again. */
  get state(): PenState {
    const { fg, bg, ext, linkId } = this;
    return { fg, bg, ext, linkId };
  }

  /** The reading terminal already has this pen; writes nothing. */
  set state(to: PenState) {
    this.fg = to.fg;
    this.bg = to.bg;
    this.ext = to.ext;
    this.linkId = to.linkId;
  }

  get background(): number {
    return this.bg;
  }

  isAt(pen: PenState): boolean {
    return (
      this.fg === pen.fg && this.bg === pen.bg && this.ext === pen.ext && this.linkId === pen.linkId
    );
  }

  set(to: PenState): void {
    if (this.isAt(to)) return;
    if (this.linkId !== to.linkId) this.#setLink(to.linkId);
    if (((this.bg ^ to.bg) & BG.protected) !== 0) {
      this.#out.ascii((to.bg & BG.protected) !== 0 ? '\x1b[1"q' : '\x1b[0"q');
    }
    writeSgrChange(this.#out, this, to);
    this.state = to;
  }

  /** Changes to the style of a cell with these words. */
  setWords(fg: number, bgWord: number, extended: ExtendedAttrs | undefined): void {
    const next = scratch;
    next.fg = fg | 0;
    next.bg = (bgWord & this.#shownFlags) | 0;
    next.linkId = extended?._urlId ?? 0;
    next.ext = extended?._ext ?? 0;
    // DECALN underlines without naming a style.
    if ((next.fg & FG.underline) !== 0 && (next.ext & UNDERLINE_MASK) === 0) {
      next.ext |= 1 << UNDERLINE_SHIFT;
    }
    this.set(next);
  }

  /** Changes only the background: erasing uses nothing else of the pen. */
  setBackground(color: number): void {
    if ((this.bg & COLOR.mask) === color) return;
    this.set({ ...this.state, bg: (this.bg & ~COLOR.mask) | color });
  }

  reset(): void {
    this.set(DEFAULT_PEN);
  }

  /** Sets the same pen again, so that the next text does not join the cluster before it. */
  repeat(): void {
    this.#out.ascii(`\x1b[0${fullSgr(this)}m`);
  }

  #setLink(linkId: number): void {
    const payload = this.#links.payloadOf(linkId);
    // A link may have several numbers; a dropped number has no link.
    if (payload === this.#links.payloadOf(this.linkId)) return;
    this.#out.text(`\x1b]8;${payload ?? ";"}\x1b\\`);
  }
}
