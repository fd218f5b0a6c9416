import { CLEAR_SCREEN, TERMINAL_RESET } from "../../src/protocol/terminal-reset.ts";
import type { PickerTerminal, PickerTerminalEvents } from "../../src/tui/run/picker-terminal.ts";
import { TestModel } from "../terminal/model.ts";

/** A terminal in memory, as the attach client would lend its own. */
export class FakeTerminal implements PickerTerminal {
  readonly model: TestModel;
  readonly pendingBytes = 0;
  output = "";
  rest = "";
  events: PickerTerminalEvents | undefined;
  readonly #early: Uint8Array[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(
    readonly size = { rows: 24, cols: 100 },
    typed = "",
  ) {
    this.model = new TestModel(size);
    if (typed !== "") this.#early.push(Buffer.from(typed));
  }

  write(bytes: Uint8Array): void {
    this.output += Buffer.from(bytes).toString();
    this.model.feed(bytes);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  prepare(): void {
    this.write(Buffer.from(`${TERMINAL_RESET}${CLEAR_SCREEN}`));
  }

  listen(events: PickerTerminalEvents): void {
    this.events = events;
    for (const bytes of this.#early.splice(0)) events.onInput(bytes);
  }

  unlisten(rest: Uint8Array): void {
    this.events = undefined;
    this.rest += Buffer.from(rest).toString();
  }

  type(keys: string): void {
    this.events?.onInput(Buffer.from(keys));
  }

  get text(): string {
    return this.model.screen().join("\n");
  }

  /** Waits until the screen shows a text. The test's own limit ends it. */
  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
