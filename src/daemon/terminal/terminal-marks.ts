import { copyBytes } from "../../base/copy-bytes.ts";
import { MARK_BYTES, terminalMarkSequence } from "../../protocol/terminal-mark.ts";
import { Tag } from "../../protocol/tags.ts";
import type { ClientConnection } from "../clients/client-connection.ts";

/** A mark comes back within the time of a round trip through ssh, if at all. */
const WATCH_MS = 10_000;
/** Marks expected at the same time; beyond that, the oldest are dropped. */
const MAX_MARKS = 16;

/** As long as a mark's sequence, and a little more. */
const MAX_TAIL_BYTES = 64;

interface Mark {
  client: ClientConnection;
  mark: Uint8Array;
  sequence: Buffer;
  untilMs: number;
}

/**
 * Finds out whether a client's terminal is shown in this very session, through ssh to this machine or
 * a ring of sessions: then each output would cause the next. Each client writes a mark to its
 * terminal when it attaches; the mark must not appear in this session's output.
 */
export class TerminalMarks {
  #marks: Mark[] = [];
  #tail: Uint8Array = new Uint8Array(0);

  /** Watches for the mark that a client says it has written. */
  expect(client: ClientConnection, mark: Uint8Array): void {
    if (mark.byteLength !== MARK_BYTES) return;
    const sequence = Buffer.from(terminalMarkSequence(mark));
    const untilMs = performance.now() + WATCH_MS;
    this.#marks.push({ client, mark: copyBytes(mark), sequence, untilMs });
    this.#marks = this.#marks.slice(-MAX_MARKS);
  }

  /** Checks a piece of output, and notifies the client whose mark is in it. */
  check(chunk: Uint8Array): void {
    if (this.#marks.length === 0) return;
    const nowMs = performance.now();
    this.#marks = this.#marks.filter(({ client, untilMs }) => !client.isClosed && untilMs > nowMs);
    const bytes = Buffer.concat([this.#tail, chunk]); // a mark may come in two pieces
    this.#tail = bytes.subarray(-MAX_TAIL_BYTES);
    for (const { client, mark, sequence } of this.#marks) {
      if (bytes.includes(sequence)) client.send(Tag.TerminalMark, mark);
    }
  }
}
