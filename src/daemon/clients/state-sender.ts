import { concatBytes } from "../../protocol/concat-bytes.ts";
import { marshalMessage } from "../../protocol/frame.ts";
import { inPayloads } from "../../protocol/payloads.ts";
import { Tag } from "../../protocol/tags.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import { ALL_LINES, encodeSnapshotHeader, type WatchRequest } from "../../protocol/watch.ts";
import type { TerminalBackend } from "../../terminal/backend.ts";
import type { LaterFrame } from "../../sessions/wire/write-queue.ts";
import type { Scrollback } from "../../terminal/stream/scrollback.ts";
import type { SnapshotPieces } from "../../terminal/backend.ts";
import { aroundState } from "./client-view.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { ModelFeed } from "../terminal/model-feed.ts";
import { SnapshotCache } from "./snapshot-cache.ts";

/** Size of a snapshot's frames: small, so that a stalled client holds one and the rest is not made. */
const FRAME_BYTES = 64 * 1024;
const EMPTY = new Uint8Array(0);

export interface StateSenderEvents {
  /** A client has been sent a part of a state, and others their turn: there is more for it. */
  onTurn(client: ClientConnection): void;
  /** A state of so many bytes is on its way. */
  onSent(bytes: number): void;
  /** Whether no sequence and no character of the output up to now is open. */
  isAtBorder(): boolean;
}

/** Sends clients the state that the terminal is in, with all output up to now. */
export class StateSender {
  readonly #model: ModelFeed;
  readonly #events: StateSenderEvents;
  readonly #snapshots: SnapshotCache;

  constructor(backend: TerminalBackend, model: ModelFeed, events: StateSenderEvents) {
    this.#model = model;
    this.#events = events;
    this.#snapshots = new SnapshotCache(backend, model);
  }

  /** Screen and scrollback, to a terminal that was reset. */
  sendAll(client: ClientConnection): void {
    this.#send(client, this.#snapshots.capture(ALL_LINES));
  }

  /** What a reader has asked for, after a header that describes it. */
  sendCapture(
    client: ClientConnection,
    { scrollbackLines, wantsRun }: WatchRequest,
    runOutput: Scrollback | undefined,
  ): void {
    this.#model.catchUp();
    if (wantsRun) {
      for (const part of inPayloads(runOutput?.bytes() ?? EMPTY)) {
        if (part.byteLength > 0) client.send(Tag.RunOutput, part);
      }
    }
    const capture = this.#snapshots.capture(scrollbackLines);
    client.send(Tag.Snapshot, encodeSnapshotHeader(capture));
    this.#send(client, capture);
  }

  /** For a client whose terminal has the session's size again, and gets the output as it comes. */
  sendBack(client: ClientConnection, lines: number): void {
    const capture = this.#snapshots.capture(Math.min(lines, ALL_LINES));
    // After half a sequence comes its rest.
    const { before, after } = aroundState(this.#events.isAtBorder());
    client.send(Tag.Output, encodeUtf8(before));
    this.#send(client, capture);
    if (after !== "") client.send(Tag.Output, encodeUtf8(after));
  }

  /** The visible screen as styled text. */
  preview(): Uint8Array {
    return this.#snapshots.preview();
  }

  close(): void {
    this.#snapshots.clear();
  }

  /** As fast as the client reads. Output that comes meanwhile waits behind it. */
  #send(client: ClientConnection, { byteLength, pieces }: SnapshotPieces): void {
    const frames = framesOf(pieces, this.#events.isAtBorder());
    client.output.sendStateLater({ frames, byteLength }, () => this.#events.onTurn(client));
    this.#events.onSent(byteLength);
  }
}

/**
 * Frames of a useful size, whatever that of the pieces; at least one.
 * @param endsAtBorder whether the last piece does not end in the middle of a sequence; no other does.
 */
function* framesOf(
  pieces: Iterable<Uint8Array>,
  endsAtBorder: boolean,
): Generator<LaterFrame, void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let isFirst = true;
  for (const piece of pieces) {
    let left = piece.byteLength;
    for (const part of inPayloads(piece, FRAME_BYTES)) {
      parts.push(part);
      size += part.byteLength;
      left -= part.byteLength;
      if (size < FRAME_BYTES / 2) continue;
      yield { frame: marshalMessage(Tag.Output, concatBytes(parts)), isBorder: left === 0 };
      parts = [];
      size = 0;
      isFirst = false;
    }
  }
  if (size === 0 && !isFirst) return;
  yield { frame: marshalMessage(Tag.Output, concatBytes(parts)), isBorder: endsAtBorder };
}
