import { FOCUS_REPORTS, type Focus } from "../../terminal/stream/reply-filter.ts";

/** A client that replaces another may attach after the other has detached. */
const SETTLE_MS = 100;

export interface FocusSurroundings {
  /**
   * Whether the program wants to know (mode 1004): a number that changes with each
   * new request, undefined when it does not.
   */
  asked(): number | undefined;
  /** Whether a client is attached that can type. */
  hasUser(): boolean;
  /** Gives a report to the program. */
  report(text: string): void;
}

/**
 * Reports to a program that its user leaves and returns: with the last client the focus is lost, with
 * the first it is there again. Nothing is reported twice, even when several clients report it.
 */
export class FocusReports {
  readonly #around: FocusSurroundings;
  #hasUser = false;
  /** The last report to the program, and the request that it answered. */
  #told: Focus | undefined;
  #asked: number | undefined;
  #timer: Timer | undefined;

  constructor(around: FocusSurroundings) {
    this.#around = around;
  }

  /** A client has attached or detached. */
  update(): void {
    clearTimeout(this.#timer);
    const hasUser = this.#around.hasUser();
    if (hasUser === this.#hasUser) return;
    if (hasUser) this.#tell("in");
    else this.#timer = setTimeout(() => this.#tell("out"), SETTLE_MS);
  }

  /**
   * A client's terminal has reported the focus. @returns whether that tells the program nothing new.
   */
  isKnown(focus: Focus): boolean {
    if (!this.#isAsked()) return false;
    if (focus === this.#told) return true;
    this.#told = focus;
    return false;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(focus: Focus): void {
    this.#hasUser = focus === "in";
    if (!this.#isAsked() || this.#told === focus) return;
    this.#told = focus;
    this.#around.report(FOCUS_REPORTS[focus]);
  }

  #isAsked(): boolean {
    const asked = this.#around.asked();
    if (asked !== this.#asked) this.#told = undefined; // another program, or the same one again
    this.#asked = asked;
    return asked !== undefined;
  }
}
