import type { WriteSome } from "../../base/byte-queue.ts";
import { HEADER_SIZE, marshalMessage } from "../../protocol/frame.ts";
import { Tag } from "../../protocol/tags.ts";
import { WriteQueue, type LaterFrame, type LaterFrames } from "../../sessions/wire/write-queue.ts";
import { OutputWindow } from "./output-window.ts";

/** With more than this waiting, a client slows the program down. */
export const QUEUE_HIGH_BYTES = 1024 * 1024;
/** With less than this waiting, it no longer does. */
export const QUEUE_LOW_BYTES = 256 * 1024;
/** Of a sequence that does not end, so much is sent to a client that reads nothing. */
const MAX_OPEN_BYTES = 16 * 1024 * 1024;

/**
 * What one client is sent, and how far it is behind. The queue is bounded by what the daemon does
 * with `isAwaited` and `stall`: a slow client pauses the program, a stalled one loses its queue and
 * later gets a snapshot instead.
 */
export class ClientOutput {
  readonly #writeSome: WriteSome;
  readonly #takesOutput: () => boolean;
  readonly #queue = new WriteQueue();
  readonly #window = new OutputWindow();
  #isClosed = false;
  #progressMs = 0;
  #isSlow = false;
  #isAwaited = false;
  /** Bytes ever queued, and how many of them ended the last state that was sent. */
  #queuedBytes = 0;
  #stateEnd = 0;
  #isStalled = false;
  /** It is stalled in the middle of a sequence, which it still gets the rest of. */
  #isInSequence = false;
  #onTurn = (): void => {};
  #isTurnPlanned = false;

