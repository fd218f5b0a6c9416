import { readTermios } from "../line-modes.ts";
import { loadLibc } from "../../system/system-calls.ts";

/**
 * Raw mode for a terminal that other programs share: every byte passes in both directions as it is.
 * Bun's own raw mode still turns LF into CR LF on output, which is wrong for bytes that have been
 * through a terminal already. Neither discards pending input.
 *
 * Entering it again while it is on shares the saved modes: so one part of this process can take the
 * terminal over from another without a moment in which keys are echoed.
 */
export class RawMode {
  /** Saved modes by descriptor, while raw mode is on. */
  static readonly #held = new Map<number, Uint8Array>();

  readonly #fd: number;
  readonly #saved: Uint8Array;

  private constructor(fd: number, saved: Uint8Array) {
    this.#fd = fd;
    this.#saved = saved;
  }

  /** Makes a terminal raw; undefined when it is none, or gone. */
  static enter(fd: number): RawMode | undefined {
    const saved = RawMode.#held.get(fd) ?? readTermios(fd);
    if (saved === undefined) return undefined;
    RawMode.#held.set(fd, saved);
    const mode = new RawMode(fd, saved);
    mode.apply();
    return mode;
  }

  /** Whether a terminal has been made raw by this program. */
  static isOn(fd: number): boolean {
    return RawMode.#held.has(fd);
  }

  /** Makes it raw again, after something else has changed it. */
  apply(): void {
    const raw = this.#saved.slice();
    loadLibc().cfmakeraw(raw);
    loadLibc().tcsetattr(this.#fd, raw);
  }

  /** Restores the saved modes, once. */
  leave(): void {
    if (RawMode.#held.delete(this.#fd)) loadLibc().tcsetattr(this.#fd, this.#saved);
  }
}
