import { encodeSize, type Size } from "../../../src/protocol/messages.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { Connection } from "../../../src/sessions/wire/connection.ts";

/**
 * A client without a terminal, for what a terminal cannot be made to do: reading slowly or not at
 * all, counting and hashing every byte.
 */
export class RawClient {
  readonly #connection: Connection;
  readonly #changed = new Set<() => void>();
  readonly hasher = new Bun.CryptoHasher("sha256");
  readonly #closed = Promise.withResolvers<void>();
  /** Output bytes, the snapshot included. */
  outputBytes = 0;
  /** The last of the output. */
  tail = Buffer.alloc(0);
  exitPayload: Uint8Array | undefined;
  onOutput: (bytes: Uint8Array) => void = () => {};
  /** Every message but Output. */
  onMessage: (tag: number, payload: Uint8Array) => void = () => {};

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async attach(path: string, size: Size = { rows: 24, cols: 80 }): Promise<RawClient> {
    const client = await RawClient.connect(path);
    client.send(Tag.Init, encodeSize(size));
    return client;
  }

  static async connect(path: string): Promise<RawClient> {
    let client: RawClient | undefined = undefined as RawClient | undefined;
    const connection = await Connection.open(path, {
      onMessage: ({ tag, payload }) => client?.receive(tag, payload),
      onClose: () => client?.markClosed(),
    });
    client = new RawClient(connection);
    return client;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  send(tag: number, payload?: Uint8Array): void {
    this.#connection.send(tag, payload);
  }

  /** Bytes sent that the kernel has not taken yet. */
  get pendingBytes(): number {
    return this.#connection.pendingBytes;
  }

  /** Resolves when the kernel has taken all that was sent, or the connection is closed. */
  async sent(): Promise<void> {
    while (this.#connection.pendingBytes > 0 && !this.#connection.isClosed) await Bun.sleep(1);
  }

  type(text: string | Uint8Array): void {
    this.send(Tag.Input, Buffer.from(text));
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  close(): void {
    this.#connection.close();
  }

  /** Resolves when the output ends with, or lately had, the text. */
  async shown(text: string): Promise<void> {
    if (this.tail.includes(text)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const changed = (): void => {
      if (this.tail.includes(text)) resolve();
    };
    this.#changed.add(changed);
    await promise;
    this.#changed.delete(changed);
  }

  private markClosed(): void {
    this.#closed.resolve();
  }

  private receive(tag: number, payload: Uint8Array): void {
    if (tag === Tag.Exit) this.exitPayload = payload.slice();
    if (tag !== Tag.Output) return this.onMessage(tag, payload);
    this.outputBytes += payload.byteLength;
    this.hasher.update(payload);
    this.tail = Buffer.concat([this.tail, payload]).subarray(-4096);
    this.onOutput(payload);
    for (const changed of this.#changed) changed();
  }
}
