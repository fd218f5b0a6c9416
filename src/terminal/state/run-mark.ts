import type { LineMarker, XtermCore } from "../xterm/xterm-core.ts";

/** Start of the last run command's output, on the normal screen or above it. */
export class RunMark {
  #marker: LineMarker | undefined;
  #line: number | undefined;

  readonly #core: XtermCore;

  constructor(core: XtermCore) {
    this.#core = core;
  }

  /** It begins at the cursor. */
  set(): void {
    this.#marker?.dispose();
    this.#line = undefined;
    const { normal } = this.#core._bufferService.buffers;
    this.#marker = normal.addMarker(normal.ybase + normal.y);
  }

  /** Its row in the terminal model; undefined when there is none. */
  row(): number | undefined {
    const marker = this.#marker;
    return this.#line !== undefined || marker === undefined ? undefined : Math.max(0, marker.line);
  }

  /** The number of its line in the archive, once it has left the model. */
  archivedLine(): number | undefined {
    return this.#line;
  }

  /** Its row has left the model. */
  leave(line: number): void {
    this.#line = line;
  }

  /** Its row has changed. */
  moveTo(row: number): void {
    this.#marker?.dispose();
    this.#line = undefined;
    this.#marker = this.#core._bufferService.buffers.normal.addMarker(row);
  }
}
