import { KeyScanner } from "../../input/key-scanner.ts";
import { controlKey } from "../../input/key-table.ts";
import { PASTE_REST_MS, SEQUENCE_REST_MS } from "../../input/rest-time.ts";
import type { Effect, PickerEvent } from "../model/event.ts";
import { takeHandedOnInput } from "../input/handed-on-input.ts";
import { IGNORED } from "../input/input-event.ts";
import { KeyParser } from "../input/key-parser.ts";
import { explain, ListReader } from "./list-reader.ts";
import type { PickerChoice, PickerSource } from "../model/listed-session.ts";
import { ENTER_PICKER, type PickerTerminal } from "./picker-terminal.ts";
import { PreviewReader } from "./preview-reader.ts";
import { Renderer } from "./renderer.ts";
import type { PickerState } from "../model/state.ts";
import type { Theme } from "../view/theme.ts";
import { previewTarget, update } from "../model/update.ts";
import { SLOW_LIST_MS } from "../view/draw-list.ts";
import { drawFrame } from "../view/view.ts";

/** Keys typed before the first list wait for it, but not longer than this. */
const HOLD_KEYS_MS = 1500;
/** In a storm of SIGWINCH Bun loses some, also the last: so the size is looked at once more. */
const SIZE_CHECK_MS = 100;
/** What was asked for before the picker ended may take so long to be done. */
const LAST_WORK_MS = 2000;

type Choice = { kind: "attach"; name: string } | { kind: "quit" };

/** With more than this waiting for the terminal, frames are left out. */
const MAX_PENDING_BYTES = 64 * 1024;

export interface PickerLoopOptions {
  terminal: PickerTerminal;
  source: PickerSource;
  state: PickerState;
  theme: Theme;
}

/** Runs the model: events in, frames and effects out, until there is a choice. */
export class PickerLoop {
  readonly choice: Promise<PickerChoice>;
  readonly #settle: PromiseWithResolvers<PickerChoice>;
  readonly #terminal: PickerTerminal;
  readonly #source: PickerSource;
  readonly #theme: Theme;
  readonly #parser = new KeyParser();
  /** Ctrl+C acts also while other keys wait for the list. */
  readonly #interrupt = new KeyScanner({ interrupt: controlKey("c") });
  readonly #renderer: Renderer;
  readonly #list: ListReader;
  readonly #preview: PreviewReader;
  readonly #holdTimer: Timer;
  readonly #slowTimer: Timer;
  #state: PickerState;
  #areKeysHeld = true;
  #restTimer: Timer | undefined;
  #pasteTimer: Timer | undefined;
  #drawTimer: Timer | undefined;
  #sizeTimer: Timer | undefined;
  #isEnded = false;
  /** Kills, renames and the like under way. */
  readonly #works = new Set<Promise<void>>();

