import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { ClientConnection } from "../../../src/daemon/clients/client-connection.ts";
import { Clients } from "../../../src/daemon/clients/clients.ts";
import { FrameDecoder } from "../../../src/protocol/decoder.ts";
import type { Tag } from "../../../src/protocol/tags.ts";
import { until } from "../../e2e/support/sandbox.ts";

/** The other end of a client's connection. It reads only while the test lets it. */
export class Peer {
  readonly client: ClientConnection;
  readonly messages: { tag: Tag; payload: Uint8Array }[] = [];
  readonly #decoder = new FrameDecoder();
  readonly #socket: Bun.Socket<undefined>;
  isClosed = false;

  constructor(client: ClientConnection, socket: Bun.Socket<undefined>) {
    this.client = client;
    this.#socket = socket;
  }

  receive(bytes: Uint8Array): void {
    this.#decoder.push(bytes, (tag, payload) =>
      this.messages.push({ tag, payload: payload.slice() }),
    );
  }

  stopReading(): void {
    this.#socket.pause();
  }

  read(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.end();
  }
}

/** Clients on a real socket, each with its other end. */
export class ConnectedClients implements Disposable {
  readonly clients = new Clients();
  readonly #root = mkdtempSync("/tmp/tsm-cc-");
  readonly #listener: Bun.UnixSocketListener<undefined>;
  readonly #peers: Peer[] = [];

  /** @param onDrain a client can be written to again. */
  constructor(onDrain: (client: ClientConnection) => void = (client) => client.flush()) {
    this.#listener = Bun.listen<undefined>({
      unix: join(this.#root, "s"),
      socket: {
        open: (socket) => this.clients.add(socket),
        data: () => {},
        drain: (socket) => {
          const client = this.clients.get(socket);
          if (client !== undefined) onDrain(client);
        },
        close: (socket) => {
          const client = this.clients.get(socket);
          if (client !== undefined) this.clients.remove(client);
        },
      },
    });
  }

  async connect(): Promise<Peer> {
    const before = new Set(this.clients.all());
    const found: { peer?: Peer } = {};
    const socket = await Bun.connect<undefined>({
      unix: join(this.#root, "s"),
      data: undefined,
      socket: {
        data: (_, bytes) => found.peer?.receive(bytes),
        close: () => {
          if (found.peer !== undefined) found.peer.isClosed = true;
        },
      },
    });
    const findNew = (): ClientConnection | undefined =>
      [...this.clients.all()].find((it) => !before.has(it));
    await until(() => findNew() !== undefined, "the connection to be accepted");
    const peer = new Peer(findNew() as ClientConnection, socket);
    found.peer = peer;
    this.#peers.push(peer);
    return peer;
  }

  /** One that has attached, with a terminal of some size. */
  async attach(rows?: number, cols?: number): Promise<Peer> {
    const peer = await this.connect();
    peer.client.isAttached = true;
    if (rows !== undefined && cols !== undefined) peer.client.size = { rows, cols };
    this.clients.touch(peer.client);
    return peer;
  }

  [Symbol.dispose](): void {
    for (const peer of this.#peers) peer.close();
    this.#listener.stop(true);
    rmSync(this.#root, { recursive: true, force: true });
  }
}
