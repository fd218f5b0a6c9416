import { ByteWriter } from "../snapshot/byte-writer.ts";
import { BG, COLOR } from "../xterm/cell-bits.ts";
import { isPlainBlank } from "../xterm/cell-pen.ts";
import { CellText } from "../snapshot/cell-text.ts";
import type { HyperlinkMap } from "../state/hyperlinks.ts";
import { DEFAULT_PEN, PenTracker } from "../snapshot/pen-tracker.ts";
import type { PromptMark } from "../state/prompt-marks.ts";
import type { Line } from "../xterm/xterm-core.ts";
import type { ArchiveChunk } from "./archive-chunk.ts";
import {
  CONTINUES,
  HAS_BACKGROUND,
  HAS_WIDE,
  HEADER_BYTES,
  writeHeader,
  type ArchiveRecord,
} from "./archive-record.ts";

/** A longer record ends at its next change of style; its line continues in the next record. */
const MAX_RECORD_BYTES = 32 << 10;
const NOTHING = new Uint8Array(0);
const SPACE = 0x20;

/** Turns cells, row by row, into the records of a chunk. */
export class LineEncoder {
  readonly #links: HyperlinkMap;
  readonly #nextChunk: () => ArchiveChunk;
  readonly #onRecord: (size: number, continues: boolean) => void;
  #chunk: ArchiveChunk | undefined;
  #out = new ByteWriter(0);
  #pen: PenTracker;
  #text: CellText;
  /** Start of the record being written. */
  #start = 0;
  #isWriting = false;
  /** Blanks, written as spaces once something follows them in their line. */
  #blanks = 0;
  #blankColor = 0;
  #cells = 0;
  #flags = 0;

  /**
   * @param nextChunk where the next record belongs.
   * @param onRecord called with the size of each completed record.
   */
  constructor(
    links: HyperlinkMap,
    nextChunk: () => ArchiveChunk,
    onRecord: (size: number, continues: boolean) => void,
  ) {
    this.#links = links;
    this.#nextChunk = nextChunk;
    this.#onRecord = onRecord;
    this.#pen = new PenTracker(this.#out, links);
    this.#text = new CellText(this.#out, this.#pen);
  }

