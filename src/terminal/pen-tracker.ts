import type { ByteWriter } from "./byte-writer.ts";
import type { CellPen } from "./cell-pen.ts";
import type { HyperlinkMap } from "./hyperlinks.ts";
import { fullSgr, sgrChange } from "./pen-writer.ts";
import { BG, COLOR } from "./cell-bits.ts";

const DEFAULT_PEN = { fg: 0, bg: 0, ext: 0, linkId: 0 };

/** Knows the reading terminal's pen and writes what it takes to change it. */
export class PenTracker {
  private now = { ...DEFAULT_PEN };

  constructor(
    private readonly out: ByteWriter,
    private readonly links: HyperlinkMap,
  ) {}

  get background(): number {
    return this.now.bg;
  }

  isAt(pen: Pick<CellPen, "fg" | "bg" | "ext" | "linkId">): boolean {
    const { now } = this;
    return (
      now.fg === pen.fg && now.bg === pen.bg && now.ext === pen.ext && now.linkId === pen.linkId
    );
  }

  set(to: Pick<CellPen, "fg" | "bg" | "ext" | "linkId">): void {
    const { now } = this;
    if (this.isAt(to)) return;
    if (now.linkId !== to.linkId) this.setLink(to.linkId);
    if (((now.bg ^ to.bg) & BG.protected) !== 0) {
      this.out.ascii((to.bg & BG.protected) !== 0 ? '\x1b[1"q' : '\x1b[0"q');
    }
    this.out.ascii(sgrChange(now, to));
    this.now = { fg: to.fg, bg: to.bg, ext: to.ext, linkId: to.linkId };
  }

  /** Changes the background alone: erasing uses nothing else of the pen. */
  setBackground(color: number): void {
    if ((this.now.bg & COLOR.mask) === color) return;
    this.set({ ...this.now, bg: (this.now.bg & ~COLOR.mask) | color });
  }

  reset(): void {
    this.set(DEFAULT_PEN);
  }

  /** Names the pen once more. Changes nothing, but text after it joins no cluster before it. */
  repeat(): void {
    this.out.ascii(`\x1b[0${fullSgr(this.now)}m`);
  }

  private setLink(linkId: number): void {
    const link = this.links.get(linkId);
    // Neither has a target that is kept.
    if (link === undefined && this.links.get(this.now.linkId) === undefined) return;
    this.out.text(`\x1b]8;${link?.params ?? ""};${link?.uri ?? ""}\x1b\\`);
  }
}
