import { linkSync, mkdirSync, renameSync, rmSync } from "node:fs";

import { encodeInfo } from "../../../src/protocol/info.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { ClientState } from "./fake-daemon.ts";
import { inTime, type Sandbox } from "./sandbox.ts";

/** How connections are treated between the end of the session and the removal of its socket. */
export type Farewell = "answers" | "hangs-up" | "refuses";

/**
 * A stand-in for the original Go program's daemon, as far as clients can tell: it knows the first
 * twelve tags, skips all others, sends no Exit, and removes its socket a moment after it has closed
 * its connections.
 */
export class OriginalDaemon implements AsyncDisposable {
  readonly #box: Sandbox;
  readonly #listener: Bun.UnixSocketListener<ClientState>;
  readonly #clients = new Map<Bun.Socket<ClientState>, ClientState>();
  readonly #attached = new Set<ClientState>();
  #onAttach = Promise.withResolvers<ClientState>();
  #farewell: Farewell | undefined;
  #timer: Timer | undefined;
  name: string;
  /** Process on its PTY. */
  pid = 1;
  /** What its screen shows. */
  screen = "";
  /** Tags that it has skipped, in order. */
  readonly skipped: number[] = [];

  private constructor(box: Sandbox, name: string) {
    this.#box = box;
    this.name = name;
    const dir = box.config.socketDir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // Bound to a name of its own: stopping to listen removes that one and not the session's.
    const hidden = `${dir}/..o`;
    this.#listener = Bun.listen<ClientState>({
      unix: hidden,
      socket: {
        open: (socket) => this.#accept(socket),
        data: (socket, bytes) =>
          socket.data.receive(bytes, (tag, payload) => this.#handle(socket.data, tag, payload)),
        drain: (socket) => socket.data.flush(),
        close: (socket) => this.#forget(socket),
      },
    });
    linkSync(hidden, box.socket(name));
    rmSync(hidden);
  }

  static listen(box: Sandbox, name: string): OriginalDaemon {
    return new OriginalDaemon(box, name);
  }

  /** Waits for the next client that attaches. */
  async attached(): Promise<ClientState> {
    const client = await inTime(this.#onAttach.promise, () => "a client to attach");
    this.#onAttach = Promise.withResolvers();
    return client;
  }

  get clients(): number {
    return this.#attached.size;
  }

  /** The session's command has ended. */
  end(farewell: Farewell, removeAfterMs: number): void {
    this.#farewell = farewell;
    for (const client of this.#clients.values()) client.close();
    if (farewell === "refuses") this.#listener.stop(true);
    this.#timer = setTimeout(() => this.#leave(), removeAfterMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#leave();
  }

  #leave(): void {
    rmSync(this.#box.socket(this.name), { force: true });
    this.#listener.stop(true);
  }

  #accept(socket: Bun.Socket<ClientState>): void {
    const client = new ClientState(socket);
    socket.data = client;
    this.#clients.set(socket, client);
    if (this.#farewell === "hangs-up") client.close();
  }

  #forget(socket: Bun.Socket<ClientState>): void {
    this.#attached.delete(socket.data);
    this.#clients.delete(socket);
  }

  #handle(client: ClientState, tag: number, payload: Buffer): void {
    switch (tag) {
      case Tag.Input:
      case Tag.Resize:
        return;
      case Tag.Detach:
        return client.close();
      case Tag.DetachAll:
        for (const other of this.#attached) other.close();
        return client.close();
      case Tag.Kill:
        return this.end("answers", 50);
      case Tag.Info:
        return this.#tellFacts(client);
      case Tag.Init:
        this.#attached.add(client);
        client.send(Tag.Output, this.screen);
        return this.#onAttach.resolve(client);
      case Tag.History:
        return client.send(Tag.History, this.screen);
      case Tag.Run:
        return client.send(Tag.Ack);
      case Tag.Rename:
        return this.#rename(client, payload.toString("utf8"));
      default:
        this.skipped.push(tag);
    }
  }

  #tellFacts(client: ClientState): void {
    const { pid } = this;
    const facts = { pid, cmd: "sh", cwd: "/", clientsLen: BigInt(this.clients), taskExitCode: 0 };
    client.send(Tag.Info, encodeInfo({ ...facts, createdAt: 1n, taskEndedAt: 0n }));
  }

  #rename(client: ClientState, name: string): void {
    renameSync(this.#box.socket(this.name), this.#box.socket(name));
    this.name = name;
    client.send(Tag.Ack);
  }
}
