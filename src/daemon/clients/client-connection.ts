import { HEADER_SIZE, marshalMessage } from "../../protocol/frame.ts";
import { SEQUENCE_REST_MS } from "../../input/rest-time.ts";
import type { PixelSize, Size } from "../../protocol/messages.ts";
import type { WatchRequest } from "../../protocol/watch.ts";
import { Tag } from "../../protocol/tags.ts";
import { ReplyFilter, type ReplyPolicy } from "../../terminal/stream/reply-filter.ts";
import { WriteQueue, type LaterFrame, type LaterFrames } from "../../sessions/wire/write-queue.ts";
import { Inbox } from "./inbox.ts";
import { OutputWindow } from "./output-window.ts";

/** With more than this waiting, a client slows the program down. */
export const QUEUE_HIGH_BYTES = 1024 * 1024;
/** With less than this waiting, it no longer does. */
export const QUEUE_LOW_BYTES = 256 * 1024;
/** Of a sequence that does not end, so much is sent to a client that takes nothing. */
const MAX_OPEN_BYTES = 16 * 1024 * 1024;

/** A terminal's answer whose beginning is no key may take longer to come whole than a key. */
const REPLY_REST_MS = 200;

/**
 * The daemon's end of one connection. Its queue is bounded by what the daemon does with
 * `isAwaited` and `stall`: a slow client pauses the program, a stalled one loses its queue and later
 * gets a snapshot instead.
 */
export class Client {
  readonly socket: Bun.Socket<undefined>;
  /** What it has sent and is not handled yet. */
  readonly inbox = new Inbox();
  readonly #queue = new WriteQueue();
  readonly #replyFilter = new ReplyFilter();
  #replyTimer: Timer | undefined;
  #isReadingPaused = false;
  #signMs = performance.now();
  #isClosed = false;
  #isClosing = false;
  #progressMs = 0;
  #isSlow = false;
  #isAwaited = false;
  /** Bytes ever queued, and how many of them ended the last state that was sent. */
  #queuedBytes = 0;
  #stateEnd = 0;
  readonly #window = new OutputWindow();
  #isStalled = false;
  /** It is stalled in the middle of a sequence, which it still gets the rest of. */
  #isInSequence = false;
  #onTurn = (): void => {};
  #isTurnPlanned = false;

  /** Own tags that it understands, as it has told. */
  #understood: ReadonlySet<Tag> = new Set();

  /** It has sent Init: it gets output and counts as a client. */
  isAttached = false;
  /** It asked to see only: it types nothing and decides no size. */
  isReadOnly = false;
  /** Its terminal obeys no control sequences: nothing can be drawn there, and it answers nothing. */
  isDumb = false;
  /** It gets output without being attached: nobody sits there. */
  watches: WatchRequest | undefined;
  /** It gets the output of a run command; `lost` when it was too slow for that. */
  listensTo: "run" | "lost" | undefined;
  /** It waits for something to end, silently. */
  waitsForEnd = false;
  /** Size of its terminal, once it has told one. */
  size: Size | undefined;
  /** The same with its pixels, once it has told them. */
  pixelSize: PixelSize | undefined;
  /** Order of the last attach, typing or resize; the highest decides. */
  activity = 0;

  constructor(socket: Bun.Socket<undefined>) {
    this.socket = socket;
  }

  /** Notes which own tags it understands: programs of other builds tell none. */
  noteUnderstood(tags: Uint8Array): void {
    this.#understood = new Set(tags);
  }

  understands(tag: Tag): boolean {
    return this.#understood.has(tag);
  }