  /** Whether a record is being written. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Whether that record continues the one before. */
  get continues(): boolean {
    return (this.#flags & CONTINUES) !== 0;
  }

  /** Bytes of that record so far. */
  get byteLength(): number {
    return this.#isWriting ? this.#out.size - this.#start : 0;
  }

  /** Begins a line; with `continues`, the next record of the same line. */
  begin(continues: boolean): void {
    const chunk = this.#nextChunk();
    if (chunk !== this.#chunk || chunk.out !== this.#out) {
      this.#chunk = chunk;
      this.#out = chunk.out;
      // Lines above the screen are never erased, so their protection need not be kept.
      this.#pen = new PenTracker(this.#out, this.#links, ~(BG.hasExtended | BG.protected));
      this.#text = new CellText(this.#out, this.#pen);
    }
    this.#start = chunk.end;
    this.#out.truncate(this.#start);
    this.#out.room(HEADER_BYTES);
    this.#out.advance(HEADER_BYTES);
    this.#isWriting = true;
    this.#blanks = 0;
    this.#cells = 0;
    this.#flags = continues ? CONTINUES : 0;
    this.#text.hasWide = false;
    if (!continues) this.#text.interrupt();
  }

  /** Forgets the incomplete record. */
  abandon(): void {
    this.#isWriting = false;
    this.#chunk = undefined;
    this.#pen.state = DEFAULT_PEN;
    this.#blanks = 0;
  }

  /** Adds a row's cells up to `end`. */
  addRow(line: Line, end: number, marks: readonly PromptMark[]): void {
    let x = 0;
    for (const mark of marks) {
      // A wide character's marks are written before it.
      const at = mark.x > 0 && mark.x < end && line.getWidth(mark.x) === 0 ? mark.x - 1 : mark.x;
      x = this.#addCells(line, x, Math.min(at, end));
      this.#flushBlanks();
      this.#out.text(`\x1b]133;${mark.payload}\x1b\\`);
    }
    this.#addCells(line, x, end);
  }

  #addCells(line: Line, from: number, end: number): number {
    let x = from;
    while (x < end) {
      x = isPlainBlank(line, x) ? this.#addBlanks(line, x, end) : this.#addText(line, x, end);
      if (this.#out.size - this.#start > MAX_RECORD_BYTES) this.#split();
    }
    return x;
  }

  /** Ends the line. Blanks at its end become its fill. */
  endLine(): void {
    this.#pen.reset();
    const textEnd = this.#out.size;
    if (this.#blanks > 0 && this.#blankColor !== 0) {
      this.#pen.setBackground(this.#blankColor);
      this.#out.ascii("\x1b[K");
      this.#pen.reset();
    }
    this.#endRecord(textEnd);
  }

  /** The record being written as if it ended here, with the blanks at its end. */
  openRecord(continues: boolean): ArchiveRecord {
    const size = this.#out.size;
    const [pen, blanks, cells, flags] = [this.#pen.state, this.#blanks, this.#cells, this.#flags];
    this.#flushBlanks();
    this.#pen.reset();
    const record = {
      continues,
      hasWide: (this.#flags & HAS_WIDE) !== 0,
      hasBackground: (this.#flags & HAS_BACKGROUND) !== 0,
      cells: this.#cells,
      text: this.#out.view().slice(this.#start + HEADER_BYTES),
      fill: NOTHING,
    };
    this.#out.truncate(size);
    this.#pen.state = pen;
    [this.#blanks, this.#cells, this.#flags] = [blanks, cells, flags];
    return record;
  }

  /** Ends the record; cells added later belong to the same line. */
  #split(): void {
    const blanks = this.#blanks;
    this.#pen.reset();
    this.#endRecord(this.#out.size);
    this.begin(true);
    this.#blanks = blanks;
  }

  #endRecord(textEnd: number): void {
    const end = this.#out.size;
    writeHeader(this.#out.buffer, this.#start, {
      flags: this.#flags,
      size: end - this.#start,
      cells: this.#cells,
      fillBytes: end - textEnd,
    });
    this.#chunk?.commit(end, this.continues);
    this.#isWriting = false;
    this.#onRecord(end - this.#start, this.continues);
  }

  #addBlanks(line: Line, from: number, stop: number): number {
    const { _data } = line;
    const color = (_data[from * 3 + 2] ?? 0) & COLOR.mask;
    let x = from + 1;
    while (x < stop && isPlainBlank(line, x) && ((_data[x * 3 + 2] ?? 0) & COLOR.mask) === color) {
      x++;
    }
    if (color !== this.#blankColor) this.#flushBlanks();
    this.#blankColor = color;
    this.#blanks += x - from;
    return x;
  }

  #flushBlanks(): void {
    if (this.#blanks === 0) return;
    this.#pen.setWords(0, this.#blankColor, undefined);
    if (this.#blankColor !== 0) this.#flags |= HAS_BACKGROUND;
    this.#out.repeat(SPACE, this.#blanks);
    this.#cells += this.#blanks;
    this.#blanks = 0;
    this.#text.interrupt();
  }

  /** Adds non-blank cells of the same style; returns where they end. */
  #addText(line: Line, from: number, stop: number): number {
    if (this.#blanks > 0) this.#flushBlanks();
    const end = this.#text.writeRun(line, from, stop);
    if (this.#text.hasWide) this.#flags |= HAS_WIDE;
    if ((this.#pen.background & COLOR.mask) !== 0) this.#flags |= HAS_BACKGROUND;
    this.#cells += end - from;
    return end;
  }
}
