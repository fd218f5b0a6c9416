import { encodePixelSize } from "../protocol/messages.ts";
import { Tag } from "../protocol/tags.ts";
import { readWindowSize } from "../pty/window-size.ts";
import type { Connection } from "../sessions/wire/connection.ts";

const STDOUT = 1;

/** Reports to a session's daemon how many pixels the user's terminal has. */
export class PixelSize {
  readonly #connection: Connection;
  #reported = "";

  constructor(connection: Connection) {
    this.#connection = connection;
    process.on("SIGWINCH", this.#changed);
  }

  /**
   * Reports the present pixels, if they are known and have changed. Call it before the size itself is
   * reported, so that both change at once.
   */
  report(): void {
    const size = readWindowSize(STDOUT);
    if (size === undefined) return;
    const hasPixels = size.xPixels > 0 && size.yPixels > 0;
    if (!hasPixels && this.#reported === "") return;
    const payload = encodePixelSize(size);
    if (payload.toString() === this.#reported) return;
    this.#reported = payload.toString();
    this.#connection.send(Tag.PixelSize, payload);
  }

  close(): void {
    process.off("SIGWINCH", this.#changed);
  }

  /** Another font changes the pixels only: there is no other event for that. */
  readonly #changed = (): void => this.report();
}
