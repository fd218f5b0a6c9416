import { modesOf } from "../../../src/terminal/snapshot/mode-writer.ts";
import { TestModel } from "../../terminal/model.ts";
import type { Sandbox, Screen, ScreenOptions } from "./sandbox.ts";

/** Bits of termios.c_lflag that raw mode clears: ICANON and ECHO. */
const COOKED = process.platform === "darwin" ? 0x108 : 0o12;

/** tsm on a real terminal, with a terminal model that shows what a user would see. */
export class PickerScreen {
  readonly screen: Screen;
  readonly model: TestModel;
  #fed = 0;

  constructor(box: Sandbox, args: readonly string[], options: ScreenOptions = {}) {
    const { rows = 24, cols = 100 } = options;
    this.model = new TestModel({ rows, cols });
    this.screen = box.open(args, { ...options, rows, cols });
  }

  type(keys: string): this {
    this.screen.type(keys);
    return this;
  }

  resize(rows: number, cols: number): void {
    this.#feed();
    this.model.resize(rows, cols);
    this.screen.terminal.resize(cols, rows);
  }

  /** What the user sees. */
  get lines(): string[] {
    this.#feed();
    return this.model.screen();
  }

  get text(): string {
    return this.lines.join("\n");
  }

  get isAlt(): boolean {
    this.#feed();
    return this.model.state.isAlt;
  }

  /** Waits until the user sees a text, or anything else holds of the screen. */
  async until(isReady: string | RegExp | (() => boolean)): Promise<this> {
    const check = checkOf(isReady, () => this.text);
    await this.screen.until(check, `${String(isReady)} on\n${this.text}\n`);
    return this;
  }

  /** Waits for the picker with a list of so many sessions. */
  async picker(sessions: number): Promise<this> {
    return await this.until(new RegExp(`^ *tsm .*\\b${sessions} sessions?\\b`, "m"));
  }

  /** Every way in which the terminal is not as it was; empty when it is. */
  leftovers(): string[] {
    this.#feed();
    const { state } = this.model;
    const { decPrivateModes } = state.core.coreService;
    const found = [
      state.isAlt && "alternate screen",
      modesOf(state) !== "" && `modes ${JSON.stringify(modesOf(state))}`,
      (state.kitty.normal.list().length > 1 || state.kitty.normal.flags !== 0) &&
        "kitty keyboard on the normal screen",
      (state.kitty.alt.list().length > 1 || state.kitty.alt.flags !== 0) &&
        "kitty keyboard on the alternate screen",
      !decPrivateModes.wraparound && "no autowrap",
      decPrivateModes.synchronizedOutput && "synchronized output",
      (this.screen.terminal.localFlags & COOKED) !== COOKED && "raw mode",
    ];
    return found.filter((what) => what !== false);
  }

  #feed(): void {
    const { output } = this.screen;
    this.model.feed(output.subarray(this.#fed));
    this.#fed = output.byteLength;
  }
}

function checkOf(isReady: string | RegExp | (() => boolean), text: () => string): () => boolean {
  if (typeof isReady === "function") return isReady;
  if (typeof isReady === "string") return () => text().includes(isReady);
  return () => isReady.test(text());
}
