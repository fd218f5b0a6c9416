import { copyBytes } from "../base/copy-bytes.ts";
import { concatBytes } from "../protocol/concat-bytes.ts";
import { RESET_START, TERMINAL_RESET } from "../protocol/terminal-reset.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { DumbOutput } from "./dumb-output.ts";
import type { LocalTerminal } from "./local-terminal.ts";

/** Longest wait for an answer: a daemon of another build may not give it. */
const ANSWER_MS = 1000;
/**
 * Sent by a daemon before a picture that replaces the screen. It resets a terminal to the state of a
 * new one, and knows nothing of the settings of its user.
 */
const RESET = Buffer.from(encodeUtf8(TERMINAL_RESET.slice(RESET_START.length)));

/**
 * `stale`: output that was sent before the requested picture arrives. `awaited`: the picture arrives
 * next. `collected`: it is collected, and shown as plain text when it is complete. `live`: output is
 * shown as it arrives.
 */
type Phase = "stale" | "awaited" | "collected" | "live";

/** Shows a session's output in the terminal: first its picture, on a screen without anything else. */
export class SessionScreen {
  readonly #terminal: LocalTerminal;
  readonly #ask: (onAnswer: () => void) => void;
  readonly #dumb: DumbOutput | undefined;
  #phase: Phase = "awaited";
  #picture: Uint8Array[] = [];
  #timer: Timer | undefined;

  /** @param ask asks the daemon something; the answer follows all output sent by then. */
  constructor(terminal: LocalTerminal, ask: (onAnswer: () => void) => void) {
    this.#terminal = terminal;
    this.#ask = ask;
    this.#dumb = terminal.isDumb ? new DumbOutput() : undefined;
  }

  /** Call it after the picture was requested. */
  awaitPicture(): void {
    if (this.#dumb !== undefined) this.#askAtMost(() => this.#showPlainly());
  }

  /**
   * The terminal is empty, and a picture is requested after this call. Output already under way
   * belongs to the old picture; the answer follows it.
   */
  drop(): void {
    this.#phase = "stale";
    this.#askAtMost(() => {
      if (this.#phase === "stale") this.#phase = "awaited";
    });
  }

  write(output: Uint8Array): void {
    switch (this.#phase) {
      case "stale":
        return;
      case "awaited":
        this.#begin();
        return this.write(output);
      case "collected":
        this.#picture.push(copyBytes(output));
        return;
      case "live":
        return this.#writeLive(output);
    }
  }

  #writeLive(output: Uint8Array): void {
    const at = Buffer.from(output.buffer, output.byteOffset, output.byteLength).indexOf(RESET);
    if (at === -1) return this.#terminal.write(this.#dumb?.push(output) ?? output);
    const rest = output.subarray(at + RESET.byteLength);
    if (this.#dumb === undefined) {
      this.#terminal.write(output.subarray(0, at));
      this.#terminal.reset();
    } else {
      this.#begin();
      this.awaitPicture();
    }
    this.write(rest);
  }

  /** No more output follows. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#phase === "collected") this.#showPlainly();
  }

  #begin(): void {
    this.#phase = this.#dumb === undefined ? "live" : "collected";
    this.#terminal.prepare();
  }

  #showPlainly(): void {
    const picture = concatBytes(this.#picture.splice(0));
    this.#phase = "live";
    if (this.#dumb !== undefined && picture.byteLength > 0) {
      this.#terminal.write(this.#dumb.picture(picture, this.#terminal.size));
    }
  }

  #askAtMost(onAnswer: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(onAnswer, ANSWER_MS);
    this.#ask(() => {
      clearTimeout(this.#timer);
      onAnswer();
    });
  }
}
