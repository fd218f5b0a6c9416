import { copyBytes } from "../../base/copy-bytes.ts";
import { TsmError } from "../../base/errors.ts";
import type { PayloadLimit } from "../../protocol/decoder.ts";
import type { Tag } from "../../protocol/tags.ts";
import {
  Connection,
  CONNECT_TIMEOUT_MS,
  noAnswer,
  withTimeout,
  type Message,
} from "./connection.ts";

/** Messages and bytes buffered for a slow reader; at these limits the socket is no longer read. */
const MAX_UNREAD = 64;
const MAX_UNREAD_BYTES = 1024 * 1024;

interface Reader {
  resolve(message: Message): void;
  reject(error: TsmError): void;
}

/**
 * A connection whose messages are read one by one, for short conversations. The opener closes it.
 */
export class SessionConnection {
  #connection: Connection | undefined;
  readonly #unread: Message[] = [];
  #unreadBytes = 0;
  readonly #readers: Reader[] = [];
  #closeError: TsmError | undefined;
  readonly #closed = Promise.withResolvers<void>();

  /**
   * Connects, within a second by default.
   * @param limitOf how much of each message is wanted.
   * @throws TsmError as {@link Connection.open}.
   */
  static async open(
    path: string,
    timeoutMs: number = CONNECT_TIMEOUT_MS,
    limitOf?: (tag: Tag) => PayloadLimit,
  ): Promise<SessionConnection> {
    const self = new SessionConnection();
    self.#connection = await Connection.open(
      path,
      { onMessage: (message) => self.#receive(message), onClose: (error) => self.#close(error) },
      timeoutMs,
      limitOf,
    );
    return self;
  }

  send(tag: Tag, payload?: Uint8Array): void {
    this.#connection?.send(tag, payload);
  }

  /** As {@link Connection.ask}. */
  ask(tags: readonly Tag[]): void {
    this.#connection?.ask(tags);
  }

  /**
   * Reads the next message. `timeoutMs` 0 means no limit. A message that comes after the timeout is
   * kept for the next reader.
   * @throws TsmError `unreachable` when no message comes in time or the connection is closed.
   */
  read(timeoutMs: number): Promise<Message> {
    return this.#next(timeoutMs, timeoutMs);
  }

  /**
   * Reads messages up to the first that `isLast` accepts. The limit covers all of them together: a
   * daemon that sends other messages without end has not answered.
   * @throws TsmError as {@link read}.
   */
  async readUntil(isLast: (message: Message) => boolean, timeoutMs: number): Promise<Message> {
    const startMs = performance.now();
    for (;;) {
      const leftMs = timeoutMs === 0 ? 0 : startMs + timeoutMs - performance.now();
      if (leftMs < 0) throw noAnswer(timeoutMs);
      const message = await this.#next(Math.ceil(leftMs), timeoutMs);
      if (isLast(message)) return message;
    }
  }

  /** Reads the payload of the next message with a tag; skips others, as {@link readUntil} does. */
  async readTag(tag: Tag, timeoutMs: number): Promise<Uint8Array> {
    return (await this.readUntil((message) => message.tag === tag, timeoutMs)).payload;
  }

  /** Resolves when the connection is closed. @throws TsmError after the timeout. */
  untilClosed(timeoutMs: number): Promise<void> {
    return withTimeout(this.#closed.promise, timeoutMs);
  }

  close(): void {
    this.#connection?.close();
  }

  /** @param limitMs the time left of `timeoutMs`. */
  async #next(limitMs: number, timeoutMs: number): Promise<Message> {
    const unread = this.#unread.shift();
    if (unread !== undefined) {
      this.#unreadBytes -= unread.payload.byteLength;
      this.#connection?.resume();
      return unread;
    }
    if (this.#closeError !== undefined) throw this.#closeError;
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    const reader = { resolve, reject };
    this.#readers.push(reader);
    const timer =
      limitMs === 0 ? undefined : setTimeout(() => this.#giveUp(reader, timeoutMs), limitMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Rejects a reader whose time is up; the next message goes to the next reader. */
  #giveUp(reader: Reader, timeoutMs: number): void {
    const at = this.#readers.indexOf(reader);
    if (at === -1) return; // the reader already has its message, or its error
    this.#readers.splice(at, 1);
    reader.reject(noAnswer(timeoutMs));
  }

  #receive(message: Message): void {
    const owned = { tag: message.tag, payload: copyBytes(message.payload) };
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader.resolve(owned);
    this.#unread.push(owned);
    this.#unreadBytes += owned.payload.byteLength;
    const isMuch = this.#unread.length >= MAX_UNREAD || this.#unreadBytes >= MAX_UNREAD_BYTES;
    if (isMuch) this.#connection?.pause();
  }

  #close(error: TsmError | undefined): void {
    this.#closeError = error ?? new TsmError("unreachable", "the daemon closed the connection");
    for (const reader of this.#readers.splice(0)) reader.reject(this.#closeError);
    this.#closed.resolve();
  }
}
