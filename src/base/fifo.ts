/** Minimum number of taken entries at the front before the rest is moved over them. */
const MIN_DEAD = 64;

/**
 * A first-in, first-out queue. Taking the first entry moves no others, except once each time that
 * half of the array has been taken: a long queue therefore costs as many steps as it has entries.
 */
export class Fifo<T> {
  readonly #entries: T[] = [];
  /** Entries before this index have been taken. */
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get first(): T | undefined {
    return this.#entries[this.#head];
  }

  get last(): T | undefined {
    return this.length === 0 ? undefined : this.#entries[this.#entries.length - 1];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  /** Removes and returns the first entry. */
  shift(): T | undefined {
    const first = this.first;
    if (this.length > 0) this.#head++;
    if (this.length === 0) this.clear();
    else if (this.#head >= MIN_DEAD && this.#head * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    return first;
  }

  /** Removes and returns the last entry. */
  pop(): T | undefined {
    return this.length === 0 ? undefined : this.#entries.pop();
  }

  /** Replaces the last entry with another one. */
  replaceLast(entry: T): void {
    if (this.length > 0) this.#entries[this.#entries.length - 1] = entry;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#head = 0;
  }

  /** Iterates over all entries, first to last; the queue must not change meanwhile. */
  *[Symbol.iterator](): Generator<T, void> {
    for (let at = this.#head; at < this.#entries.length; at++) yield this.#entries[at] as T;
  }
}
