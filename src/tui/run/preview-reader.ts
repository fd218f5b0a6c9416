import type { PickerSource } from "../model/picker-source.ts";
import type { PreviewScreen } from "./preview-screen.ts";
import type { Preview } from "../model/state.ts";

const BUSY_MS = 100;
/** The interval doubles up to this while the screen does not change. */
const IDLE_MS = 500;

type PreviewListener = (name: string, preview: Preview | undefined) => void;

/** Reads the preview of one session, ten times a second while it changes. */
export class PreviewReader {
  readonly #source: PickerSource;
  readonly #onPreview: PreviewListener;
  #screen: PreviewScreen | undefined;
  #name: string | undefined;
  #last: { name: string; bytes: Uint8Array | undefined } | undefined;
  #timer: Timer | undefined;
  #delayMs = BUSY_MS;
  #isReading = false;
  #isStopped = false;

  constructor(source: PickerSource, onPreview: PreviewListener) {
    this.#source = source;
    this.#onPreview = onPreview;
  }

  /** Changes the session to show and reads it at once; undefined stops reading. */
  show(name: string | undefined): void {
    if (name === this.#name || this.#isStopped) return;
    this.#name = name;
    this.#delayMs = BUSY_MS;
    clearTimeout(this.#timer);
    if (name !== undefined && !this.#isReading) void this.#read();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#screen?.close();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    for (let name = this.#name; name !== undefined;) {
      const bytes = await this.#source.preview(name).catch(ignoreGone);
      const screen = await this.#openScreen();
      if (this.#isStopped) return screen.close();
      if (this.#name === name) {
        this.#accept(name, bytes, screen);
        this.#timer = setTimeout(() => void this.#read(), this.#delayMs);
        break;
      }
      name = this.#name;
    }
    this.#isReading = false;
  }

  /** The terminal model is loaded for the first preview, not before the first frame. */
  async #openScreen(): Promise<PreviewScreen> {
    if (this.#screen !== undefined) return this.#screen;
    const { PreviewScreen } = await import("./preview-screen.ts");
    this.#screen = new PreviewScreen();
    return this.#screen;
  }

  #accept(name: string, bytes: Uint8Array | undefined, screen: PreviewScreen): void {
    if (this.#last?.name === name && isSame(this.#last.bytes, bytes)) {
      this.#delayMs = Math.min(IDLE_MS, this.#delayMs * 2);
      return;
    }
    this.#last = { name, bytes };
    this.#delayMs = BUSY_MS;
    if (bytes === undefined) return this.#onPreview(name, undefined);
    this.#onPreview(name, { name, ...screen.read(bytes) });
  }
}

/** A session that just ended has no preview; the list shows that it ended. */
function ignoreGone(): undefined {
  return undefined;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}
