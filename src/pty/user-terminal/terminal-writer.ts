import { closeSync, constants, fstatSync, openSync, readlinkSync, write } from "node:fs";
import { isatty } from "node:tty";

import { ByteQueue } from "../../base/byte-queue.ts";
import { errnoOf } from "../../base/errors.ts";
import { writeAllWith, writeSome } from "../../base/write-descriptor.ts";
import { loadLibc } from "../../system/system-calls.ts";

/**
 * Size of a piece while the terminal is full: as much as it accepts in a moment, so that progress is
 * visible even at a kilobyte a second.
 */
const MIN_PIECE_BYTES = 512;
const FIRST_PIECE_BYTES = 4096;
const MAX_PIECE_BYTES = 256 * 1024;
/** A piece accepted faster than this is followed by a larger one, a slower one by a smaller one. */
const QUICK_MS = 10;
const SLOW_MS = 100;
/** How long a terminal that accepts nothing may delay the end of this program. */
const LAST_WRITE_MS = 200;
/** This much can be written without blocking when a terminal accepts anything at all. */
const SAFE_BYTES = 128;

/**
 * Writes to a terminal that may be slow, without ever blocking the event loop.
 *
 * Small writes go straight out through a descriptor of our own that does not block. When the
 * terminal is full, one blocking write waits in Bun's thread pool; its end is the event that there
 * is room again. The descriptor we were given stays as it is: other programs share it.
 */
export class TerminalWriter {
  readonly #fd: number;
  readonly #quickFd: number | undefined;
  readonly #onDrain: () => void;
  readonly #onProgress: () => void;
  readonly #onBroken: (error: unknown) => void;
  readonly #queue = new ByteQueue();
  #takenBytes = 0;
  #pieceBytes = FIRST_PIECE_BYTES;
  #isWriting = false;
  /** The bytes of the write under way have been dropped: they are counted already. */
  #isDropped = false;
  #idle: PromiseWithResolvers<void> | undefined;

  /**
   * @param onDrain everything has been written that waited.
   * @param onProgress something has been written that had to wait.
   * @param onBroken the terminal is gone; nothing more will be written.
   */
  constructor(
    fd: number,
    {
      onDrain,
      onProgress,
      onBroken,
    }: Readonly<Record<"onDrain" | "onProgress", () => void>> & {
      onBroken: (error: unknown) => void;
    },
  ) {
    this.#fd = fd;
    this.#quickFd = openQuick(fd);
    this.#onDrain = onDrain;
    this.#onProgress = onProgress;
    this.#onBroken = onBroken;
  }

  /** Bytes that the terminal has accepted, including dropped ones. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** Bytes that the terminal has not accepted yet. */
  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  /** Writes bytes, which must not change any more. */
  write(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    if (!this.#queue.isEmpty && !this.#isWriting) this.#pump();
  }

  /** Resolves when nothing waits any more, or the terminal is gone. */
  async idle(): Promise<void> {
    if (this.#queue.isEmpty) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /**
   * Drops pending output and writes some last bytes at once. A terminal that accepts nothing is given up
   * after a moment: nobody would ever see them.
   * @returns whether the terminal has accepted all of them.
   */
  writeLast(bytes: Uint8Array): boolean {
    this.drop();
    if (this.#queue.isClosed) return false;
    try {
      return writeAllWith((rest) => this.#writeUnblocked(rest), bytes, LAST_WRITE_MS);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error; // EIO: the terminal is gone
      return false;
    }
  }

  /** Drops pending output and releases the descriptor. */
  close(): void {
    this.drop();
    this.#queue.close();
    if (this.#quickFd !== undefined) closeSync(this.#quickFd);
  }

  /** Drops pending output; a write under way is left to the kernel. */
  drop(): void {
    this.#isDropped = true;
    this.#takenBytes += this.#queue.byteLength;
    this.#queue.clear();
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** @returns bytes written, 0 when the terminal is full. */
  #writeUnblocked(bytes: Uint8Array): number {
    if (this.#quickFd === undefined) {
      if (!loadLibc().isWritable(this.#fd)) return 0;
      return writeSome(this.#fd, bytes.subarray(0, SAFE_BYTES));
    }
    return writeSome(this.#quickFd, bytes);
  }

  #pump(): void {
    try {
      if (this.#quickFd !== undefined) this.#flush();
    } catch (error) {
      return this.#break(error);
    }
    if (this.#queue.isEmpty) this.#drained();
    else this.#writeSlowly();
  }

  #flush(): void {
    this.#takenBytes += this.#queue.flush((bytes) => this.#writeUnblocked(bytes));
  }

  #writeSlowly(): void {
    const { first } = this.#queue;
    if (first === undefined) return;
    this.#isWriting = true;
    this.#isDropped = false;
    const startedMs = performance.now();
    write(
      this.#fd,
      first,
      0,
      Math.min(first.byteLength, this.#pieceBytes),
      null,
      (error, written) => {
        this.#isWriting = false;
        if (this.#queue.isClosed) return;
        if (error !== null && errnoOf(error) !== "EAGAIN") return this.#break(error);
        this.#adaptPiece(performance.now() - startedMs);
        if (error === null && !this.#isDropped) this.#advance(written);
        this.#onProgress();
        this.#pump();
      },
    );
  }

  #adaptPiece(elapsedMs: number): void {
    if (elapsedMs < QUICK_MS) this.#pieceBytes = Math.min(MAX_PIECE_BYTES, this.#pieceBytes * 2);
    if (elapsedMs > SLOW_MS) this.#pieceBytes = Math.max(MIN_PIECE_BYTES, this.#pieceBytes / 2);
  }

  #advance(written: number): void {
    this.#queue.skip(written);
    this.#takenBytes += written;
  }

  #drained(): void {
    this.#idle?.resolve();
    this.#idle = undefined;
    this.#onDrain();
  }

  #break(error: unknown): void {
    this.drop();
    this.#queue.close();
    this.#onBroken(error);
  }
}

/** The same terminal opened once more, not blocking; undefined where that cannot be done. */
function openQuick(fd: number): number | undefined {
  if (!isatty(fd)) return undefined;
  const path = process.platform === "linux" ? readlinkSync(`/proc/self/fd/${fd}`) : "/dev/tty";
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    const quickFd = openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    if (fstatSync(quickFd).rdev === fstatSync(fd).rdev) return quickFd;
    closeSync(quickFd);
    return undefined;
  } catch (error) {
    // The terminal of another user (su) or of another container: then all writes are slow ones.
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
