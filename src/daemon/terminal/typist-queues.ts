import { ByteQueue } from "../../base/byte-queue.ts";
import type { Pty } from "../../pty/pty.ts";

/** Typed at a time, before it is somebody else's turn: what the kernel's terminal holds. */
const PIECE_BYTES = 4096;
/** With more than this waiting for the program, those who type have to wait … */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** … but for this much of each, so that nobody's keys wait for another one's paste. */
const SHARE_BYTES = 64 * 1024;
/** A key's sequence is not cut where somebody else's input could come between. */
const MAX_KEY_BYTES = 32;
const ESC = 0x1b;

/**
 * Input on its way to the program, which may be slow to read it. Everybody who types has a queue, and
 * these are emptied in turn, piece by piece.
 */
export class TypistQueues<Typist extends object> {
  readonly #pty: Pick<Pty, "write" | "pendingInputBytes">;
  /** By who typed it; the first one's turn is next. */
  readonly #queues = new Map<Typist, ByteQueue>();
  #waitingBytes = 0;

  constructor(pty: Pick<Pty, "write" | "pendingInputBytes">) {
    this.#pty = pty;
  }

  /** Whether somebody may not type more until the program has read some. */
  isFull(typist: Typist): boolean {
    if (this.#waitingBytes + this.#pty.pendingInputBytes <= MAX_WAITING_BYTES) return false;
    return this.waitingBytes(typist) >= SHARE_BYTES;
  }

  /** Bytes of somebody that the program has made no room for. */
  waitingBytes(typist: Typist): number {
    return this.#queues.get(typist)?.byteLength ?? 0;
  }

  /** Types bytes, which are only lent. */
  push(typist: Typist, bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    const isFirst = this.#queues.size === 0 && this.#pty.pendingInputBytes === 0;
    if (isFirst && bytes.byteLength <= PIECE_BYTES) return this.#pty.write(bytes);
    const queue = this.#queues.get(typist) ?? new ByteQueue();
    this.#queues.set(typist, queue);
    queue.pushCopy(bytes);
    this.#waitingBytes += bytes.byteLength;
    this.feed();
  }

  /** Types what the program has room for. */
  feed(): void {
    while (this.#pty.pendingInputBytes === 0) {
      const [next] = this.#queues;
      if (next === undefined) return;
      const [typist, queue] = next;
      this.#queues.delete(typist);
      const piece = takePiece(queue);
      this.#waitingBytes -= piece.byteLength;
      if (queue.byteLength > 0) this.#queues.set(typist, queue);
      this.#pty.write(piece);
    }
  }
}

/** Takes one turn's input off the front of a queue. */
function takePiece(queue: ByteQueue): Uint8Array {
  const piece = queue.copyFirst(PIECE_BYTES);
  const end = queue.byteLength === piece.byteLength ? piece.byteLength : endOfPiece(piece);
  queue.skip(end);
  return piece.subarray(0, end);
}

/** Where a piece of a longer text is cut: not inside a key's sequence or a character. */
function endOfPiece(piece: Uint8Array): number {
  const escape = piece.lastIndexOf(ESC);
  if (escape > 0 && escape > piece.byteLength - MAX_KEY_BYTES) return escape;
  let end = piece.byteLength;
  // UTF-8: what continues a character begins with the bits 10.
  while (end > 1 && ((piece[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  const isLead = ((piece[end - 1] ?? 0) & 0xc0) === 0xc0;
  return isLead && end > 1 ? end - 1 : piece.byteLength;
}
