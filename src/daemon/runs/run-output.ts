import { Tag } from "../../protocol/tags.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { ClientConnection } from "../clients/client-connection.ts";

/** Line editors print this first. */
const BRACKETS_PASTES = encodeUtf8("\x1b[?2004h");
const NOTHING = new Uint8Array(0);
/** No prompt is longer: more output than this is the command's. */
const MAX_PROMPT_BYTES = 16 * 1024;

interface Kept {
  write(bytes: Uint8Array): void;
}

/** Sends a command's output to the client that asked for it, and keeps a copy. */
export class RunOutput {
  readonly #kept: Kept;
  readonly #client: () => ClientConnection | undefined;
  /** Output that may be the beginning of a prompt. */
  #held: Uint8Array = NOTHING;
  /** A prompt has been reported, which may be the shell's next one: all output is held. */
  #isAtPrompt = false;

  /**
   * @param kept gets a copy of all of it, for readers who come later.
   * @param client the client that asked for it, if it is still there.
   */
  constructor(kept: Kept, client: () => ClientConnection | undefined) {
    this.#kept = kept;
    this.#client = client;
  }

  /** Holds output from now on: it is a prompt's, unless the command turns out to continue. */
  holdPrompt(): void {
    this.#isAtPrompt = true;
  }

  push(bytes: Uint8Array): void {
    if (this.#isAtPrompt) {
      this.#held = concatBytes([this.#held, bytes]);
      if (this.#held.byteLength > MAX_PROMPT_BYTES) this.flush();
      return;
    }
    this.flush();
    // After an interrupted command this belongs to the prompt: bash prints it before its report.
    const isHeld = endsWith(bytes, BRACKETS_PASTES);
    this.#send(isHeld ? bytes.subarray(0, -BRACKETS_PASTES.byteLength) : bytes);
    if (isHeld) this.#held = BRACKETS_PASTES;
  }

  /** Releases held output as the command's own: it has reported its end, or continues. */
  flush(): void {
    this.#isAtPrompt = false;
    const held = this.#held;
    this.#held = NOTHING;
    this.#send(held);
  }

  #send(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#kept.write(bytes);
    const client = this.#client();
    if (client?.listensTo === "run" && !client.isStalled) client.send(Tag.RunOutput, bytes);
  }
}

function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  const from = bytes.byteLength - end.byteLength;
  return from >= 0 && end.every((byte, i) => bytes[from + i] === byte);
}
