import { mkdirSync } from "node:fs";

import { FrameDecoder } from "../../../src/protocol/decoder.ts";
import { marshalMessage } from "../../../src/protocol/frame.ts";
import { encodeInfo } from "../../../src/protocol/info.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { inTime, type Sandbox } from "./sandbox.ts";

/** One client's connection, as the daemon has it. */
export interface FakeClient {
  send(tag: number, payload?: Uint8Array | string): void;
  sendBytes(bytes: Uint8Array): void;
  /** Sends a message again and again, for as long as somebody reads. */
  flood(message: Uint8Array): void;
  /** What it has typed so far. */
  readonly input: string;
  /** Tags that it has sent, in order. */
  readonly tags: readonly number[];
  close(): void;
}

/**
 * A daemon as other builds have it: the first twelve tags and nothing else, no Exit message. What
 * it does beyond answering Info is up to the test.
 */
export class FakeDaemon implements AsyncDisposable {
  readonly #listener: Bun.UnixSocketListener<ClientState>;
  #attached = Promise.withResolvers<FakeClient>();
  #onMessage: (client: FakeClient, tag: number, payload: Buffer) => void = () => {};
  /** Facts that it tells of its session. */
  readonly facts = { cmd: "sh", cwd: "/", pid: 1, clientsLen: 0n, taskExitCode: 0 };
  /** Answers what a client asks. */
  answers: (client: FakeClient, tag: number) => void = (client, tag) => {
    if (tag !== Tag.Info) return;
    client.send(Tag.Info, encodeInfo({ ...this.facts, createdAt: 1n, taskEndedAt: 0n }));
  };

  private constructor(path: string) {
    this.#listener = Bun.listen<ClientState>({
      unix: path,
      socket: {
        open: (socket) => {
          socket.data = new ClientState(socket);
        },
        data: (socket, bytes) => {
          const client = socket.data;
          client.receive(bytes, (tag, payload) => this.#handle(client, tag, payload));
        },
        drain: (socket) => socket.data.flush(),
      },
    });
  }

  static listen(box: Sandbox, name: string): FakeDaemon {
    mkdirSync(box.config.socketDir, { recursive: true, mode: 0o700 });
    return new FakeDaemon(box.socket(name));
  }

  onMessage(handle: (client: FakeClient, tag: number, payload: Buffer) => void): void {
    this.#onMessage = handle;
  }

  /** Waits for the next client that sends Init. */
  async attached(): Promise<FakeClient> {
    const client = await inTime(this.#attached.promise, () => "a client to attach");
    this.#attached = Promise.withResolvers();
    return client;
  }

  /** Stops listening and closes all connections; the socket is removed. */
  stop(): void {
    this.#listener.stop(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
  }

  #handle(client: ClientState, tag: number, payload: Buffer): void {
    if (tag === Tag.Init) this.#attached.resolve(client);
    this.answers(client, tag);
    this.#onMessage(client, tag, payload);
  }
}

export class ClientState implements FakeClient {
  readonly tags: number[] = [];
  input = "";
  readonly #decoder = new FrameDecoder();
  readonly #socket: Bun.Socket<ClientState>;
  #unwritten: Uint8Array = new Uint8Array(0);
  #flood: Uint8Array | undefined;

  constructor(socket: Bun.Socket<ClientState>) {
    this.#socket = socket;
  }

  send(tag: number, payload: Uint8Array | string = ""): void {
    this.sendBytes(marshalMessage(tag, Buffer.from(payload)));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#unwritten = Buffer.concat([this.#unwritten, bytes]);
    this.flush();
  }

  flood(message: Uint8Array): void {
    this.#flood = message;
    this.flush();
  }

  flush(): void {
    for (;;) {
      const written = this.#socket.write(this.#unwritten);
      this.#unwritten = this.#unwritten.subarray(Math.max(0, written));
      if (this.#flood === undefined || this.#unwritten.byteLength > 0 || written < 0) return;
      this.#unwritten = this.#flood;
    }
  }

  receive(bytes: Uint8Array, handle: (tag: number, payload: Buffer) => void): void {
    this.#decoder.push(bytes, (tag, payload) => {
      this.tags.push(tag);
      if (tag === Tag.Input) this.input += Buffer.from(payload).toString("latin1");
      handle(tag, Buffer.from(payload));
    });
  }

  close(): void {
    this.#socket.end();
  }
}
