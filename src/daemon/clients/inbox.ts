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
 * What one connection has sent and is not handled yet. Its messages are handled in order, and only
 * when they may be; what is not read yet waits in the kernel, on the sender's side. So it holds one
 * read at most, and one message that has not come whole.
 */
export class Inbox {
  readonly #decoder = new FrameDecoder(limitOf);
  #rest: Uint8Array = EMPTY;

  /** Whether all that has come is handled, but for a message whose rest is missing. */
  get isEmpty(): boolean {
    return this.#rest.byteLength === 0 && !this.#decoder.isRefused;
  }

  /** Memory that is taken for a message whose rest is missing. */
  get unfinishedBytes(): number {
    return this.#decoder.gatheredBytes;
  }

  /** Keeps bytes, which are only lent, for later. */
  keep(bytes: Uint8Array): void {
    this.#rest = concatBytes([this.#rest, bytes]);
  }

  /**
   * Hands over messages for as long as they may be taken.
   * @param bytes what has come just now, behind all that was kept; only lent.
   * @throws TsmError on a bad frame.
   */
  take(bytes: Uint8Array, onMessage: MessageHandler, mayTake: (tag: Tag) => boolean): void {
    if (this.#rest.byteLength > 0 && bytes.byteLength > 0) this.keep(bytes);
    const isKept = this.#rest.byteLength > 0;
    const all = isKept ? this.#rest : bytes;
    const taken = this.#decoder.push(all, onMessage, mayTake);
    if (taken === all.byteLength) this.#rest = EMPTY;
    else this.#rest = isKept ? all.subarray(taken) : all.slice(taken);
  }
}

/** Of a payload no more is kept than means something; a reader may skip what it does not know. */
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
