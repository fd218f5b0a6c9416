/**
 * A session's entries on the keyboard stack of one of the terminal's screens (kitty keyboard
 * protocol). Below them are the entries of earlier programs, which must survive: changes to those are
 * recorded, so that they can be restored.
 */
export class KeyboardUse {
  /** Flags that the session has pushed; the last are in force. */
  #entries: number[] = [];
  /** The flags that were in force before have been set otherwise. */
  #isBaseChanged = false;
  /** More entries were popped than the session has pushed: the earlier ones are lost. */
  #isEmptied = false;

  /** Whether keys are reported in another form than a plain terminal's. */
  get isOn(): boolean {
    return (this.#entries.at(-1) ?? 0) !== 0 || (this.#entries.length === 0 && this.#isBaseChanged);
  }

  /** Whether the flags from before have been lost. */
  get hasChangedBase(): boolean {
    return this.#isBaseChanged || this.#isEmptied;
  }

  /** Reads the part between CSI and `u`, if the protocol defines it. */
  take(body: string): void {
    const [, how, flags = "", mode = "1"] = /^([><=])(\d*)(?:;(\d*))?$/.exec(body) ?? [];
    if (how === ">") this.#entries.push(Number(flags));
    else if (how === "<") this.#pop(Math.max(1, Number(flags === "" ? 1 : flags)));
    else if (how === "=") this.#set(Number(flags), mode);
  }

  /** The terminal was reset (RIS): its stacks are empty. */
  clear(): void {
    this.#entries = [];
    this.#isEmptied = true;
  }

  /** Removes the session's entries except for `kept` of them, whose flags are cleared. */
  undo(kept: 0 | 1): string {
    const extra = this.#entries.length - kept;
    this.#entries = kept === 1 ? [0] : [];
    const pops = extra > 0 ? `\x1b[<${extra}u` : "";
    if (kept === 0) return pops;
    return pops + (extra < 0 ? "\x1b[>u" : "\x1b[=0;1u");
  }

  /** Restores the earlier flags if they have been lost. @param flags 0 if unknown. */
  restoreBase(flags: number): string {
    const isLost = this.#isBaseChanged || (this.#isEmptied && flags !== 0);
    this.#isBaseChanged = false;
    this.#isEmptied = false;
    return isLost ? `\x1b[=${flags};1u` : "";
  }

  #pop(count: number): void {
    if (count > this.#entries.length) this.#isEmptied = true;
    this.#entries = this.#entries.slice(0, Math.max(0, this.#entries.length - count));
  }

  #set(flags: number, mode: string): void {
    const last = this.#entries.length - 1;
    if (last < 0) {
      this.#isBaseChanged = true;
      return;
    }
    const old = this.#entries[last] ?? 0;
    this.#entries[last] = mode === "2" ? old | flags : mode === "3" ? old & ~flags : flags;
  }
}
