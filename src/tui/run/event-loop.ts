import { IGNORED } from "../input/input-event.ts";
import type { Effect, PickerEvent } from "../model/event.ts";
import type { PickerChoice } from "../model/picker-choice.ts";
import type { PickerSource } from "../model/picker-source.ts";
import type { PickerState } from "../model/state.ts";
import { previewTarget, update } from "../model/update.ts";
import { SLOW_LIST_MS } from "../view/draw-list.ts";
import type { Theme } from "../view/theme.ts";
import { drawFrame } from "../view/view.ts";
import { ListReader } from "./list-reader.ts";
import { ENTER_PICKER, LEAVE_PICKER, type PickerTerminal } from "./picker-terminal.ts";
import { PreviewReader } from "./preview-reader.ts";
import { Renderer } from "./renderer.ts";
import { SessionWork } from "./session-work.ts";
import { TypedInput } from "./typed-input.ts";

type Choice = { kind: "attach"; name: string } | { kind: "quit" };

/** With more than this still to be written to the terminal, frames are left out. */
const MAX_PENDING_BYTES = 64 * 1024;

interface EventLoopOptions {
  terminal: PickerTerminal;
  source: PickerSource;
  state: PickerState;
  theme: Theme;
}

/**
 * The picker's update-view loop: an event changes the state (`model/update`), the state is drawn
 * (`view/view`), and effects are carried out here, until there is a choice.
 */
export class EventLoop {
  readonly choice: Promise<PickerChoice>;
  readonly #settle: PromiseWithResolvers<PickerChoice>;
  readonly #terminal: PickerTerminal;
  readonly #theme: Theme;
  readonly #input: TypedInput;
  readonly #renderer: Renderer;
  readonly #list: ListReader;
  readonly #preview: PreviewReader;
  readonly #work: SessionWork;
  readonly #slowTimer: Timer;
  #state: PickerState;
  #drawTimer: Timer | undefined;
  #isEnded = false;

  constructor({ terminal, source, state, theme }: EventLoopOptions) {
    this.#settle = Promise.withResolvers();
    this.choice = this.#settle.promise;
    this.#terminal = terminal;
    this.#state = state;
    this.#theme = theme;
    this.#renderer = new Renderer(state.size.cols);
    this.#input = new TypedInput({
      onEvent: (event) => this.#handle(event),
      onBatchEnd: () => this.#draw(),
      onInterrupt: () => this.#end({ kind: "quit" }),
      guard: (work) => this.#guard(work),
    });
    this.#preview = new PreviewReader(source, (name, preview) =>
      this.#accept({ type: "preview", name, preview }),
    );
    this.#list = new ListReader(source, {
      onSessions: (sessions) => this.#acceptList({ type: "sessions", sessions }),
      onFailure: (message) => this.#acceptList({ type: "failed", message }),
    });
    this.#work = new SessionWork(source, (event) => {
      this.#accept(event);
      // The list is read again in any case: it has changed, or is not what the user saw.
      if (!this.#isEnded) this.#list.readNow();
    });
    this.#slowTimer = setTimeout(() => this.#accept(IGNORED), SLOW_LIST_MS);
  }

  /** Shows the first frame and begins to read; call once. */
  start(): void {
    this.#enter();
    // Drawn first: with many sessions, beginning to read the list takes longer than a frame.
    this.#guard(() => this.#draw());
    this.#list.readNow();
    this.#terminal.listen({
      onInput: (bytes) => this.#guard(() => this.#input.receive(bytes)),
      onResize: (size) => this.#guard(() => this.#resize(size)),
      onDrain: () => this.#guard(() => this.#draw()),
      onContinue: () => this.#guard(() => this.#redraw()),
      onGone: () => this.#end({ kind: "quit" }),
      leave: () => LEAVE_PICKER,
    });
  }

  #enter(): void {
    this.#terminal.prepare?.();
    this.#terminal.write(Buffer.from(ENTER_PICKER));
  }

  /** A storm of resizes is drawn once. */
  #resize(size: { rows: number; cols: number }): void {
    this.#handle({ type: "resize", size });
    this.#renderer.reset(size.cols);
    this.#drawTimer ??= setTimeout(() => {
      this.#drawTimer = undefined;
      this.#guard(() => this.#draw());
    }, 0);
  }

  /** Keys typed before the first list act on it. */
  #acceptList(event: PickerEvent): void {
    this.#accept(event);
    this.#input.release();
  }

  #accept(event: PickerEvent): void {
    this.#guard(() => {
      this.#handle(event);
      this.#draw();
    });
  }

  #handle(event: PickerEvent): void {
    const { state, effects } = update(this.#state, event, Date.now());
    this.#state = state;
    if (this.#isEnded) return; // requests already under way: a rename still counts
    for (const effect of effects) this.#perform(effect);
    if (!this.#isEnded) this.#preview.show(previewTarget(state));
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "attach":
      case "quit":
        return this.#end(effect);
      case "kill":
      case "detach":
      case "rename":
      case "create":
        return this.#work.begin(effect);
      case "copy": {
        const data = Buffer.from(effect.text).toString("base64");
        return this.#terminal.write(Buffer.from(`\x1b]52;c;${data}\x1b\\`));
      }
      case "refresh":
        return this.#list.readNow();
    }
  }

  /** After this program was stopped: the shell has used the terminal. */
  #redraw(): void {
    this.#enter();
    this.#resize(this.#terminal.size);
  }

  #draw(): void {
    if (this.#isEnded || this.#drawTimer !== undefined) return;
    if (this.#terminal.pendingBytes > MAX_PENDING_BYTES) return; // drawn when it has drained
    const bytes = this.#renderer.render(drawFrame(this.#state, this.#theme));
    if (bytes !== "") this.#terminal.write(Buffer.from(bytes));
  }

  #end(choice: Choice): void {
    if (this.#isEnded) return;
    this.#stop();
    if (!this.#work.isBusy) return this.#resolve(choice);
    void this.#work.finish().then(() => this.#resolve(choice));
  }

  #resolve(choice: Choice): void {
    const rest = this.#input.takeRest();
    const { current } = this.#state;
    if (choice.kind === "attach" || current === undefined) {
      return this.#settle.resolve({ ...choice, rest });
    }
    this.#settle.resolve({ ...choice, current, rest });
  }

  /** A defect in `work` ends the picker, and the terminal is still restored. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#stop();
      this.#settle.reject(error);
    }
  }

  #stop(): void {
    this.#isEnded = true;
    clearTimeout(this.#drawTimer);
    clearTimeout(this.#slowTimer);
    this.#input.stop();
    this.#list.stop();
    this.#preview.stop();
  }
}
