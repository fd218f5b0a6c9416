import { TestModel } from "../../terminal/model.ts";
import type { Sandbox, Screen, ScreenOptions } from "./sandbox.ts";

const TURN_MS = 5;

/** tsm on a terminal that shows what it is sent, and answers what it is asked, after a while. */
export class AnsweringTerminal implements Disposable {
  readonly screen: Screen;
  readonly #model: TestModel;
  readonly #timer: Timer;
  #fed = 0;

  constructor(
    box: Sandbox,
    args: readonly string[],
    answerMs: number,
    options: ScreenOptions = {},
  ) {
    const { rows = 24, cols = 80 } = options;
    this.screen = box.open(args, { ...options, rows, cols });
    this.#model = new TestModel({ rows, cols });
    this.#timer = setInterval(() => {
      this.#feed();
      for (const answer of this.#model.replies.splice(0)) {
        setTimeout(() => this.screen.terminal.closed || this.screen.type(answer), answerMs);
      }
    }, TURN_MS);
  }

  get lines(): string[] {
    this.#feed();
    return this.#model.screen();
  }

  /** Waits until its screen holds a text. */
  async shows(text: string): Promise<void> {
    await this.screen.until(() => this.lines.join("\n").includes(text), `${text} on the screen`);
  }

  #feed(): void {
    const { output } = this.screen;
    this.#model.feed(output.subarray(this.#fed));
    this.#fed = output.byteLength;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
