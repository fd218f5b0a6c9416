import type { Params } from "../xterm/xterm-core.ts";

/** Terminals may forget the oldest entries of a stack that grows longer than this. */
const MAX_STACK = 16;
const FLAG_MASK = 0x1f;

/** Flags pushed by the kitty keyboard protocol; the last entry is in force. */
export class KittyStack {
  #entries: number[] = [0];

  get flags(): number {
    return this.#entries.at(-1) ?? 0;
  }

  list(): readonly number[] {
    return this.#entries;
  }

  /** `CSI > flags u` */
  push(flags: number): void {
    this.#entries.push(flags & FLAG_MASK);
    if (this.#entries.length > MAX_STACK) this.#entries.shift();
  }

  /** `CSI < count u` */
  pop(count: number): void {
    const left = this.#entries.length - Math.max(1, count);
    this.#entries = left > 0 ? this.#entries.slice(0, left) : [0];
  }

  /** `CSI = flags ; how u`: 1 replaces, 2 sets, 3 clears. */
  set(flags: number, how: number): void {
    const wanted = flags & FLAG_MASK;
    const last = this.#entries.length - 1;
    const old = this.flags;
    this.#entries[last] = how === 2 ? old | wanted : how === 3 ? old & ~wanted : wanted;
  }

  reset(): void {
    this.#entries = [0];
  }

  /** The sequences that build this stack from an empty one. */
  restore(): string {
    let out = "";
    for (const [i, flags] of this.#entries.entries()) {
      if (i > 0) out += `\x1b[>${flags}u`;
      else if (flags !== 0) out += `\x1b[=${flags};1u`;
    }
    return out;
  }
}

const MAX_RESOURCE = 7;
const MAX_RESOURCE_VALUE = 9;

/** XTerm's key modifier options (`CSI > resource ; value m`); number 4 is modifyOtherKeys. */
export class ModifyKeys {
  readonly #values = new Map<number, number>();

  /** `CSI > resource ; value m` */
  set(params: Params): void {
    const resource = params.params[0] ?? 0;
    if (params.length === 1 && resource === 0) {
      this.#values.clear();
    } else if (resource <= MAX_RESOURCE) {
      const value = params.length > 1 ? (params.params[1] ?? 0) : 0;
      if (value === 0) this.#values.delete(resource);
      else if (value <= MAX_RESOURCE_VALUE) this.#values.set(resource, value);
    }
  }

  /** `CSI > resource n` */
  disable(resource: number): void {
    this.#values.delete(resource);
  }

  get(resource: number): number {
    return this.#values.get(resource) ?? 0;
  }

  list(): [number, number][] {
    return [...this.#values].sort(([a], [b]) => a - b);
  }

  reset(): void {
    this.#values.clear();
  }

  restore(): string {
    return this.list()
      .map(([resource, value]) => `\x1b[>${resource};${value}m`)
      .join("");
  }
}
