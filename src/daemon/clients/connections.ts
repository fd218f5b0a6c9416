import { tagName, type Tag } from "../../protocol/tags.ts";
import { descriptorOf } from "../../system/adopt-socket.ts";
import { isTrusted } from "../../system/private-directory.ts";
import { peerOf } from "../../system/unix-socket.ts";
import type { ClientConnection } from "./client-connection.ts";
import { Clients } from "./clients.ts";
import { GoneClients } from "./gone-clients.ts";
import type { DaemonLog } from "../log.ts";
import { Reception } from "./reception.ts";

export interface ConnectionEvents {
  /** A client has sent bytes. */
  onSign(): void;
  /** @returns whether that tag is known. */
  onMessage(client: ClientConnection, tag: Tag, payload: Uint8Array): boolean;
  /** Whether the program has to read input before this client may type more. */
  isInputFull(client: ClientConnection): boolean;
  /** More may wait to be sent to a connection than it reads. */
  onSlow(): void;
  /** A connection can be written to again. */
  onDrain(client: ClientConnection): void;
  /** A connection is closed, or about to be. */
  onGone(client: ClientConnection): void;
  /** Something has failed in us that must not end the session. */
  onFault(error: unknown): void;
}

/** All connections to a session's socket, from being accepted to being gone. */
export class Connections {
  readonly clients = new Clients();
  readonly #log: DaemonLog;
  readonly #events: ConnectionEvents;
  readonly #reception: Reception;
  readonly #goneClients = new GoneClients(this.clients, (client) => this.#close(client));
  readonly #unknownTags = new Set<Tag>();

  constructor(log: DaemonLog, events: ConnectionEvents) {
    this.#log = log;
    this.#events = events;
    this.#reception = new Reception({
      onMessage: (client, tag, payload) => {
        if (!events.onMessage(client, tag, payload)) this.#noteUnknown(tag);
      },
      isInputFull: (client) => events.isInputFull(client),
      onServed: (client) => client.output.isSlow && events.onSlow(),
      onUnbearable: (client, reason) => this.#close(client, reason),
      onPaused: () => this.#goneClients.start(),
      onFault: (error) => events.onFault(error),
    });
  }

  /** What the listening socket has to call. */
  get handlers(): Bun.SocketHandler<undefined> {
    return {
      open: (socket) => this.#accept(socket),
      data: (socket, bytes) => this.#receive(socket, bytes),
      drain: (socket) => this.#drained(socket),
      close: (socket) => this.#forget(this.clients.get(socket)),
      error: (socket) => this.#forget(this.clients.get(socket)),
    };
  }

  /** The program has read some input: clients that wait for that may continue to type. */
  resumeInput(): void {
    for (const client of this.clients.all()) this.#reception.resume(client);
  }

  /** The directory lets nobody else in; should it ever, the kernel knows who has connected. */
  #accept(socket: Bun.Socket<undefined>): void {
    const fd = descriptorOf(socket);
    const peer = fd === undefined ? undefined : peerOf(fd);
    if (peer === undefined || isTrusted(peer.uid)) return this.clients.add(socket);
    this.#log.write(`refused a connection of uid ${peer.uid}`);
    socket.terminate();
  }

  /** Other builds know other tags, which must neither harm us nor fill the log. */
  #noteUnknown(tag: Tag): void {
    if (this.#unknownTags.has(tag)) return;
    this.#unknownTags.add(tag);
    this.#log.write(`ignored ${tagName(tag)}, and will when it comes again`);
  }

  #receive(socket: Bun.Socket<undefined>, bytes: Uint8Array): void {
    const client = this.clients.get(socket);
    if (client === undefined) return;
    this.#events.onSign();
    this.#reception.receive(client, bytes);
  }

  #drained(socket: Bun.Socket<undefined>): void {
    const client = this.clients.get(socket);
    if (client === undefined) return;
    this.#events.onDrain(client);
    if (!client.output.isSlow) this.#reception.resume(client);
  }

  #close(client: ClientConnection, reason?: string): void {
    if (reason !== undefined) this.#log.write(`closed a connection: ${reason}`);
    client.terminate();
    this.#forget(client);
  }

  #forget(client: ClientConnection | undefined): void {
    if (client === undefined) return;
    this.clients.remove(client);
    this.#reception.forget(client);
    this.#events.onGone(client);
  }
}