  constructor({ terminal, source, state, theme }: PickerLoopOptions) {
    this.#settle = Promise.withResolvers();
    this.choice = this.#settle.promise;
    this.#terminal = terminal;
    this.#source = source;
    this.#state = state;
    this.#theme = theme;
    this.#renderer = new Renderer(state.size.cols);
    this.#preview = new PreviewReader(source, (name, preview) =>
      this.#take({ type: "preview", name, preview }),
    );
    this.#list = new ListReader(source, {
      onSessions: (sessions) => this.#takeFirst({ type: "sessions", sessions }),
      onFailure: (message) => this.#takeFirst({ type: "failed", message }),
    });
    this.#holdTimer = setTimeout(() => this.#releaseKeys(), HOLD_KEYS_MS);
    this.#slowTimer = setTimeout(() => this.#take(IGNORED), SLOW_LIST_MS);
  }

  /** Shows the first frame and begins to read; call once. */
  start(): void {
    this.#enter();
    // Drawn first: with many sessions, beginning to read the list takes longer than a frame.
    this.#guard(() => this.#draw());
    this.#list.readNow();
    this.#terminal.listen({
      onInput: (bytes) => this.#guard(() => this.#receive(bytes)),
      onResize: (size) => this.#guard(() => this.#resize(size)),
      onDrain: () => this.#guard(() => this.#draw()),
      onContinue: () => this.#guard(() => this.#redraw()),
      onGone: () => this.#end({ kind: "quit" }),
    });
  }

  #enter(): void {
    this.#terminal.prepare?.();
    this.#terminal.write(Buffer.from(ENTER_PICKER));
  }

  #receive(bytes: Uint8Array): void {
    clearTimeout(this.#restTimer);
    clearTimeout(this.#pasteTimer);
    this.#parser.push(bytes);
    if (this.#isEnded) return; // it is the next program's
    if (!this.#areKeysHeld) return this.#handleKeys();
    if (this.#interrupt.push(bytes).action !== undefined) this.#end({ kind: "quit" });
  }

  #handleKeys(): void {
    for (let event = this.#parser.next(); event !== undefined; event = this.#parser.next()) {
      this.#handle(event);
      if (this.#isEnded) return;
    }
    if (this.#parser.isWaiting) {
      this.#restTimer = setTimeout(() => this.#guard(() => this.#flushKeys()), SEQUENCE_REST_MS);
    }
    if (this.#parser.isInPaste) {
      this.#pasteTimer = setTimeout(() => this.#take(this.#parser.endPaste()), PASTE_REST_MS);
    }
    this.#draw();
  }

  #flushKeys(): void {
    const event = this.#parser.flush();
    if (event !== undefined) this.#take(event);
  }

  #releaseKeys(): void {
    if (!this.#areKeysHeld || this.#isEnded) return;
    this.#areKeysHeld = false;
    clearTimeout(this.#holdTimer);
    this.#guard(() => this.#handleKeys());
  }

  /** A storm of resizes is drawn once. */
  #resize(size: { rows: number; cols: number }): void {
    this.#handle({ type: "resize", size });
    this.#renderer.reset(size.cols);
    this.#drawTimer ??= setTimeout(() => {
      this.#drawTimer = undefined;
      this.#guard(() => this.#draw());
    }, 0);
    clearTimeout(this.#sizeTimer);
    this.#sizeTimer = setTimeout(() => this.#guard(() => this.#checkSize()), SIZE_CHECK_MS);
  }

  #checkSize(): void {
    const { size } = this.#terminal;
    const shown = this.#state.size;
    if (size.rows !== shown.rows || size.cols !== shown.cols) this.#resize(size);
  }

  #takeFirst(event: PickerEvent): void {
    this.#take(event);
    this.#releaseKeys();
  }

  #take(event: PickerEvent): void {
    this.#guard(() => {
      this.#handle(event);
      this.#draw();
    });
  }

  #handle(event: PickerEvent): void {
    const { state, effects } = update(this.#state, event, Date.now());
    this.#state = state;
    if (this.#isEnded) return; // work that was under way: a rename still counts
    for (const effect of effects) this.#perform(effect);
    if (!this.#isEnded) this.#preview.show(previewTarget(state));
  }

  #perform(effect: Effect): void {
    const source = this.#source;
    switch (effect.kind) {
      case "attach":
      case "quit":
        return this.#end(effect);
      case "kill":
        for (const name of effect.names) {
          this.#follow(source.kill(name), { type: "killed", name });
        }
        return;
      case "detach":
        for (const name of effect.names) {
          this.#follow(source.detach(name), { type: "detached", name });
        }
        return;
      case "rename": {
        const { from, to } = effect;
        return this.#follow(source.rename(from, to), { type: "renamed", from, to });
      }
      case "create": {
        const { name, dir } = effect;
        return this.#follow(source.create(name, dir), { type: "created", name });
      }
      case "copy": {
        const data = Buffer.from(effect.text).toString("base64");
        return this.#terminal.write(Buffer.from(`\x1b]52;c;${data}\x1b\\`));
      }
      case "refresh":
        return this.#list.readNow();
    }
  }

  #follow(work: Promise<void>, done: PickerEvent): void {
    const followed = this.#await(work, done).finally(() => this.#works.delete(followed));
    this.#works.add(followed);
  }

  /** The list is read again in any case: something has changed, or is not as it was thought. */
  async #await(work: Promise<void>, done: PickerEvent): Promise<void> {
    let event = done;
    try {
      await work;
    } catch (error) {
      event = { type: "failed", message: explain(error) };
    }
    this.#take(event);
    if (!this.#isEnded) this.#list.readNow();
  }

  /** Somebody else has had the terminal. */
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
    if (this.#works.size === 0) return this.#resolve(choice);
    const works = Promise.allSettled(this.#works);
    void Promise.race([works, Bun.sleep(LAST_WORK_MS)]).then(() => this.#resolve(choice));
  }

  #resolve(choice: Choice): void {
    const rest = takeHandedOnInput(this.#parser);
    const { current } = this.#state;
    if (choice.kind === "attach" || current === undefined) {
      return this.#settle.resolve({ ...choice, rest });
    }
    this.#settle.resolve({ ...choice, current, rest });
  }

  /** A defect ends the picker, not the terminal's order. */
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
    clearTimeout(this.#restTimer);
    clearTimeout(this.#pasteTimer);
    clearTimeout(this.#drawTimer);
    clearTimeout(this.#sizeTimer);
    clearTimeout(this.#holdTimer);
    clearTimeout(this.#slowTimer);
    this.#list.stop();
    this.#preview.stop();
  }
}
