import type { SequenceScanner } from "../../protocol/sequence-scanner.ts";
import { shellMarkOf, shellMarkScanner, type ShellMark } from "../../protocol/shell-mark.ts";

/** Who takes the parts of a program's output. */
export interface MarkHandlers {
  /** @param isOwned whether it is the whole chunk as it came. */
  onOutput(bytes: Uint8Array, isOwned: boolean): void;
  onMark(mark: ShellMark): void;
  /** A chunk was not handed on whole: it is wanted no more. */
  onDone(chunk: Uint8Array<ArrayBuffer>): void;
}

/** Takes a shell's marks out of its output. */
export class MarkStream {
  readonly #scanner: SequenceScanner;
  readonly #handlers: MarkHandlers;

  constructor(secret: string, handlers: MarkHandlers) {
    this.#scanner = shellMarkScanner(secret);
    this.#handlers = handlers;
  }

  push(chunk: Uint8Array<ArrayBuffer>): void {
    let isHandedOn = false;
    for (const part of this.#scanner.push(chunk)) {
      if (part.kind === "bytes") {
        isHandedOn ||= part.bytes === chunk;
        this.#handlers.onOutput(part.bytes, part.bytes === chunk);
        continue;
      }
      const mark = shellMarkOf(part);
      if (mark !== undefined) this.#handlers.onMark(mark);
    }
    if (!isHandedOn) this.#handlers.onDone(chunk);
  }

  /** No more comes: what may have been the beginning of a mark was output. */
  end(): void {
    this.#handlers.onOutput(this.#scanner.flush(), false);
  }
}
