import { ByteWriter } from "../snapshot/byte-writer.ts";
import {
  continuesLine,
  endOfRecord,
  HEADER_BYTES,
  RecordReader,
  type ArchiveRecord,
} from "./archive-record.ts";

/** First byte of a chunk; see {@link ArchiveChunk} for what follows. */
const ARCHIVE_VERSION = 1;
const PREAMBLE_BYTES = 1;
/** A chunk is full with this many bytes; a single record may have more. */
const FULL_BYTES = 62 << 10;
/** So large that one more record rarely makes it grow. */
const FULL_CAPACITY = 64 << 10;
const SMALL_CAPACITY = 4 << 10;
/** Larger than any chunk can get: records are cut long before. */
const MAX_BYTES = 32 << 20;

/** A chunk as it was at one moment. */
export interface LentChunk {
  /** Records in it that begin a line. */
  lineStarts: number;
  /** Headers of its records, one after the other. */
  headers(): Uint8Array;
  records(): Uint8Array;
}

const reader = new RecordReader();

/**
 * Consecutive records of the archive, as they would be stored on a disk:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | version, 1 |
 * | … | records, see {@link ArchiveRecord}, up to the end |
 *
 * Records are added at the end and dropped from the beginning. A whole record never changes, so it
 * can be sent without copying.
 */
export class ArchiveChunk {
  /** Its bytes, and after {@link end} the record being written; undefined while packed. */
  #out: ByteWriter | undefined;
  #packed: Uint8Array | undefined;
  /** While packed, the headers of its records: sizes are known without unpacking. */
  #headers: Uint8Array | undefined;
  /** Start of the first record that has not been dropped. */
  #head = PREAMBLE_BYTES;
  #end = PREAMBLE_BYTES;
  #lineStarts = 0;

  /** @param isFirst whether it may stay the only chunk, and small. */
  constructor(isFirst = true) {
    this.#out = new ByteWriter(isFirst ? SMALL_CAPACITY : FULL_CAPACITY);
    this.#out.byte(ARCHIVE_VERSION);
  }

  /**
   * Reads the result of {@link bytes}.
   * @returns undefined when it is not a whole chunk of this version.
   */
  static read(bytes: Uint8Array): ArchiveChunk | undefined {
    if (bytes[0] !== ARCHIVE_VERSION || bytes.byteLength > MAX_BYTES) return undefined;
    const chunk = new ArchiveChunk();
    chunk.#unpack().bytes(bytes.subarray(PREAMBLE_BYTES));
    for (let at = PREAMBLE_BYTES; at < bytes.byteLength; at = reader.end) {
      if (!reader.readAt(bytes, at)) return undefined;
      chunk.commit(reader.end, reader.continues);
    }
    return chunk;
  }

  /** Records are written here, at its end. */
  get out(): ByteWriter {
    return this.#unpack();
  }

  /** Bytes of its records. */
  get byteLength(): number {
    return this.#end - this.#head;
  }

  /** Where the next record begins. */
  get end(): number {
    return this.#end;
  }

  /** Records that begin a line. */
  get lineStarts(): number {
    return this.#lineStarts;
  }

  get isEmpty(): boolean {
    return this.#end === this.#head;
  }

  get isFull(): boolean {
    return this.#end >= FULL_BYTES;
  }

  /** Memory it holds, in bytes. */
  get heldBytes(): number {
    const packed = (this.#packed?.byteLength ?? 0) + (this.#headers?.byteLength ?? 0);
    return packed + (this.#out?.capacity ?? 0);
  }

  /** Whether the first record continues a line. */
  get firstContinues(): boolean {
    return !this.isEmpty && continuesLine(this.#unpack().buffer, this.#head);
  }

  /** A copy of the whole chunk, with its version. */
  bytes(): Uint8Array {
    const records = this.lend().records();
    const out = new Uint8Array(PREAMBLE_BYTES + records.byteLength);
    out[0] = ARCHIVE_VERSION;
    out.set(records, PREAMBLE_BYTES);
    return out;
  }

  /** Its present records, readable later even when records are added or dropped in between. */
  lend(): LentChunk {
    const bytes = this.#out?.view();
    const packed = this.#packed;
    const headers = this.#headers;
    const [head, end] = [this.#head, this.#end];
    const records = (): Uint8Array => (bytes ?? unpack(packed)).subarray(head, end);
    return {
      lineStarts: this.#lineStarts,
      headers: () => headers ?? headersOf(records()),
      records,
    };
  }

  /** Completes the record written up to `end`. */
  commit(end: number, continues: boolean): void {
    this.#end = end;
    if (!continues) this.#lineStarts++;
  }

  /** Drops the first record. @returns whether the next one, if any, continues its line. */
  dropFirst(): boolean {
    const { buffer } = this.#unpack();
    if (!continuesLine(buffer, this.#head)) this.#lineStarts--;
    this.#head = endOfRecord(buffer, this.#head);
    return !this.isEmpty && continuesLine(buffer, this.#head);
  }

  /** Removes the last record and returns it. */
  takeLast(): ArchiveRecord | undefined {
    if (this.isEmpty) return undefined;
    const out = this.#unpack();
    const bytes = out.finish();
    let start = this.#head;
    for (let at = this.#head; at < this.#end; at = reader.end) {
      start = at;
      reader.readAt(bytes, at);
    }
    const record = reader.record(bytes);
    // Later writes must not overwrite bytes that are being sent.
    out.reset(bytes.subarray(0, start));
    this.#end = start;
    if (!record.continues) this.#lineStarts--;
    return record;
  }

  /** Compresses its bytes until they are needed. */
  pack(): void {
    if (this.#out === undefined) return;
    const bytes = this.#out.view().subarray(0, this.#end);
    const packed = Bun.zstdCompressSync(bytes, { level: 1 });
    this.#headers = headersOf(bytes.subarray(this.#head));
    // A copy: a view would keep the larger buffer alive.
    this.#packed = new Uint8Array(packed);
    this.#out = undefined;
  }

  #unpack(): ByteWriter {
    if (this.#out !== undefined) return this.#out;
    const out = new ByteWriter();
    out.reset(unpack(this.#packed));
    this.#packed = undefined;
    this.#headers = undefined;
    this.#out = out;
    return out;
  }
}

function headersOf(records: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  for (let at = 0; at < records.byteLength; at = endOfRecord(records, at)) {
    out.bytes(records.subarray(at, at + HEADER_BYTES));
  }
  return out.finish();
}

function unpack(packed: Uint8Array | undefined): Uint8Array {
  return Bun.zstdDecompressSync(packed ?? new Uint8Array(0));
}
