/** Colours of the terminal that a session has changed: palette (OSC 4) and default colours (10–19). */
export class ColorUse {
  readonly #palette = new Set<number>();
  readonly #dynamic = new Set<number>();
  /** Every colour of the palette may have been changed. */
  #isWholePalette = false;

  /** Colours of the palette that have been changed. */
  get palette(): ReadonlySet<number> {
    return this.#palette;
  }

  /** Reads the body of an OSC. @returns whether it asks for a colour. */
  take(body: string): boolean {
    const [number = "", ...slots] = body.split(";");
    const code = Number(number);
    if (code === 4) return this.#takePalette(slots);
    if (code >= 10 && code <= 19) return this.#takeDynamic(code, slots);
    if (code === 104) this.#takePaletteReset(slots);
    else if (code >= 110) this.#dynamic.add(code - 100);
    return false;
  }

  get hasChanged(): boolean {
    return this.#isWholePalette || this.#palette.size + this.#dynamic.size > 0;
  }

  /** All has been undone. */
  clear(): void {
    this.#palette.clear();
    this.#dynamic.clear();
    this.#isWholePalette = false;
  }

  /** The terminal was reset (RIS), and with it what its user may have set. */
  noteReset(): void {
    this.#isWholePalette = true;
    for (const code of [10, 11, 12]) this.#dynamic.add(code);
  }

  /**
   * Restores the earlier colours where they are known, and the terminal's defaults elsewhere.
   * @param known keyed by the part before the colour: `4;7` or `11`.
   * @param pop restores all colours where the terminal has a stack of them.
   */
  undo(known: ReadonlyMap<string, string>, pop: string): string {
    const resets: string[] = [];
    const sets: string[] = [];
    const undoOne = (key: string, reset: string): void => {
      const before = known.get(key);
      if (before === undefined) resets.push(`\x1b]${reset}\x1b\\`);
      else sets.push(`\x1b]${key};${before}\x1b\\`);
    };
    if (this.#isWholePalette) resets.push("\x1b]104\x1b\\");
    for (const index of this.#palette) undoOne(`4;${index}`, `104;${index}`);
    for (const code of this.#dynamic) undoOne(String(code), String(code + 100));
    return [...resets, pop, ...sets].join("");
  }

  #takePalette(slots: readonly string[]): boolean {
    let asks = false;
    for (let i = 0; i + 1 < slots.length; i += 2) {
      if (slots[i + 1] === "?") asks = true;
      else this.#note(slots[i]);
    }
    return asks;
  }

  /** One string may set several, each in the place of the next number. */
  #takeDynamic(first: number, slots: readonly string[]): boolean {
    for (const [i, slot] of slots.entries()) if (slot !== "?") this.#dynamic.add(first + i);
    return slots.includes("?");
  }

  #takePaletteReset(slots: readonly string[]): void {
    if (slots.length === 0 || slots[0] === "") this.#isWholePalette = true;
    for (const slot of slots) this.#note(slot);
  }

  #note(slot: string | undefined): void {
    const index = /^\d{1,3}$/.test(slot ?? "") ? Number(slot) : -1;
    if (index >= 0 && index < 256) this.#palette.add(index);
  }
}
