import { loadLibc } from "./libc.ts";

/** More than any system's struct termios. */
const TERMIOS_BYTES = 256;

/**
 * Raw mode for a terminal that other programs share: every byte passes in both directions as it is.
 * Bun's own raw mode goes on turning LF into CR LF on output, which is wrong for bytes that have
 * been through a terminal already. Neither way discards input that waits.
 */
export class RawMode {
  readonly #fd: number;
  readonly #saved: Uint8Array;

  private constructor(fd: number, saved: Uint8Array) {
    this.#fd = fd;
    this.#saved = saved;
  }

  /** Makes a terminal raw; undefined when it is none, or gone. */
  static enter(fd: number): RawMode | undefined {
    const saved = new Uint8Array(TERMIOS_BYTES);
    if (loadLibc().tcgetattr(fd, saved) !== 0) return undefined;
    const mode = new RawMode(fd, saved);
    mode.apply();
    return mode;
  }

  /** Makes it raw again, after something else has changed it. */
  apply(): void {
    const raw = this.#saved.slice();
    loadLibc().cfmakeraw(raw);
    loadLibc().tcsetattr(this.#fd, raw);
  }

  /** Puts back what was there. A terminal that is gone has nothing to put back. */
  leave(): void {
    loadLibc().tcsetattr(this.#fd, this.#saved);
  }
}
