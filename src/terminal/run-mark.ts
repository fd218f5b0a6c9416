/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import type { LineMarker, XtermCore } from "./xterm-core.ts";

/** Where on the normal screen and its scrollback the output of the last run command begins. */
export class RunMark {
  private marker: LineMarker | undefined;

  constructor(private readonly core: XtermCore) {}

  /** It begins at the cursor. */
  set(): void {
    this.marker?.dispose();
    const { normal } = this.core._bufferService.buffers;
    this.marker = normal.addMarker(normal.ybase + normal.y);
  }

  /**
   * Its row, 0 for the first of the scrollback, also when it has scrolled out of there: then all
   * that is left came after. Undefined when there is none.
   */
  row(): number | undefined {
    return this.marker === undefined ? undefined : Math.max(0, this.marker.line);
  }
}
