import { Tag } from "../protocol/tags.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import type { Client } from "./client.ts";
import type { SharedTerminal } from "./shared-terminal.ts";

/** What a line editor begins with. */
const BRACKETS_PASTES = encodeUtf8("\x1b[?2004h");
const NOTHING = new Uint8Array(0);

/** The output of a command, for whoever asked for it and for whoever comes later. */
export class RunOutput {
  readonly #terminal: SharedTerminal;
  readonly #client: () => Client | undefined;
  /** The end of it, if that may be the beginning of a prompt. */
  #held: Uint8Array = NOTHING;

  /** @param client whoever asked for it, if anybody still does. */
  constructor(terminal: SharedTerminal, client: () => Client | undefined) {
    this.#terminal = terminal;
    this.#client = client;
  }

  push(bytes: Uint8Array): void {
    this.flush();
    // Of a command that is interrupted this is the prompt's: bash says it before its report.
    const isHeld = endsWith(bytes, BRACKETS_PASTES);
    this.#send(isHeld ? bytes.subarray(0, -BRACKETS_PASTES.byteLength) : bytes);
    if (isHeld) this.#held = BRACKETS_PASTES;
  }

  /** The command has said its end: what was held is its own. */
  flush(): void {
    const held = this.#held;
    this.#held = NOTHING;
    this.#send(held);
  }

  #send(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#terminal.runOutput?.write(bytes);
    const client = this.#client();
    if (client?.listensTo === "run" && !client.isStalled) client.send(Tag.RunOutput, bytes);
  }
}

function endsWith(bytes: Uint8Array, end: Uint8Array): boolean {
  const from = bytes.byteLength - end.byteLength;
  return from >= 0 && end.every((byte, i) => bytes[from + i] === byte);
}
