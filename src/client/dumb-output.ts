import type { Size } from "../protocol/messages.ts";
import { concatBytes } from "../protocol/concat-bytes.ts";
import { SequenceScanner } from "../protocol/sequence-scanner.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { readScreen } from "../terminal/read/read-snapshot.ts";
import { plainLine } from "../terminal/read/styled-line.ts";

/** Sequences by which a daemon informs terminals about its shell: marks, directory, title. */
const OWN_SEQUENCES = ["\x1b]133;", "\x1b]7;file:", "\x1b]2;tsm:"] as const;
const MAX_PAYLOAD_BYTES = 16 * 1024;

/** A session's output for a terminal that obeys no control sequences: none but the program's own. */
export class DumbOutput {
  readonly #scanners = OWN_SEQUENCES.map(
    (prefix) => new SequenceScanner(prefix, MAX_PAYLOAD_BYTES),
  );

  /** The program's bytes, as they are. */
  push(chunk: Uint8Array): Uint8Array {
    let bytes = chunk;
    for (const scanner of this.#scanners) {
      const parts = scanner.push(bytes);
      bytes = concatBytes(parts.flatMap((part) => (part.kind === "bytes" ? [part.bytes] : [])));
    }
    return bytes;
  }

  /** The text on the screen of a session, up to its cursor. @param snapshot as a daemon sends it. */
  picture(snapshot: Uint8Array, size: Size): Uint8Array {
    const { lines, cursor } = readScreen({ ...size, bytes: snapshot });
    const texts = lines.map(plainLine);
    const below = texts.findLastIndex((text) => text !== "");
    const shown = texts.slice(0, Math.max(below, cursor.row) + 1);
    // A prompt gets no line end, so that typed text follows it.
    if (below <= cursor.row) shown.push((shown.pop() ?? "").padEnd(cursor.col));
    else shown.push("");
    return encodeUtf8(shown.join("\r\n"));
  }
}
