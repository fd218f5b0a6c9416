import { TsmError } from "../base/errors.ts";
import type { Tag } from "../protocol/tags.ts";
import { Connection, CONNECT_TIMEOUT_MS, withTimeout, type Message } from "./connection.ts";

/** Messages kept for a reader that is slow to ask; then the socket is no longer read. */
const MAX_UNREAD = 64;

interface Reader {
  resolve(message: Message): void;
  reject(error: TsmError): void;
}

/**
 * A connection whose messages are asked for one by one, for short conversations. The opener closes
 * it.
 */
export class SessionConnection {
  #connection: Connection | undefined;
  readonly #unread: Message[] = [];
  readonly #readers: Reader[] = [];
  #closeError: TsmError | undefined;
  readonly #closed = Promise.withResolvers<void>();

  /** Connects, in a second at most. @throws TsmError as {@link Connection.open}. */
  static async open(
    path: string,
    timeoutMs: number = CONNECT_TIMEOUT_MS,
  ): Promise<SessionConnection> {
    const self = new SessionConnection();
    self.#connection = await Connection.open(
      path,
      { onMessage: (message) => self.#receive(message), onClose: (error) => self.#close(error) },
      timeoutMs,
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
   * The next message. `timeoutMs` 0 means no limit.
   * @throws TsmError `unreachable` when none comes in time or the connection is closed.
   */
  read(timeoutMs: number): Promise<Message> {
    const unread = this.#unread.shift();
    if (unread !== undefined) {
      this.#connection?.resume();
      return Promise.resolve(unread);
    }
    if (this.#closeError !== undefined) return Promise.reject(this.#closeError);
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    this.#readers.push({ resolve, reject });
    return withTimeout(promise, timeoutMs);
  }

  /** The next message of a kind; others are skipped. The limit holds for each. */
  async readTag(tag: Tag, timeoutMs: number): Promise<Uint8Array> {
    for (;;) {
      const message = await this.read(timeoutMs);
      if (message.tag === tag) return message.payload;
    }
  }

  /** Resolves when the daemon has closed the connection. @throws TsmError after the time. */
  untilClosed(timeoutMs: number): Promise<void> {
    return withTimeout(this.#closed.promise, timeoutMs);
  }

  close(): void {
    this.#connection?.close();
  }

  #receive(message: Message): void {
    const owned = { tag: message.tag, payload: message.payload.slice() };
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader.resolve(owned);
    this.#unread.push(owned);
    if (this.#unread.length >= MAX_UNREAD) this.#connection?.pause();
  }

  #close(error: TsmError | undefined): void {
    this.#closeError = error ?? new TsmError("unreachable", "the daemon closed the connection");
    for (const reader of this.#readers.splice(0)) reader.reject(this.#closeError);
    this.#closed.resolve();
  }
}
