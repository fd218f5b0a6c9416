import type { LentChunk } from "./archive-chunk.ts";
import { ByteWriter } from "../snapshot/byte-writer.ts";
import { HEADER_BYTES, RecordReader, type ArchiveRecord } from "./archive-record.ts";

interface ArchiveParts {
  chunks: readonly LentChunk[];
  /** Lines to leave out at the beginning. */
  skippedLines: number;
  /** The first record continues a line that has lost its beginning. */
  beginsInsideLine: boolean;
  /** The part of the open line that follows the records. */
  open: ArchiveRecord | undefined;
  isOpen: boolean;
  openCols: number;
}

/** Position of a walk through the records. */
interface Walk {
  /** Lines begun so far, including those left out. */
  lines: number;
  /** Columns of the line so far, as if on one row. */
  cells: number;
  hasWide: boolean;
  hasBackground: boolean;
  /** Whether a record has been included. */
  hasBegun: boolean;
  /** Whether the record begins a line other than the first. */
  isNewLine: boolean;
}

const CR_LF = Buffer.from("\r\n");
/** Erases what a terminal filled the last row with when the line wrapped. */
const ERASE_TO_END = Buffer.from("\x1b[K");
const reader = new RecordReader();

/** The archive as it was at one moment, or the last lines of it. */
export class ArchiveView {
  readonly #parts: ArchiveParts;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
  }

  get lineCount(): number {
    const { chunks, skippedLines, open } = this.#parts;
    const starts = chunks.reduce((sum, chunk) => sum + chunk.lineStarts, this.#firstLine);
    return starts + (open?.continues === false ? 1 : 0) - skippedLines;
  }

  /** Whether its last line continues in the model. */
  get isOpen(): boolean {
    return this.#parts.isOpen;
  }

  /** Whether the open line ends at the end of a row on a terminal with this many columns. */
  fillsRows(cols: number): boolean {
    return this.#parts.isOpen && this.#parts.openCols === cols;
  }

  /** Bytes of all {@link pieces}. */
  byteLength(cols: number): number {
    const walk = this.#startWalk();
    let size = 0;
    for (const chunk of this.#wantedChunks(walk))
      size += this.#measure(chunk.headers(), walk, cols);
    return size + this.#copyOpen(walk).byteLength;
  }

  /**
   * The lines as bytes for a terminal with this many columns, with CR LF between them but not after the
   * last. About a chunk at a time, because each takes some time to make.
   */
  *pieces(cols: number): Generator<Uint8Array, void> {
    const walk = this.#startWalk();
    for (const chunk of this.#wantedChunks(walk)) yield this.#copy(chunk.records(), walk, cols);
    yield this.#copyOpen(walk);
  }

  /** Each line as its records. */
  *lines(): Generator<ArchiveRecord[], void> {
    const walk = this.#startWalk();
    let line: ArchiveRecord[] = [];
    for (const chunk of this.#wantedChunks(walk)) {
      const bytes = chunk.records();
      for (let at = 0; at < bytes.byteLength && reader.readAt(bytes, at);) {
        at = reader.end;
        const record = reader.record(bytes);
        if (!record.continues) {
          if (line.length > 0) yield line;
          line = [];
          walk.lines++;
        }
        if (walk.lines > this.#parts.skippedLines) line.push(record);
      }
    }
    const open = this.#wantedOpen;
    if (open?.continues === false && line.length > 0) {
      yield line;
      line = [];
    }
    if (open !== undefined) line.push(open);
    if (line.length > 0) yield line;
  }

  get #firstLine(): number {
    return this.#parts.beginsInsideLine ? 1 : 0;
  }

  /** The open line is the last one, so it is included whenever any line is. */
  get #wantedOpen(): ArchiveRecord | undefined {
    return this.lineCount > 0 ? this.#parts.open : undefined;
  }

  #startWalk(): Walk {
    return {
      lines: this.#firstLine,
      cells: 0,
      hasWide: false,
      hasBackground: false,
      hasBegun: false,
      isNewLine: false,
    };
  }

  *#wantedChunks(walk: Walk): Generator<LentChunk, void> {
    for (const chunk of this.#parts.chunks) {
      if (walk.lines + chunk.lineStarts > this.#parts.skippedLines) yield chunk;
      else walk.lines += chunk.lineStarts;
    }
  }

  /** Size of what {@link #copy} makes of the records with these headers. */
  #measure(headers: Uint8Array, walk: Walk, cols: number): number {
    let size = 0;
    for (let at = 0; at < headers.byteLength; at += HEADER_BYTES) {
      reader.readHeader(headers, at);
      if (!this.#enter(walk)) continue;
      if (walk.isNewLine) size += CR_LF.byteLength;
      size += reader.textEnd - reader.textStart + this.#endOf(walk, cols);
    }
    return size;
  }

  #copy(bytes: Uint8Array, walk: Walk, cols: number): Uint8Array {
    const out = new ByteWriter(bytes.byteLength);
    for (let at = 0; at < bytes.byteLength && reader.readAt(bytes, at); at = reader.end) {
      if (!this.#enter(walk)) continue;
      if (walk.isNewLine) out.bytes(CR_LF);
      out.bytes(bytes.subarray(reader.textStart, reader.textEnd));
      const end = this.#endOf(walk, cols);
      if (end === 0) continue;
      out.bytes(reader.hasFill ? bytes.subarray(reader.textEnd, reader.end) : ERASE_TO_END);
    }
    return out.view();
  }

  /** Counts the record just read. @returns whether it is included. */
  #enter(walk: Walk): boolean {
    if (!reader.continues) walk.lines++;
    if (walk.lines <= this.#parts.skippedLines) return false;
    walk.isNewLine = !reader.continues && walk.hasBegun;
    if (!reader.continues) {
      walk.cells = 0;
      walk.hasWide = false;
      walk.hasBackground = false;
    }
    walk.hasBegun = true;
    walk.cells += reader.cells;
    walk.hasWide ||= reader.hasWide;
    walk.hasBackground ||= reader.hasBackground;
    return true;
  }

  /** Bytes after the text: the fill, or what erases a fill left by wrapping. */
  #endOf(walk: Walk, cols: number): number {
    if (!isInsideRow(walk, cols)) return 0;
    if (reader.hasFill) return reader.end - reader.textEnd;
    return walk.hasBackground && walk.cells > cols ? ERASE_TO_END.byteLength : 0;
  }

  #copyOpen(walk: Walk): Uint8Array {
    const open = this.#wantedOpen;
    if (open === undefined) return new Uint8Array(0);
    const isNewLine = !open.continues && walk.hasBegun;
    return isNewLine ? Buffer.concat([CR_LF, open.text]) : open.text;
  }
}

/**
 * Whether the cursor after the line is in a column of its own. If it may be on the last cell, with a
 * wrap pending, a fill would erase that cell.
 */
function isInsideRow({ cells, hasWide }: Walk, cols: number): boolean {
  const last = cells % cols;
  if (!hasWide) return cells === 0 || last !== 0;
  // Each wrap may have left a column unused.
  return last !== 0 && last + Math.floor(cells / cols) < cols;
}
