import type { TerminalBackend } from "./backend.ts";
import { PlainScan, penOf, type ChunkFacts } from "./plain-scan.ts";

interface Entry extends ChunkFacts {
  bytes: Uint8Array<ArrayBuffer>;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Output that the terminal model has not parsed yet. In a flood most lines leave the scrollback
 * again before anybody looks; of plain text in the normal screen, with enough plain lines behind
 * it, nothing is left but the pen, and so it need not be parsed cell by cell.
 */
export class Backlog {
  readonly #onDone: (chunk: Uint8Array<ArrayBuffer>) => void;
  readonly #scan = new PlainScan();
  #entries: Entry[] = [];
  #byteLength = 0;

  /** @param onDone gets every chunk back that is not looked at any more. */
  constructor(onDone: (chunk: Uint8Array<ArrayBuffer>) => void) {
    this.#onDone = onDone;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** Takes a chunk that will not change until it is given back. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#entries.push({ bytes, ...this.#scan.look(bytes) });
    this.#byteLength += bytes.byteLength;
  }

  /** Parses at least `maxBytes`, or all there is. */
  parse(backend: TerminalBackend, maxBytes: number): void {
    let parsed = 0;
    let count = 0;
    for (const { bytes } of this.#entries) {
      if (parsed >= maxBytes) break;
      backend.consume(bytes);
      parsed += bytes.byteLength;
      count++;
    }
    this.#drop(count);
  }

  /** Drops from the beginning what need not be parsed. @returns whether there was any. */
  skip(backend: TerminalBackend): boolean {
    const distance = backend.skipDistance();
    if (distance === undefined) return false;
    const plain = this.#entries.findIndex(({ isPlain }) => !isPlain);
    // The entries from `at` to the first that is not plain push out all that stands before them.
    let at = plain === -1 ? this.#entries.length : plain;
    for (let lines = 0; lines < distance; at--) {
      const before = this.#entries[at - 1];
      if (before === undefined) return false;
      lines += before.lineFeeds;
    }
    // The last entry before them is cut behind its last line, unless it has none.
    const last = this.#entries[at - 1];
    if (last === undefined) return false;
    const end = endOfLastLine(last.bytes);
    if (end === 0) return false;
    const skipped = [
      ...this.#entries.slice(0, at - 1),
      { ...last, bytes: last.bytes.subarray(0, end) },
    ];
    // The cursor is where a line begins, as it is after the last one skipped.
    backend.consume(Buffer.from(`${penOf(skipped)}\r`, "latin1"));
    last.bytes = last.bytes.subarray(end);
    last.lineFeeds = new PlainScan().look(last.bytes).lineFeeds;
    this.#byteLength -= end;
    this.#drop(at - 1);
    return true;
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
