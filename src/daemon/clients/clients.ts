import type { PixelSize, Size } from "../../protocol/messages.ts";
import { ClientConnection } from "./client-connection.ts";
import { maxConnections } from "./connection-limit.ts";

/** One that has been silent for so long, and waits for nothing, may be closed for a new one. */
const IDLE_MS = 10_000;

/** All connections of a session, and which of them decides. */
export class Clients {
  readonly #bySocket = new Map<Bun.Socket<undefined>, ClientConnection>();
  readonly #maxConnections = maxConnections();
  #activity = 0;

  /** Adds a new connection; of too many, the one idle for longest is closed. */
  add(socket: Bun.Socket<undefined>): void {
    this.#bySocket.set(socket, new ClientConnection(socket));
    if (this.#bySocket.size > this.#maxConnections) (this.#idlest()?.socket ?? socket).terminate();
  }

  get(socket: Bun.Socket<undefined>): ClientConnection | undefined {
    return this.#bySocket.get(socket);
  }

  /** Forgets a connection that is closed. */
  remove(client: ClientConnection): void {
    client.markClosed();
    this.#bySocket.delete(client.socket);
  }

  all(): Iterable<ClientConnection> {
    return this.#bySocket.values();
  }

  #idlest(): ClientConnection | undefined {
    let idlest: ClientConnection | undefined;
    for (const client of this.all()) {
      if (!client.isIdle || client.silentMs < (idlest?.silentMs ?? IDLE_MS)) continue;
      idlest = client;
    }
    return idlest;
  }

  attached(): ClientConnection[] {
    return [...this.all()].filter((client) => client.isAttached);
  }

  /** Records that a client has attached, typed or resized. */
  touch(client: ClientConnection): void {
    client.activity = ++this.#activity;
  }

  /**
   * The client that was active last: its size holds, and its terminal answers what programs ask.
   * A read-only client never decides, and one whose terminal has no size only when no other does.
   */
  deciding(): ClientConnection | undefined {
    let best: ClientConnection | undefined;
    for (const client of this.all()) {
      if (!client.isAttached || client.isReadOnly) continue;
      if (best === undefined || decidesBefore(client, best)) best = client;
    }
    return best;
  }

  /**
   * The deciding size; undefined as long as no client has one. Its pixels are 0 unless its client has
   * told them, too.
   */
  size(): PixelSize | undefined {
    const best = this.deciding();
    return best?.size === undefined ? undefined : withPixels(best.size, best.pixelSize);
  }
}

function decidesBefore(one: ClientConnection, other: ClientConnection): boolean {
  const hasSize = one.size !== undefined;
  if (hasSize !== (other.size !== undefined)) return hasSize;
  return one.activity > other.activity;
}

function withPixels(size: Size, known: PixelSize | undefined): PixelSize {
  const isSame = known?.rows === size.rows && known.cols === size.cols;
  const { xPixels, yPixels } = isSame ? known : { xPixels: 0, yPixels: 0 };
  return { ...size, xPixels, yPixels };
}
