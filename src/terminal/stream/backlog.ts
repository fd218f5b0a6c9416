import type { TerminalBackend } from "../backend.ts";
import { PlainScan, sgrSinceReset, type ChunkFacts } from "./plain-scan.ts";

/** What the output goes to. */
type Model = Pick<TerminalBackend, "consume" | "skipDistance">;

interface Entry extends ChunkFacts {
  bytes: Uint8Array<ArrayBuffer>;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Output that the terminal model has not parsed yet. In a flood most lines leave the scrollback before
 * anyone sees them. Plain text on the normal screen that is followed by enough plain lines leaves only
 * its pen behind, so it need not be parsed cell by cell.
 */
export class Backlog {
  readonly #onDone: (chunk: Uint8Array<ArrayBuffer>) => void;
  readonly #scan = new PlainScan();
  #entries: Entry[] = [];
  #byteLength = 0;

  /** @param onDone receives each chunk back that is no longer used. */
  constructor(onDone: (chunk: Uint8Array<ArrayBuffer>) => void) {
    this.#onDone = onDone;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** Whether more plain lines could make all of this skippable. */
  mayBecomeSkippable(model: Model): boolean {
    return model.skipDistance() !== undefined && this.#entries.every(({ isPlain }) => isPlain);
  }

  /** Adds a chunk, which must not change until it is given back. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#entries.push({ bytes, ...this.#scan.look(bytes) });
    this.#byteLength += bytes.byteLength;
  }

  /** Parses up to `maxBytes`, regardless of chunk borders. */
  parse(model: Model, maxBytes: number): void {
    let left = maxBytes;
    let count = 0;
    for (const entry of this.#entries) {
      if (left <= 0) break;
      const part = entry.bytes.subarray(0, left);
      model.consume(part);
      left -= part.byteLength;
      if (part.byteLength < entry.bytes.byteLength) {
        this.#cutFront(entry, part.byteLength);
        break;
      }
      count++;
    }
    this.#drop(count);
  }

  /** Drops output from the beginning that need not be parsed. @returns whether there was any. */
  skip(model: Model): boolean {
    const distance = model.skipDistance();
    if (distance === undefined) return false;
    const plain = this.#entries.findIndex(({ isPlain }) => !isPlain);
    // The entries from `at` up to the first non-plain one push out everything before them.
    let at = plain === -1 ? this.#entries.length : plain;
    for (let lines = 0; lines < distance; at--) {
      const before = this.#entries[at - 1];
      if (before === undefined) return false;
      lines += before.lineFeeds;
    }
    // The last entry before them is cut after its last line feed, if it has one.
    const last = this.#entries[at - 1];
    if (last === undefined) return false;
    const end = endOfLastLine(last.bytes);
    if (end === 0) return false;
    const skipped = [
      ...this.#entries.slice(0, at - 1),
      { ...last, bytes: last.bytes.subarray(0, end) },
    ];
    // Puts the cursor at the start of a line, as after the last skipped line.
    model.consume(Buffer.from(`${sgrSinceReset(skipped)}\r`, "latin1"));
    this.#cutFront(last, end);
    this.#drop(at - 1);
    return true;
  }

  #cutFront(entry: Entry, count: number): void {
    entry.bytes = entry.bytes.subarray(count);
    entry.lineFeeds = new PlainScan().look(entry.bytes).lineFeeds;
    this.#byteLength -= count;
  }

  #drop(count: number): void {
    for (const { bytes } of this.#entries.splice(0, count)) {
      this.#byteLength -= bytes.byteLength;
      this.#onDone(bytes);
    }
  }
}

function endOfLastLine(bytes: Uint8Array): number {
  for (let at = bytes.lastIndexOf(LF); at > 0; at = bytes.lastIndexOf(LF, at - 1)) {
    if (bytes[at - 1] === CR) return at + 1;
  }
  return 0;
}
