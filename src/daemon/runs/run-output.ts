import { Tag } from "../../protocol/tags.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { Client } from "../clients/client-connection.ts";

/** What a line editor begins with. */
const BRACKETS_PASTES = encodeUtf8("\x1b[?2004h");
const NOTHING = new Uint8Array(0);
/** A prompt is not longer: with more than this the command goes on. */
const MAX_PROMPT_BYTES = 16 * 1024;

interface Kept {
  write(bytes: Uint8Array): void;
}

/** The output of a command, for whoever asked for it and for whoever comes later. */
export class RunOutput {
  readonly #kept: Kept;
  readonly #client: () => Client | undefined;
  /** The end of it, if that may be the beginning of a prompt. */
  #held: Uint8Array = NOTHING;
  /** Everything is held: a prompt has been reported, which may be the shell's next one. */
  #isAtPrompt = false;

  /**
   * @param kept gets a copy of all of it, for readers who come later.
   * @param client whoever asked for it, if anybody still does.
   */
  constructor(kept: Kept, client: () => Client | undefined) {
    this.#kept = kept;
    this.#client = client;
  }

  /** What comes now is a prompt, unless it turns out to be the command's. */
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
    // Of a command that is interrupted this is the prompt's: bash says it before its report.
    const isHeld = endsWith(bytes, BRACKETS_PASTES);
    this.#send(isHeld ? bytes.subarray(0, -BRACKETS_PASTES.byteLength) : bytes);
    if (isHeld) this.#held = BRACKETS_PASTES;
  }

  /** What was held is the command's own: it has said its end, or goes on. */
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