  /** Whether live output goes to it. */
  get follows(): boolean {
    return this.isAttached || this.watches?.follows === true;
  }

  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  /** Bytes of that which take memory. */
  get heldBytes(): number {
    return this.#queue.heldBytes;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether it is closed, or will be once everything queued is sent: it is heard no more. */
  get isGoing(): boolean {
    return this.#isClosed || this.#isClosing;
  }

  /** Whether output goes to it as it comes. */
  get takesOutput(): boolean {
    return this.follows || this.listensTo === "run";
  }

  /**
   * Whether the program has to wait for this client: too much output waits for it. A state that it
   * was sent does not count; who asks for many would otherwise stop the program.
   */
  get isAwaited(): boolean {
    return this.#window.isKnown ? this.#window.isFull : this.#isAwaited;
  }

  /** Bytes of output that it may still get before it is; undefined where only its queue tells. */
  get roomBytes(): number | undefined {
    return this.#window.isKnown && this.follows ? this.#window.roomBytes : undefined;
  }

  /** Whether nothing that it was sent is on its way, as far as that is known. */
  get hasTakenAll(): boolean {
    return this.#queue.isEmpty && (!this.#window.isKnown || this.#window.isEmpty);
  }

  /** Whether it neither gets anything nor waits for anything. */
  get isIdle(): boolean {
    return !this.takesOutput && !this.waitsForEnd && this.#queue.isEmpty;
  }

  /** Whether much of what it was sent waits. */
  get isSlow(): boolean {
    return this.#isSlow || this.#window.isFull;
  }

  /** Whether it gets no output until it has taken what it was sent. */
  get isStalled(): boolean {
    return this.#isStalled && !this.#isInSequence;
  }

  /** Whether it has taken all that it was sent before it was stalled. */
  get hasRecovered(): boolean {
    return this.isStalled && this.hasTakenAll;
  }

  /** Milliseconds since it was opened, or has sent something. */
  get silentMs(): number {
    return performance.now() - this.#signMs;
  }

  /** It has sent something. */
  noteSign(): void {
    this.#signMs = performance.now();
  }

  send(tag: Tag, payload?: Uint8Array): void {
    this.#sendFrame(marshalMessage(tag, payload), true, true);
    if (tag === Tag.Output) this.#noteOutput(payload?.byteLength ?? 0);
  }

  /**
   * Sends a piece of live output, header and payload that already stand together; what has to wait
   * is copied.
   * @param isBorder whether no sequence and no character is open behind it.
   */
  sendOutput(frame: Uint8Array, isBorder: boolean): void {
    this.#sendFrame(frame, false, isBorder);
    this.#noteOutput(frame.byteLength - HEADER_SIZE);
    if (!this.#isInSequence) return;
    this.#isInSequence = !isBorder && this.#queue.byteLength < MAX_OPEN_BYTES;
  }

  #noteOutput(bytes: number): void {
    if (!this.#isClosed && !this.#isClosing) this.#window.noteSent(bytes, performance.now());
  }

  /** Its terminal has taken so many bytes of output. */
  noteShown(totalBytes: number): void {
    this.#window.noteShown(totalBytes, performance.now());
  }

  #sendFrame(frame: Uint8Array, isOwned: boolean, isBorder: boolean): void {
    if (this.#isClosed || this.#isClosing) return;
    const wasEmpty = this.#queue.isEmpty;
    const written = this.#queue.send(frame, this.#writeSome, isOwned, isBorder);
    this.#queuedBytes += frame.byteLength;
    if (wasEmpty || written > 0) this.#progressMs = performance.now();
    if (this.#queue.byteLength > QUEUE_HIGH_BYTES) this.#isSlow = true;
    if (this.#outputBytes > QUEUE_HIGH_BYTES) this.#isAwaited = this.takesOutput;
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
   * The same with frames that are made as it takes them.
   * @param onTurn called when there is more to make, and others have had their turn; calls `flush`.
   */
  sendStateLater({ frames, byteLength }: LaterFrames, onTurn: () => void): void {
    if (this.#isClosed || this.#isClosing) return;
    if (this.#queue.isEmpty) this.#progressMs = performance.now();
    this.#queue.sendLater({ frames: this.#noteMade(frames), byteLength });
    this.#onTurn = onTurn;
    this.flush();
    if (this.#queue.byteLength > QUEUE_HIGH_BYTES) this.#isSlow = true;
    this.#markState();
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

  /** Writes what the kernel takes. */
  flush(): void {
    if (this.#isClosed) return;
    if (this.#queue.flush(this.#writeSome) > 0) {
      this.#progressMs = performance.now();
    }
    if (this.#queue.byteLength < QUEUE_LOW_BYTES) this.#isSlow = false;
    if (this.#outputBytes < QUEUE_LOW_BYTES) this.#isAwaited = false;
    if (this.#isClosing && this.#queue.isEmpty) this.#end();
    if (!this.#queue.isTurnOver || this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    setImmediate(() => {
      this.#isTurnPlanned = false;
      this.#onTurn();
    });
  }

  /** Milliseconds for which it has taken nothing although something waits. */
  idleMs(): number {
    if (this.#window.isKnown && !this.#window.isEmpty) {
      return this.#window.silentMs(performance.now());
    }
    return this.#queue.isEmpty ? 0 : performance.now() - this.#progressMs;
  }

  /**
   * Gives up what waits for it, behind a border of its sequences; from now on it holds nobody back.
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

  /** It has taken everything and follows the output again. */
  recover(): void {
    this.#isStalled = false;
    this.#isInSequence = false;
  }

  /** Whether nothing is read from it for now. */
  get isReadingPaused(): boolean {
    return this.#isReadingPaused;
  }

  /** Stops reading from it, so that what it sends waits on its side. */
  pauseReading(): void {
    if (this.#isClosed || this.#isReadingPaused) return;
    this.#isReadingPaused = true;
    this.socket.pause();
  }

  resumeReading(): void {
    if (this.#isClosed || !this.#isReadingPaused) return;
    this.#isReadingPaused = false;
    this.socket.resume();
  }

  /**
   * Passes what was typed to `onTyped`. All that an attached client types goes through here: what
   * happens to its terminal's answers may change between any two bytes. What may be the beginning of
   * an answer comes later: with its rest, or as what it is when there is none.
   */
  filterReplies(
    bytes: Uint8Array,
    policy: ReplyPolicy,
    onTyped: (bytes: Uint8Array) => void,
  ): void {
    clearTimeout(this.#replyTimer);
    onTyped(this.#replyFilter.push(bytes, policy));
    if (!this.#replyFilter.hasPending) return;
    const waitMs = this.#replyFilter.mayHoldKey ? SEQUENCE_REST_MS : REPLY_REST_MS;
    this.#replyTimer = setTimeout(() => onTyped(this.#replyFilter.flush()), waitMs);
  }

  /** Closes once everything queued is sent. */
  closeAfterFlush(): void {
    this.#isClosing = true;
    this.flush();
  }

  /** Closes at once, whatever waits. */
  terminate(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.socket.terminate();
  }

  /** To be called when the socket tells that it is closed. */
  markClosed(): void {
    this.#isClosed = true;
  }

  /** Bytes of output that wait behind the last state. */
  get #outputBytes(): number {
    return Math.min(this.#queue.byteLength, this.#queuedBytes - this.#stateEnd);
  }

  readonly #writeSome = (bytes: Uint8Array): number => this.socket.write(bytes);

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.socket.end();
  }
}
