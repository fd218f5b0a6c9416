import type { HyperlinkMap } from "../state/hyperlinks.ts";
import type { PromptMark } from "../state/prompt-marks.ts";
import type { Line } from "../xterm/xterm-core.ts";
import { isLeftByWideCharacter } from "../xterm/wide-blank.ts";
import { ArchiveChunk } from "./archive-chunk.ts";
import type { ArchiveRecord } from "./archive-record.ts";
import { ArchiveView } from "./archive-view.ts";
import { LineEncoder } from "./line-encoder.ts";

/** The newest chunks stay unpacked: output of one burst is rarely worth compressing. */
const UNPACKED_CHUNKS = 64;

/**
 * The lines that have left the terminal model, oldest first. A resize does not affect them: nothing in
 * their bytes depends on a width. The last line may be open: the rest of it is still in the model.
 *
 * It has no bound of its own: the caller that adds rows also drops lines.
 */
export class Archive {
  readonly #encoder: LineEncoder;
  #chunks: ArchiveChunk[] = [];
  #byteLength = 0;
  #lineStarts = 0;
  /** Whether the first kept record continues a line whose beginning has been dropped. */
  #beginsInsideLine = false;
  #isOpen = false;
  /** Columns of every row of the open line; 0 when they differ. */
  #openCols = 0;
  #droppedLines = 0;

