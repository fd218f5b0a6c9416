/**
 * A logical line of the archive, or a part of a long one: its rows joined, independent of their width.
 *
 * | bytes | what |
 * |---|---|
 * | 1 | flags: 1 continues the line of the record before, 2 has characters two columns wide, 4 has a background |
 * | 3 | bytes of the record, this header and all; little-endian |
 * | 3 | columns that the text takes on one row; little-endian |
 * | 1 | bytes of the fill |
 * | … | text: UTF-8 with SGR (`CSI … m`), links (`OSC 8 ; … ST`) and shell marks (`OSC 133 ; … ST`) and no other control; it begins and ends with the default look and without a link |
 * | … | fill: SGR, EL, SGR, which colour the rest of the line's last row |
 *
 * Sending a record's text, with CR LF after the last record of a line, shows the line on a terminal of
 * any width.
 */
export interface ArchiveRecord {
  continues: boolean;
  hasWide: boolean;
  /** Terminals may fill rows with it where the line wraps. */
  hasBackground: boolean;
  cells: number;
  text: Uint8Array;
  fill: Uint8Array;
}

export const CONTINUES = 1;
export const HAS_WIDE = 2;
export const HAS_BACKGROUND = 4;
const KNOWN_FLAGS = CONTINUES | HAS_WIDE | HAS_BACKGROUND;
export const HEADER_BYTES = 8;

export function writeHeader(
  bytes: Uint8Array,
  at: number,
  {
    flags,
    size,
    cells,
    fillBytes,
  }: { flags: number; size: number; cells: number; fillBytes: number },
): void {
  bytes[at] = flags;
  writeNumber(bytes, at + 1, size);
  writeNumber(bytes, at + 4, cells);
  bytes[at + 7] = fillBytes;
}

/** End of the record that starts there. */
export function endOfRecord(bytes: Uint8Array, start: number): number {
  return start + readNumber(bytes, start + 1);
}

export function continuesLine(bytes: Uint8Array, start: number): boolean {
  return ((bytes[start] as number) & CONTINUES) !== 0;
}

/** Reads records in place, without a new object for each. */
export class RecordReader {
  flags = 0;
  cells = 0;
  textStart = 0;
  /** End of the text and start of the fill. */
  textEnd = 0;
  /** End of the record and start of the next one. */
  end = 0;

  /** @returns false when no whole record starts there. */
  readAt(bytes: Uint8Array, start: number): boolean {
    this.readHeader(bytes, start, start);
    const isKnown = (this.flags & ~KNOWN_FLAGS) === 0;
    return isKnown && this.textStart <= this.textEnd && this.end <= bytes.byteLength;
  }

  /** Reads a header stored apart from its record, which starts at `start`. */
  readHeader(headers: Uint8Array, at: number, start = 0): void {
    this.flags = headers[at] as number;
    this.end = start + readNumber(headers, at + 1);
    this.cells = readNumber(headers, at + 4);
    this.textStart = start + HEADER_BYTES;
    this.textEnd = this.end - (headers[at + 7] as number);
  }

  get continues(): boolean {
    return (this.flags & CONTINUES) !== 0;
  }

  get hasWide(): boolean {
    return (this.flags & HAS_WIDE) !== 0;
  }

  get hasBackground(): boolean {
    return (this.flags & HAS_BACKGROUND) !== 0;
  }

  get hasFill(): boolean {
    return this.textEnd < this.end;
  }

  /** The record just read, as its own object; its bytes are not copied. */
  record(bytes: Uint8Array): ArchiveRecord {
    return {
      continues: this.continues,
      hasWide: this.hasWide,
      hasBackground: this.hasBackground,
      cells: this.cells,
      text: bytes.subarray(this.textStart, this.textEnd),
      fill: bytes.subarray(this.textEnd, this.end),
    };
  }
}

/** A record never exceeds the size field: it is cut long before. */
function writeNumber(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
}

function readNumber(bytes: Uint8Array, at: number): number {
  // Bytes past the end count as zero.
  const [low, middle, high] = [
    bytes[at] as number,
    bytes[at + 1] as number,
    bytes[at + 2] as number,
  ];
  return low | (middle << 8) | (high << 16);
}
