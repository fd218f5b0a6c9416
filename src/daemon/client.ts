import { FrameDecoder, type MessageHandler } from "../protocol/decoder.ts";
import { marshalMessage } from "../protocol/frame.ts";
import type { Size } from "../protocol/messages.ts";
import type { WatchRequest } from "../protocol/watch.ts";
import type { Tag } from "../protocol/tags.ts";
import { ReplyFilter } from "../terminal/reply-filter.ts";
import { WriteQueue } from "../sessions/write-queue.ts";

/** With more than this waiting, a client slows the program down. */
export const QUEUE_HIGH_BYTES = 1024 * 1024;
/** With less than this waiting, it no longer does. */
export const QUEUE_LOW_BYTES = 256 * 1024;
/** A client that takes nothing for this long is stalled, and holds nobody back. */
export const STALL_MS = 2000;

/** Why nothing is read: the program does not read its input, or the client not our answers. */
export type InputHold = "program" | "answers";

/** The rest of a terminal's answer comes at once, if at all. */
const REPLY_REST_MS = 20;

/**
 * The daemon's end of one connection. Its queue is bounded by what the daemon does with
 * `isSlow` and `stall`: a slow client pauses the program, a stalled one loses its queue and later
 * gets a snapshot instead.
 */
export class Client {
  readonly #socket: Bun.Socket<undefined>;
  readonly #decoder = new FrameDecoder();
  readonly #queue = new WriteQueue();
  readonly #replyFilter = new ReplyFilter();
  readonly #inputHolds = new Set<InputHold>();
  #replyTimer: Timer | undefined;
  #isClosed = false;
  #isClosing = false;
  #progressMs = 0;
  #isSlow = false;
  #isStalled = false;

  /** Own tags that it understands, as it has told. */
  #understood: ReadonlySet<Tag> = new Set();

  /** It has sent Init: it gets output and counts as a client. */
  isAttached = false;
  /** It asked to see only: it types nothing and decides no size. */
  isReadOnly = false;
  /** It gets output without being attached: nobody sits there. */
  watches: WatchRequest | undefined;
  /** It gets the output of a run command; `lost` when it was too slow for that. */
  listensTo: "run" | "lost" | undefined;
  /** Size of its terminal, once it has told one. */
  size: Size | undefined;
  /** Order of the last attach, typing or resize; the highest decides. */
  activity = 0;

  constructor(socket: Bun.Socket<undefined>) {
    this.#socket = socket;
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

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the program has to wait for this client. */
  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** Whether it gets no output until it has taken what it was sent. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Feeds what came from the socket. @throws TsmError on a bad frame. */
  receive(bytes: Uint8Array, onMessage: MessageHandler): void {
    this.#decoder.push(bytes, (tag, payload) => {
      if (!this.#isClosed && !this.#isClosing) onMessage(tag, payload);
    });
  }

  send(tag: Tag, payload?: Uint8Array): void {
    this.sendFrame(marshalMessage(tag, payload));
  }

  /** Sends header and payload that already stand together; what has to wait is copied. */
  sendFrame(frame: Uint8Array): void {
    if (this.#isClosed || this.#isClosing) return;
    const wasEmpty = this.#queue.byteLength === 0;
    const written = this.#queue.send(frame, this.#writeSome);
    if (wasEmpty || written > 0) this.#progressMs = performance.now();
    if (this.#queue.byteLength > QUEUE_HIGH_BYTES) this.#isSlow = true;
  }

  /** Writes what the kernel takes. */
  flush(): void {
    if (this.#isClosed) return;
    if (this.#queue.flush(this.#writeSome) > 0) {
      this.#progressMs = performance.now();
    }
    if (this.#queue.byteLength < QUEUE_LOW_BYTES) this.#isSlow = false;
    if (this.#isClosing && this.#queue.byteLength === 0) this.#end();
  }

  /** Milliseconds for which it has taken nothing although something waits. */
  idleMs(): number {
    return this.#queue.byteLength === 0 ? 0 : performance.now() - this.#progressMs;
  }

  /** Gives up its queue at a frame border; from now on it holds nobody back. */
  stall(): void {
    this.#queue.dropUnbegun();
    this.#isStalled = true;
    this.#isSlow = false;
  }

  /** It has taken everything and follows the output again. */
  recover(): void {
    this.#isStalled = false;
  }

  /** Stops reading from it for a reason, so that what it sends waits on its side. */
  holdInput(reason: InputHold): void {
    if (this.#isClosed || this.#inputHolds.has(reason)) return;
    this.#inputHolds.add(reason);
    this.#socket.pause();
  }

  /** Goes on reading when this was the last reason not to. */
  releaseInput(reason: InputHold): void {
    if (!this.#inputHolds.delete(reason) || this.#inputHolds.size > 0 || this.#isClosed) return;
    this.#socket.resume();
  }

  /**
   * Passes what was typed to `onTyped`, without answers of this client's terminal. What may be the
   * beginning of an answer comes later: with its rest, or as what it is when there is none.
   */
  filterReplies(bytes: Uint8Array, onTyped: (bytes: Uint8Array) => void): void {
    clearTimeout(this.#replyTimer);
    onTyped(this.#replyFilter.push(bytes));
    if (!this.#replyFilter.hasPending) return;
    this.#replyTimer = setTimeout(() => {
      if (!this.#isClosed) onTyped(this.#replyFilter.flush());
    }, REPLY_REST_MS);
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
    this.#socket.terminate();
  }

  /** To be called when the socket tells that it is closed. */
  markClosed(): void {
    this.#isClosed = true;
  }

  readonly #writeSome = (bytes: Uint8Array): number => this.#socket.write(bytes);

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.end();
  }
}