  constructor(links: HyperlinkMap) {
    this.#encoder = new LineEncoder(
      links,
      () => this.#lastChunk(),
      (size, continues) => this.#noteRecord(size, continues),
    );
  }

  /** Whether the first row of the model continues the last line. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Lines, the open one included. */
  get lineCount(): number {
    const begun = this.#lineStarts + (this.#beginsInsideLine ? 1 : 0);
    return begun + (this.#isOpen && this.#encoder.isWriting && !this.#continuesRecord ? 1 : 0);
  }

  /** Lines dropped since the archive was created; this gives each line a number. */
  get droppedLines(): number {
    return this.#droppedLines;
  }

  /** Number of the newest line. */
  get lastLine(): number {
    return this.#droppedLines + this.lineCount - 1;
  }

  /** Bytes of all kept lines. */
  get byteLength(): number {
    return this.#byteLength + this.#encoder.byteLength;
  }

  /** Memory they take, in bytes. */
  get heldBytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.heldBytes, this.#encoder.byteLength);
  }

  /** Whether the open line leaves a terminal of so many columns at the end of a row. */
  fillsRows(cols: number): boolean {
    return this.#isOpen && this.#openCols === cols;
  }

  /**
   * Adds the model's first row.
   * @param next the row that continues its line; "unseen" when that row does not exist yet.
   */
  addRow(
    line: Line,
    next: Line | "unseen" | undefined,
    marks: readonly PromptMark[],
    cols: number,
  ): void {
    if (this.#isOpen && !line.isWrapped) this.#close();
    if (!this.#isOpen) {
      this.#encoder.begin(false);
      this.#isOpen = true;
      this.#openCols = cols;
    } else if (!this.#encoder.isWriting) {
      this.#encoder.begin(true);
    }
    if (cols !== this.#openCols) this.#openCols = 0;
    const hasSeenNext = next !== undefined && next !== "unseen";
    const end = hasSeenNext && isLeftByWideCharacter(line, next, cols) ? cols - 1 : cols;
    this.#encoder.addRow(line, end, marks);
    if (next === undefined) this.#close();
  }

  /** The model's first row no longer continues the last line. */
  close(): void {
    if (this.#isOpen) this.#close();
  }

  /** Drops the oldest line. */
  dropLine(): void {
    if (this.lineCount === 0) return;
    if (this.lineCount === 1) return this.clear();
    this.#droppedLines++;
    this.#beginsInsideLine = false;
    while (this.#dropRecord()) {
      // Its line continues in the next one.
    }
  }

  /**
   * Drops the oldest part of the oldest line: the end of a long line is kept.
   * @returns whether there was a completed part.
   */
  dropPart(): boolean {
    if (this.#byteLength === 0) return false;
    this.#beginsInsideLine = this.#dropRecord();
    const isOpenPart = this.#byteLength === 0 && this.#isOpen && this.#encoder.continues;
    if (!this.#beginsInsideLine && !isOpenPart) this.#droppedLines++;
    return true;
  }

  clear(): void {
    this.#droppedLines += this.lineCount;
    this.#encoder.abandon();
    this.#chunks = [];
    this.#byteLength = 0;
    this.#lineStarts = 0;
    this.#beginsInsideLine = false;
    this.#isOpen = false;
  }

  /**
   * Removes and returns the last record; a record of the open line comes first. If it continues a kept
   * record, the archive's last line is open afterwards.
   */
  takeLast(): ArchiveRecord | undefined {
    const isWriting = this.#isOpen && this.#encoder.isWriting;
    const record = isWriting ? this.#openRecord() : this.#takeFromChunk();
    if (record === undefined) return undefined;
    this.#encoder.abandon();
    this.#isOpen = record.continues;
    this.#openCols = 0;
    return record;
  }

  /** The present contents, limited to the given number of newest lines. */
  view(lastLines = Number.POSITIVE_INFINITY): ArchiveView {
    return new ArchiveView({
      chunks: this.#chunks.map((chunk) => chunk.lend()),
      skippedLines: Math.max(0, this.lineCount - lastLines),
      beginsInsideLine: this.#beginsInsideLine,
      open: this.#isOpen && this.#encoder.isWriting ? this.#openRecord() : undefined,
      isOpen: this.#isOpen,
      openCols: this.#openCols,
    });
  }

  /** Compresses the kept lines. */
  pack(): void {
    for (const chunk of this.#chunks.slice(0, -1)) chunk.pack();
  }

  /** Whether the record being written continues a kept one. */
  get #continuesRecord(): boolean {
    return this.#encoder.continues && this.#byteLength > 0;
  }

  #takeFromChunk(): ArchiveRecord | undefined {
    while (this.#chunks.at(-1)?.isEmpty === true) this.#chunks.pop();
    const chunk = this.#chunks.at(-1);
    const size = chunk?.byteLength ?? 0;
    const record = chunk?.takeLast();
    if (chunk === undefined || record === undefined) return undefined;
    this.#byteLength -= size - chunk.byteLength;
    if (!record.continues) this.#lineStarts--;
    if (this.#byteLength > 0) return record;
    this.#beginsInsideLine = false;
    return { ...record, continues: false };
  }

  #openRecord(): ArchiveRecord {
    return this.#encoder.openRecord(this.#continuesRecord);
  }

  #close(): void {
    if (this.#encoder.isWriting) this.#encoder.endLine();
    this.#isOpen = false;
  }

  #lastChunk(): ArchiveChunk {
    const last = this.#chunks.at(-1);
    if (last?.isFull === false) return last;
    const chunk = new ArchiveChunk(last === undefined);
    this.#chunks.push(chunk);
    this.#chunks[this.#chunks.length - UNPACKED_CHUNKS]?.pack();
    return chunk;
  }

  #noteRecord(size: number, continues: boolean): void {
    if (this.#byteLength === 0) this.#beginsInsideLine = continues;
    this.#byteLength += size;
    if (!continues) this.#lineStarts++;
  }

  /** Drops the first record. @returns whether its line continues in the next one. */
  #dropRecord(): boolean {
    const chunk = this.#chunks[0];
    if (chunk === undefined) return false;
    const size = chunk.byteLength;
    const starts = chunk.lineStarts;
    let goesOn = chunk.dropFirst();
    this.#byteLength -= size - chunk.byteLength;
    this.#lineStarts -= starts - chunk.lineStarts;
    if (chunk.isEmpty && this.#chunks.length > 1) {
      this.#chunks.shift();
      goesOn = this.#chunks[0]?.firstContinues ?? false;
    }
    return goesOn;
  }
}
