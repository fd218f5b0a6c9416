/**
 * Private modes that xterm does not keep but real terminals obey, with their state after a
 * reset. 5 reverse screen; 1005, 1015 mouse encodings; 1007 alternate scroll; 1034–1043 meta and
 * bell; 2027 grapheme clusters; 2031 colour scheme reports; 2048 size reports. Never 2026
 * (synchronized output): a client that attaches in between would freeze.
 */
const MODE_DEFAULTS: ReadonlyMap<number, boolean> = new Map([
  [5, false],
  [1005, false],
  [1007, false],
  [1015, false],
  [1034, false],
  [1035, false],
  [1036, false],
  [1039, false],
  [1042, false],
  [1043, false],
  [2027, false],
  [2031, false],
  [2048, false],
]);

/** Their default differs between terminals, so a program's choice is always restored. */
const VARYING: ReadonlySet<number> = new Set([1007, 1034, 1035, 1036, 1039, 1042, 1043]);

/** The modes that differ from a reset. */
export class ExtraModes {
  readonly #changed = new Map<number, boolean>();

  /** Whether the mode is one of these. */
  set(mode: number, isSet: boolean): boolean {
    if (!MODE_DEFAULTS.has(mode)) return false;
    if (isSet === MODE_DEFAULTS.get(mode) && !VARYING.has(mode)) this.#changed.delete(mode);
    else this.#changed.set(mode, isSet);
    return true;
  }

  /** Undefined for modes that are not kept here. */
  get(mode: number): boolean | undefined {
    return this.#changed.get(mode) ?? MODE_DEFAULTS.get(mode);
  }

  list(): [number, boolean][] {
    return [...this.#changed].sort(([a], [b]) => a - b);
  }

  reset(): void {
    this.#changed.clear();
  }

  restore(): string {
    return this.list()
      .map(([mode, isSet]) => `\x1b[?${mode}${isSet ? "h" : "l"}`)
      .join("");
  }
}
