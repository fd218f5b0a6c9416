const ESC = 0x1b;
const FOCUS = /\x1b\[[IO]/g;
const REPORTS = { in: "\x1b[I", out: "\x1b[O" } as const;
type Focus = keyof typeof REPORTS;

/** A client that takes another one's place may come after that has gone. */
const SETTLE_MS = 100;

export interface FocusSurroundings {
  /**
   * Whether the program wants to know (mode 1004): a number that is another one each time it has said
   * so anew, undefined when it does not.
   */
  asked(): number | undefined;
  /** Whether anybody is there who could type. */
  hasUser(): boolean;
  /** Gives a report to the program. */
  report(text: string): void;
}

/**
 * Tells a program that its user goes and comes: with the last client the focus is lost, with the
 * first it is there again. What it was told already, it is not told once more, whoever reports it.
 */
export class FocusReports {
  readonly #around: FocusSurroundings;
  #hasUser = false;
  /** What the program was told last, and by which wish. */
  #told: Focus | undefined;
  #asked: number | undefined;
  #timer: Timer | undefined;

  constructor(around: FocusSurroundings) {
    this.#around = around;
  }

  /** A client has come or gone. */
  update(): void {
    clearTimeout(this.#timer);
    const hasUser = this.#around.hasUser();
    if (hasUser === this.#hasUser) return;
    if (hasUser) this.#tell("in");
    else this.#timer = setTimeout(() => this.#tell("out"), SETTLE_MS);
  }

  /** What a client's terminal has sent, without the reports that tell nothing new. */
  filter(bytes: Uint8Array): Uint8Array {
    if (!bytes.includes(ESC)) return bytes;
    const text = Buffer.from(bytes).toString("latin1");
    if (text.search(FOCUS) === -1 || !this.#isAsked()) return bytes;
    const kept = text.replaceAll(FOCUS, (report) => {
      const focus = report === REPORTS.in ? "in" : "out";
      if (focus === this.#told) return "";
      this.#told = focus;
      return report;
    });
    return Buffer.from(kept, "latin1");
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(focus: Focus): void {
    this.#hasUser = focus === "in";
    if (!this.#isAsked() || this.#told === focus) return;
    this.#told = focus;
    this.#around.report(REPORTS[focus]);
  }

  #isAsked(): boolean {
    const asked = this.#around.asked();
    if (asked !== this.#asked) this.#told = undefined; // another program, or the same anew
    this.#asked = asked;
    return asked !== undefined;
  }
}