  /** @param takesOutput whether the program may have to wait for this client. */
  constructor(writeSome: WriteSome, takesOutput: () => boolean) {
    this.#writeSome = writeSome;
    this.#takesOutput = takesOutput;
  }

  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  /** Bytes of that which take memory. */
  get heldBytes(): number {
    return this.#queue.heldBytes;
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  /**
   * Whether the program has to wait for this client: too much output waits for it. A state that it
   * was sent does not count: a client that asks for many would otherwise stop the program.
   */
  get isAwaited(): boolean {
    return this.#window.isKnown ? this.#window.isFull : this.#isAwaited;
  }

  /** Output bytes it may get before `isAwaited`; undefined if the client does not report Shown. */
  get roomBytes(): number | undefined {
    return this.#window.isKnown ? this.#window.roomBytes : undefined;
  }

  /** Whether nothing that it was sent is on its way, as far as that is known. */
  get hasTakenAll(): boolean {
    return this.#queue.isEmpty && (!this.#window.isKnown || this.#window.isEmpty);
  }

  /** Whether much of what it was sent waits. */
  get isSlow(): boolean {
    return this.#isSlow || this.#window.isFull;
  }

  /** Whether it gets no output until it has read what it was sent. */
  get isStalled(): boolean {
    return this.#isStalled && !this.#isInSequence;
  }

  /** Whether it has read all that it was sent before it was stalled. */
  get hasRecovered(): boolean {
    return this.isStalled && this.hasTakenAll;
  }

  /** Milliseconds for which it has read nothing although something waits. */
  idleMs(): number {
    if (this.#window.isKnown && !this.#window.isEmpty) {
      return this.#window.silentMs(performance.now());
    }
    return this.#queue.isEmpty ? 0 : performance.now() - this.#progressMs;
  }

  send(tag: Tag, payload?: Uint8Array): void {
    this.#sendFrame(marshalMessage(tag, payload), true, true);
    if (tag === Tag.Output) this.#noteOutput(payload?.byteLength ?? 0);
  }

  /**
   * Sends a piece of live output, header and payload in one piece already; what has to wait is
   * copied.
   * @param isBorder whether no sequence and no character is open behind it.
   */
  sendLive(frame: Uint8Array, isBorder: boolean): void {
    this.#sendFrame(frame, false, isBorder);
    this.#noteOutput(frame.byteLength - HEADER_SIZE);
    if (!this.#isInSequence) return;
    this.#isInSequence = !isBorder && this.#queue.byteLength < MAX_OPEN_BYTES;
  }

  /** Sends frames of Output that bring it to a state; from there on it follows. */
  sendState(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.#sendFrame(frame, true, true);
      this.#noteOutput(frame.byteLength - HEADER_SIZE);
    }
    this.#markState();
  }

  /**
   * The same with frames that are made as the client reads them.
   * @param onTurn called when there is more to make, and others have had their turn; calls `flush`.
   */
  sendStateLater({ frames, byteLength }: LaterFrames, onTurn: () => void): void {
    if (this.#isClosed) return;
    if (this.#queue.isEmpty) this.#progressMs = performance.now();
    this.#queue.sendLater({ frames: this.#noteMade(frames), byteLength });
    this.#onTurn = onTurn;
    this.flush();
    if (this.#queue.byteLength > QUEUE_HIGH_BYTES) this.#isSlow = true;
    this.#markState();
  }

  /** Its terminal has shown so many bytes of output. */
  noteShown(totalBytes: number): void {
    this.#window.noteShown(totalBytes, performance.now());
  }

  /** Writes what the kernel accepts. */
  flush(): void {
    if (this.#queue.flush(this.#writeSome) > 0) this.#progressMs = performance.now();
    if (this.#queue.byteLength < QUEUE_LOW_BYTES) this.#isSlow = false;
    if (this.#outputBytes < QUEUE_LOW_BYTES) this.#isAwaited = false;
    if (!this.#queue.isTurnOver || this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    setImmediate(() => {
      this.#isTurnPlanned = false;
      this.#onTurn();
    });
  }

  /**
   * Drops what waits for the client, after a border of its sequences; from now on the program does
   * not wait for it.
   * @returns bytes dropped.
   */
  stall(): number {
    const before = this.#queue.byteLength;
    const { bytes, isAtBorder } = this.#queue.dropBehindBorder();
    this.#window.noteDropped(bytes);
    this.#isStalled = true;
    this.#isInSequence = !isAtBorder;
    this.#isSlow = false;
    this.#isAwaited = false;
    return before - this.#queue.byteLength;
  }

  /** It has read everything and follows the output again. */
  recover(): void {
    this.#isStalled = false;
    this.#isInSequence = false;
  }

  /** Accepts nothing more; what waits can still be flushed. */
  close(): void {
    this.#isClosed = true;
  }

  #sendFrame(frame: Uint8Array, isOwned: boolean, isBorder: boolean): void {
    if (this.#isClosed) return;
    const wasEmpty = this.#queue.isEmpty;
    const written = this.#queue.send(frame, this.#writeSome, isOwned, isBorder);
    this.#queuedBytes += frame.byteLength;
    if (wasEmpty || written > 0) this.#progressMs = performance.now();
    if (this.#queue.byteLength > QUEUE_HIGH_BYTES) this.#isSlow = true;
    if (this.#outputBytes > QUEUE_HIGH_BYTES) this.#isAwaited = this.#takesOutput();
  }

  #noteOutput(bytes: number): void {
    if (!this.#isClosed) this.#window.noteSent(bytes, performance.now());
  }

  *#noteMade(frames: LaterFrames["frames"]): Generator<LaterFrame, void> {
    for (let next = frames.next(); next.done !== true; next = frames.next()) {
      this.#window.noteStateSent(next.value.frame.byteLength - HEADER_SIZE, performance.now());
      yield next.value;
    }
  }

  #markState(): void {
    this.#stateEnd = this.#queuedBytes;
    this.#window.noteState();
    this.#isAwaited = false;
  }

  /** Bytes of output that wait behind the last state. */
  get #outputBytes(): number {
    return Math.min(this.#queue.byteLength, this.#queuedBytes - this.#stateEnd);
  }
}
