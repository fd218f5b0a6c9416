import { copyBytes } from "../../base/copy-bytes.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { FrameDecoder, type MessageHandler, type PayloadLimit } from "../../protocol/decoder.ts";
import { MAX_PAYLOAD_SIZE } from "../../protocol/frame.ts";
import { Tag } from "../../protocol/tags.ts";

/** A key, or a short paste, is typed in one go; of a longer one each part as it comes. */
const MAX_WHOLE_INPUT_BYTES = 4096;
/** Far more than any name, or any labels and variables, that would be accepted. */
const MAX_SHORT_BYTES = 4096;
const MAX_VARIABLES_BYTES = 1024 * 1024;
const EMPTY = new Uint8Array(0);

/**
 * Messages of one connection that are not handled yet. Its messages are handled in order, and only
 * when they may be; bytes not read yet wait in the kernel, on the sender's side. So it holds one
 * read at most, and one incomplete message.
 */
export class Inbox {
  readonly #decoder = new FrameDecoder(limitOf);
  #rest: Uint8Array = EMPTY;

  /** Whether everything received is handled, except for an incomplete message. */
  get isEmpty(): boolean {
    return this.#rest.byteLength === 0 && !this.#decoder.isRefused;
  }

  /** Memory used for an incomplete message. */
  get unfinishedBytes(): number {
    return this.#decoder.gatheredBytes;
  }

  /** Keeps bytes, which are only lent, for later. */
  keep(bytes: Uint8Array): void {
    this.#rest = concatBytes([this.#rest, bytes]);
  }

  /**
   * Passes on messages for as long as they may be handled.
   * @param bytes just received, after everything kept; only lent.
   * @throws TsmError on a bad frame.
   */
  take(bytes: Uint8Array, onMessage: MessageHandler, mayTake: (tag: Tag) => boolean): void {
    if (this.#rest.byteLength > 0 && bytes.byteLength > 0) this.keep(bytes);
    const isKept = this.#rest.byteLength > 0;
    const all = isKept ? this.#rest : bytes;
    const taken = this.#decoder.push(all, onMessage, mayTake);
    if (taken === all.byteLength) this.#rest = EMPTY;
    else this.#rest = isKept ? all.subarray(taken) : copyBytes(all, taken);
  }
}

/** How much of a payload is kept: as much as this build can use of the message. The rest is skipped. */
function limitOf(tag: Tag): PayloadLimit {
  switch (tag) {
    case Tag.Input:
      return { maxBytes: MAX_WHOLE_INPUT_BYTES, isStream: true };
    case Tag.Resize:
    case Tag.Init:
    case Tag.InitReadOnly:
      return { maxBytes: 4 };
    case Tag.Watch:
      return { maxBytes: 5 };
    case Tag.Wait:
      return { maxBytes: 1 };
    case Tag.TerminalMark:
    case Tag.PixelSize:
      return { maxBytes: 8 };
    case Tag.Labels:
    case Tag.Environment:
      return { maxBytes: MAX_VARIABLES_BYTES };
    case Tag.RunCommand:
      return { maxBytes: MAX_PAYLOAD_SIZE };
    default:
      return { maxBytes: MAX_SHORT_BYTES };
  }
}
