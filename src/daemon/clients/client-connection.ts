import { SEQUENCE_REST_MS } from "../../input/rest-time.ts";
import type { PixelSize, Size } from "../../protocol/messages.ts";
import type { WatchRequest } from "../../protocol/watch.ts";
import type { Tag } from "../../protocol/tags.ts";
import { ReplyFilter, type ReplyPolicy } from "../../terminal/stream/reply-filter.ts";
import { ClientOutput } from "./client-output.ts";
import { Inbox } from "./inbox.ts";

/** A terminal's answer whose beginning is no key may take longer to come whole than a key. */
const REPLY_REST_MS = 200;

/** The daemon's end of one connection: what is known of the client, and the way to and from it. */
export class ClientConnection {
  readonly socket: Bun.Socket<undefined>;
  /** What it has sent and is not handled yet. */
  readonly inbox = new Inbox();
  /** What it is sent. */
  readonly output: ClientOutput;
  readonly #replyFilter = new ReplyFilter();
  #replyTimer: Timer | undefined;
  #isReadingPaused = false;
  #signMs = performance.now();
  #isClosed = false;
  #isClosing = false;
  /** Own tags that it understands, as it has reported. */
  #understood: ReadonlySet<Tag> = new Set();

  /** It has sent Init: it gets output and counts as a client. */
  isAttached = false;
  /** It asked to see only: it types nothing and decides no size. */
  isReadOnly = false;
  /** Its terminal obeys no control sequences: nothing can be drawn there, and it answers nothing. */
  isDumb = false;
  /** It gets output without being attached: no user sits there. */
  watches: WatchRequest | undefined;
  /** It gets the output of a run command; `lost` when it was too slow for that. */
  listensTo: "run" | "lost" | undefined;
  /** It waits for something to end, silently. */
  waitsForEnd = false;
  /** Size of its terminal, once it has reported one. */
  size: Size | undefined;
  /** The same with its pixels, once it has reported them. */
  pixelSize: PixelSize | undefined;
  /** Order of the last attach, typing or resize; the highest decides. */
  activity = 0;

  constructor(socket: Bun.Socket<undefined>) {
    this.socket = socket;
    const writeSome = (bytes: Uint8Array): number => socket.write(bytes);
    this.output = new ClientOutput(writeSome, () => this.takesOutput);
  }

  /** Records which own tags it understands: programs of other builds report none. */
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

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Whether it is closed, or will be once everything queued is sent: its messages are no longer
   * handled.
   */
  get isGoing(): boolean {
    return this.#isClosed || this.#isClosing;
  }

  /** Whether output goes to it as it comes. */
  get takesOutput(): boolean {
    return this.follows || this.listensTo === "run";
  }

  /** Whether it neither gets anything nor waits for anything. */
  get isIdle(): boolean {
    return !this.takesOutput && !this.waitsForEnd && this.output.isEmpty;
  }

  /** Whether it gets no output until it has read what it was sent. */
  get isStalled(): boolean {
    return this.output.isStalled;
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
    this.output.send(tag, payload);
  }

  /** Writes what the kernel accepts. */
  flush(): void {
    if (this.#isClosed) return;
    this.output.flush();
    if (this.#isClosing && this.output.isEmpty) this.#end();
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
   * happens to its terminal's answers may change between any two bytes. Bytes that may begin an
   * answer come later: together with its rest, or as they are when no rest comes.
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

  /** Whether it has sent the beginning of a paste, and not the end. */
  get isInPaste(): boolean {
    return this.#replyFilter.isInPaste;
  }

  /** Closes once everything queued is sent. */
  closeAfterFlush(): void {
    this.#isClosing = true;
    this.output.close();
    this.flush();
  }

  /** Closes at once; everything still queued is lost. */
  terminate(): void {
    if (this.#isClosed) return;
    this.markClosed();
    this.socket.terminate();
  }

  /** To be called when the socket reports that it is closed. */
  markClosed(): void {
    this.#isClosed = true;
    this.output.close();
  }

  #end(): void {
    if (this.#isClosed) return;
    this.markClosed();
    this.socket.end();
  }
}
