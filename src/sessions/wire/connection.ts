import { closeSync } from "node:fs";

import { errnoOf, TsmError } from "../../base/errors.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { FrameDecoder, type PayloadLimit } from "../../protocol/decoder.ts";
import { marshalMessage } from "../../protocol/frame.ts";
import type { Tag } from "../../protocol/tags.ts";
import { adoptConnection } from "../../system/adopt-socket.ts";
import { isTrusted } from "../../system/private-directory.ts";
import { connectUnix, peerOf } from "../../system/unix-socket.ts";
import { WriteQueue } from "./write-queue.ts";

export const CONNECT_TIMEOUT_MS = 1000;
export const REPLY_TIMEOUT_MS = 1000;

/** Error of connect(2) when the listen queue is full: the daemon is busy, or stopped. */
const QUEUE_IS_FULL = "EAGAIN";
const QUEUE_RETRY_MS = 10;

export interface Message {
  tag: Tag;
  payload: Uint8Array;
}

export interface ConnectionHandlers {
  /** Called for each message; the payload is only valid until the call returns. */
  onMessage(message: Message): void;
  /** Called once, when either side has closed the connection. */
  onClose(error: TsmError | undefined): void;
  /** Called when the kernel has accepted everything that was sent. */
  onDrain?(): void;
}

/**
 * A client's end of a daemon's socket, message by message. Sending never blocks: bytes that the
 * kernel does not accept at once are queued here. The opener closes it.
 */
export class Connection {
  readonly #decoder: FrameDecoder;
  readonly #queue = new WriteQueue();
  readonly #handlers: ConnectionHandlers;
  #socket: Bun.Socket | undefined;
  #isClosed = false;
  #flushed: PromiseWithResolvers<void> | undefined;

  private constructor(handlers: ConnectionHandlers, decoder: FrameDecoder) {
    this.#handlers = handlers;
    this.#decoder = decoder;
  }

  /**
   * Connects to a socket.
   * @param limitOf how much of each message is wanted; all of it by default.
   * @throws TsmError `not-found` (no such socket), `refused` (no process listens: a dead daemon, or
   * a plain file), `unreachable` (its queue stays full, or no permission), `foreign` (another user
   * listens).
   */
  static async open(
    path: string,
    handlers: ConnectionHandlers,
    timeoutMs: number = CONNECT_TIMEOUT_MS,
    limitOf?: (tag: Tag) => PayloadLimit,
  ): Promise<Connection> {
    const fd = await connectInTime(path, timeoutMs);
    const connection = new Connection(handlers, new FrameDecoder(limitOf));
    connection.#socket = await adoptConnection(fd, {
      data: (_, bytes) => connection.#receive(bytes),
      drain: () => connection.#flush(),
      end: () => connection.close(),
      close: () => connection.#closed(undefined),
      error: (_, error) => connection.#closed(connectError(path, errnoOf(error), error)),
    });
    return connection;
  }

  /** Bytes sent that the kernel has not accepted yet. */
  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends one message. */
  send(tag: Tag, payload?: Uint8Array): void {
    if (this.#isClosed) return;
    this.#queue.send(marshalMessage(tag, payload), this.#writeSome);
  }

  /** Sends several requests without payload in one write, so that the daemon wakes only once. */
  ask(tags: readonly Tag[]): void {
    if (this.#isClosed) return;
    this.#queue.send(concatBytes(tags.map((tag) => marshalMessage(tag))), this.#writeSome);
  }

  /** Stops reading; to the daemon this is a client that accepts no output. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Closes once the kernel has accepted everything sent, after `timeoutMs` at the latest. */
  async finish(timeoutMs: number): Promise<void> {
    if (!this.#isClosed && this.#queue.byteLength > 0) {
      this.#flushed ??= Promise.withResolvers();
      await Promise.race([this.#flushed.promise, Bun.sleep(timeoutMs)]);
    }
    this.close();
  }

  /** Closes now; bytes that the kernel has not accepted are lost. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#socket?.end();
    this.#closed(undefined);
  }

  #receive(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes, (tag, payload) => {
        if (!this.#isClosed) this.#handlers.onMessage({ tag, payload });
      });
    } catch (error) {
      if (!(error instanceof TsmError)) throw error;
      this.#closed(error); // first, because terminate() calls back without the reason
      this.#socket?.terminate();
    }
  }

  readonly #writeSome = (bytes: Uint8Array): number => this.#socket?.write(bytes) ?? 0;

  #flush(): void {
    const before = this.#queue.byteLength;
    this.#queue.flush(this.#writeSome);
    if (before === 0 || this.#queue.byteLength > 0) return;
    this.#flushed?.resolve();
    this.#handlers.onDrain?.();
  }

  #closed(error: TsmError | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flushed?.resolve();
    this.#handlers.onClose(error);
  }
}

/** Rejects after `timeoutMs`; a later result is passed to `dispose`. 0 means no limit. */
export async function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
  dispose: (late: T) => void = () => {},
): Promise<T> {
  if (timeoutMs === 0) return promise;
  let timer: Timer | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(noAnswer(timeoutMs));
      promise.then(dispose, () => {}); // a later failure was already reported as the timeout
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error for a caller that has waited for `timeoutMs` without an answer. */
export function noAnswer(timeoutMs: number): TsmError {
  return new TsmError("unreachable", `no answer within ${Math.round(timeoutMs)} ms`);
}

/** Connects; while the listen queue is full, retries until the timeout. @returns a descriptor. */
async function connectInTime(path: string, timeoutMs: number): Promise<number> {
  const giveUpAtMs = performance.now() + timeoutMs;
  for (;;) {
    const { fd, error } = connectUnix(path);
    if (fd !== undefined) return requireOwnPeer(path, fd);
    if (error !== QUEUE_IS_FULL || performance.now() > giveUpAtMs) throw connectError(path, error);
    await Bun.sleep(QUEUE_RETRY_MS);
  }
}

/** Rejects a socket that another user has put in place of ours: nothing must be typed into it. */
function requireOwnPeer(path: string, fd: number): number {
  const peer = peerOf(fd);
  if (peer === undefined || isTrusted(peer.uid)) return fd;
  closeSync(fd);
  throw new TsmError("foreign", `${path} is served by another user (uid ${peer.uid})`, {
    remedy: "Nothing was sent. Find out who can write to that directory.",
  });
}

function connectError(path: string, errno: string | undefined, cause?: unknown): TsmError {
  switch (errno) {
    case "ENOENT":
      return new TsmError("not-found", `no socket at ${path}`, { cause });
    case "ECONNREFUSED":
      return new TsmError("refused", `connection refused by ${path}`, { cause });
    case QUEUE_IS_FULL:
      return new TsmError("unreachable", `too many wait for an answer of ${path}`, { cause });
    default:
      return new TsmError("unreachable", `cannot reach ${path}: ${errno ?? "failed"}`, { cause });
  }
}
