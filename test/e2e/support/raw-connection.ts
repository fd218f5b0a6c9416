import { FrameDecoder } from "../../../src/protocol/decoder.ts";
import { marshalMessage } from "../../../src/protocol/frame.ts";
import { inTime } from "./sandbox.ts";

/** A bare connection to a daemon's socket, which can also say what no client would. */
export class RawConnection implements Disposable {
  readonly #decoder = new FrameDecoder();
  #isClosed = false;
  readonly #closed = Promise.withResolvers<void>();
  readonly #messages: [tag: number, payload: Buffer][] = [];
  #socket: Bun.Socket<undefined> | undefined;
  #unwritten: Uint8Array = new Uint8Array(0);
  #changed = Promise.withResolvers<void>();

  static async open(path: string): Promise<RawConnection> {
    const connection = new RawConnection();
    connection.#socket = await Bun.connect<undefined>({
      unix: path,
      data: undefined,
      socket: {
        data: (_, bytes) => connection.#receive(bytes),
        drain: () => connection.#flush(),
        close: () => connection.#close(),
      },
    });
    return connection;
  }

  /** Sends a message. */
  send(tag: number, payload?: Uint8Array | string): void {
    this.sendBytes(
      marshalMessage(tag, typeof payload === "string" ? Buffer.from(payload) : payload),
    );
  }

  /** Sends bytes that need not be a message. */
  sendBytes(bytes: Uint8Array): void {
    this.#unwritten = Buffer.concat([this.#unwritten, bytes]);
    this.#flush();
  }

  /** Resolves when the kernel has taken all that was sent, or the connection is closed. */
  async sent(): Promise<void> {
    while (this.#unwritten.byteLength > 0 && !this.#isClosed) await Bun.sleep(1);
  }

  /** Messages that have come and were not asked for yet. */
  get unread(): readonly (readonly [tag: number, payload: Buffer])[] {
    return this.#messages;
  }

  /** Takes all messages that have come. */
  takeAll(): [tag: number, payload: Buffer][] {
    return this.#messages.splice(0);
  }

  /** The next message's payload, which must have this tag. */
  async read(tag: number): Promise<Buffer> {
    while (this.#messages.length === 0) await this.#change(`a message with tag ${tag}`);
    const [found, payload] = this.#messages.shift() ?? [];
    if (found !== tag || payload === undefined) throw new Error(`tag ${found} instead of ${tag}`);
    return payload;
  }

  /** Reads Output until the text has come; returns all of it. */
  async readOutput(outputTag: number, text: string): Promise<string> {
    let output = Buffer.alloc(0);
    while (!output.includes(text)) output = Buffer.concat([output, await this.read(outputTag)]);
    return output.toString("utf8");
  }

  /** Waits until the daemon has closed the connection. */
  async closed(): Promise<void> {
    await inTime(this.#closed.promise, () => "the daemon to close the connection");
  }

  [Symbol.dispose](): void {
    this.#socket?.terminate();
  }

  #receive(bytes: Uint8Array): void {
    this.#decoder.push(bytes, (tag, payload) => {
      this.#messages.push([tag, Buffer.from(payload)]);
    });
    this.#wake();
  }

  #close(): void {
    this.#isClosed = true;
    this.#closed.resolve();
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #change(what: string): Promise<void> {
    const isClosed = this.#closed.promise.then(() => {
      throw new Error(`the connection was closed instead of ${what}`);
    });
    await inTime(Promise.race([this.#changed.promise, isClosed]), () => what);
  }

  #flush(): void {
    const written = this.#socket?.write(this.#unwritten) ?? 0;
    this.#unwritten = this.#unwritten.subarray(Math.max(0, written));
  }
}
