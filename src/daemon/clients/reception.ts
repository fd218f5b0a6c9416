import { describeError, TsmError } from "../../base/errors.ts";
import { Tag } from "../../protocol/tags.ts";
import type { ClientConnection } from "./client-connection.ts";
import { QUEUE_HIGH_BYTES } from "./client-output.ts";
import { Turns } from "./turns.ts";
import { UnfinishedFrames } from "./unfinished-frames.ts";

/** Messages that have no answer. */
const UNANSWERED: ReadonlySet<Tag> = new Set([
  Tag.Input,
  Tag.Resize,
  Tag.Detach,
  Tag.DetachAll,
  Tag.DetachOthers,
  Tag.Environment,
  Tag.Kill,
  Tag.TerminalMark,
  Tag.Shown,
  Tag.PixelSize,
  Tag.DumbTerminal,
]);
const NOTHING = new Uint8Array(0);

export interface ReceptionEvents {
  onMessage(client: ClientConnection, tag: Tag, payload: Uint8Array): void;
  /** Whether the program has to read input before this client may type more. */
  isInputFull(client: ClientConnection): boolean;
  /** Messages of a connection were handled; more may wait to be sent to it now. */
  onServed(client: ClientConnection): void;
  /** Nothing is read from a connection for now. */
  onPaused(): void;
  /** A connection has to be closed for what it sent. */
  onUnbearable(client: ClientConnection, reason: string): void;
  /** Something has failed in us that must not end the session. */
  onFault(error: unknown): void;
}

/**
 * Receives what connections send: the messages of each in order, and connections in turn, so that
 * no number or size of messages on one keeps the others waiting. A message waits for room where it
 * needs some: answers to those before it have to be read by the client, and input has to be read by
 * the program. Meanwhile nothing more is read from its connection.
 */
export class Reception {
  readonly #events: ReceptionEvents;
  readonly #turns = new Turns((client, isOver) => this.#serve(client, NOTHING, isOver));
  readonly #unfinished = new UnfinishedFrames();

  constructor(events: ReceptionEvents) {
    this.#events = events;
  }

  /** A connection has sent bytes, which are only lent. */
  receive(client: ClientConnection, bytes: Uint8Array): void {
    client.noteSign();
    if (client.inbox.isEmpty && this.#turns.hasTime) {
      return this.#turns.run(client, (isOver) => this.#serve(client, bytes, isOver));
    }
    client.inbox.keep(bytes);
    this.#pause(client);
    this.#turns.add(client);
  }

  /** There may be room now for what a connection has sent. */
  resume(client: ClientConnection): void {
    if (!client.inbox.isEmpty) this.#turns.add(client);
  }

  /** A connection is gone. */
  forget(client: ClientConnection): void {
    this.#turns.remove(client);
    this.#unfinished.forget(client);
  }

  #serve(client: ClientConnection, bytes: Uint8Array, isOver: () => boolean): void {
    let waitsForRoom = false;
    const mayTake = (tag: Tag): boolean => {
      if (client.isGoing || isOver()) return false;
      waitsForRoom = !this.#hasRoom(client, tag);
      return !waitsForRoom;
    };
    try {
      client.inbox.take(bytes, (tag, load) => this.#events.onMessage(client, tag, load), mayTake);
    } catch (error) {
      if (!(error instanceof TsmError)) this.#events.onFault(error);
      return this.#events.onUnbearable(client, describeError(error));
    }
    this.#limitUnfinished(client);
    if (client.isGoing) return;
    if (client.inbox.isEmpty) client.resumeReading();
    else this.#pause(client);
    if (!client.inbox.isEmpty && !waitsForRoom) this.#turns.add(client);
    this.#events.onServed(client);
  }

  #pause(client: ClientConnection): void {
    client.pauseReading();
    this.#events.onPaused();
  }

  #hasRoom(client: ClientConnection, tag: Tag): boolean {
    if (tag === Tag.Input) return !this.#events.isInputFull(client);
    if (UNANSWERED.has(tag)) return true;
    return client.output.pendingBytes <= QUEUE_HIGH_BYTES;
  }

  #limitUnfinished(client: ClientConnection): void {
    for (const surplus of this.#unfinished.note(client)) {
      this.#events.onUnbearable(surplus, "too many messages that do not come whole");
    }
  }
}
