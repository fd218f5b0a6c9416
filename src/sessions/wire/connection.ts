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

/** What connect(2) says when as many wait to be accepted as may: the daemon is busy, or stopped. */
const QUEUE_IS_FULL = "EAGAIN";
const QUEUE_RETRY_MS = 10;

export interface Message {
  tag: Tag;
  payload: Uint8Array;
}

export interface ConnectionHandlers {
  /** A message has come; the payload is only valid until the call returns. */
  onMessage(message: Message): void;
  /** The connection is closed, by whichever side; called once. */
  onClose(error: TsmError | undefined): void;
  /** All that was sent has been taken by the kernel. */
  onDrain?(): void;
}

/**
 * A client's end of a daemon's socket, message by message. Sending never blocks: what the kernel
 * does not take at once waits here. The opener closes it.
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
   * @throws TsmError `not-found` (no such socket), `refused` (nobody listens: a dead daemon, or a
   * plain file), `unreachable` (its queue is full all the time, or no permission), `foreign` (another
   * user listens).
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

  /** Bytes sent that the kernel has not taken yet. */
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

  /** Asks several questions without payload in one write: the daemon is woken once for all of them. */
  ask(tags: readonly Tag[]): void {
    if (this.#isClosed) return;
    this.#queue.send(concatBytes(tags.map((tag) => marshalMessage(tag))), this.#writeSome);
  }

  /** Stops reading; the daemon sees a client that takes nothing. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Closes once everything sent is on its way, after `timeoutMs` at the latest. */
  async finish(timeoutMs: number): Promise<void> {
    if (!this.#isClosed && this.#queue.byteLength > 0) {
      this.#flushed ??= Promise.withResolvers();
      await Promise.race([this.#flushed.promise, Bun.sleep(timeoutMs)]);
    }
    this.close();
  }

  /** Closes now; what the kernel has not taken is lost. Idempotent. */
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
      this.#closed(error); // first: terminating calls back, without the reason
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

/** Runs out after `timeoutMs`; a result that comes later goes to `dispose`. 0 means no limit. */
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
      promise.then(dispose, () => {}); // its failure has been reported as the time-out
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error of whoever has waited for so long. */
export function noAnswer(timeoutMs: number): TsmError {
  return new TsmError("unreachable", `no answer within ${Math.round(timeoutMs)} ms`);
}

/** Connects, and tries again for a while where too many others are doing so. @returns a descriptor. */
async function connectInTime(path: string, timeoutMs: number): Promise<number> {
  const giveUpAtMs = performance.now() + timeoutMs;
  for (;;) {
    const { fd, error } = connectUnix(path);
    if (fd !== undefined) return requireOwnPeer(path, fd);
    if (error !== QUEUE_IS_FULL || performance.now() > giveUpAtMs) throw connectError(path, error);
    await Bun.sleep(QUEUE_RETRY_MS);
  }
}

/** A socket of ours may have been replaced by another user's: nothing must be typed into that. */
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
