/** Finds a program's own keys in what the user types; everything else passes as it came. */
import { readKeyReport, MODIFIER } from "./key-report.ts";
import type { ControlKey } from "./key-table.ts";
import { InputTokenizer, type InputToken } from "./tokenizer.ts";

export interface ScanResult<Action> {
  /** Input that came before the key. */
  forward: Uint8Array;
  action: Action | undefined;
  /** What was typed after the key in the same read; empty without a key. */
  rest: Uint8Array;
}

/** A longer control sequence is no key of ours: it does not wait for its rest. */
const MAX_KEY_BYTES = 32;
const CSI = "\x1b[";
const NOTHING = new Uint8Array(0);

interface FoundKey<Action> {
  action: Action;
  /** Where in its token the key begins and ends. */
  start: number;
  end: number;
}

/**
 * Finds keys of the form Ctrl+X, in every keyboard protocol and wherever the input is cut. What is
 * pasted is no key. A control sequence that is cut is held until its rest comes or `flush` is called;
 * a lone ESC never is, so that the Escape key is as quick as without us.
 */
export class KeyScanner<Action extends string> {
  readonly #keys: readonly [Action, ControlKey][];
  readonly #tokens = new InputTokenizer();

  constructor(keys: Readonly<Partial<Record<Action, ControlKey>>>) {
    this.#keys = Object.entries(keys) as [Action, ControlKey][];
  }

  /** Whether part of a sequence is held; then call `flush` when nothing more comes. */
  get isHolding(): boolean {
    return this.#tokens.pending.byteLength > this.#tokens.releasedBytes;
  }

  /** Whether a paste has begun and not ended: then nothing is a key. */
  get isInPaste(): boolean {
    return this.#tokens.isInPaste;
  }

  /** The end of a paste does not come any more. */
  endPaste(): void {
    this.#tokens.endPaste();
  }

  /** Gives up waiting for the rest of a sequence. */
  flush(): Uint8Array {
    return this.#tokens.release();
  }

  push(bytes: Uint8Array): ScanResult<Action> {
    const isText = this.#tokens.isWhole(bytes);
    if (isText && (this.isInPaste || this.#findByte(bytes) === undefined)) {
      return { forward: bytes, action: undefined, rest: NOTHING };
    }
    this.#tokens.push(bytes);
    const passed: Uint8Array[] = [];
    for (let token = this.#tokens.next(); token !== undefined; token = this.#tokens.next()) {
      const key = this.#findIn(token);
      passed.push(token.bytes.subarray(token.releasedBytes, key?.start));
      if (key === undefined) continue;
      const rest = joined([token.bytes.subarray(key.end), this.#tokens.takeRest()]);
      return { forward: joined(passed), action: key.action, rest };
    }
    if (!mayBecomeKey(this.#tokens.pending)) passed.push(this.#tokens.release());
    return { forward: joined(passed), action: undefined, rest: NOTHING };
  }

  #findIn({ kind, bytes }: InputToken): FoundKey<Action> | undefined {
    if (kind === "text") return this.#findByte(bytes);
    if (kind !== "csi") return undefined;
    const report = readKeyReport(Buffer.from(bytes.subarray(CSI.length)).toString("latin1"));
    if (report?.kind !== "code" || report.isRelease) return undefined;
    if ((report.modifiers & MODIFIER.ctrl) === 0) return undefined;
    const action = this.#keys.find(([, key]) => key.codepoint === report.code)?.[0];
    return action === undefined ? undefined : { action, start: 0, end: bytes.byteLength };
  }

  #findByte(bytes: Uint8Array): FoundKey<Action> | undefined {
    let found: FoundKey<Action> | undefined;
    for (const [action, { byte }] of this.#keys) {
      const start = bytes.subarray(0, found?.start).indexOf(byte);
      if (start !== -1) found = { action, start, end: start + 1 };
    }
    return found;
  }
}

function mayBecomeKey(beginning: Uint8Array): boolean {
  if (beginning.byteLength < CSI.length || beginning.byteLength > MAX_KEY_BYTES) return false;
  return Buffer.from(beginning.subarray(0, CSI.length)).toString("latin1") === CSI;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const some = parts.filter((part) => part.byteLength > 0);
  return some.length === 1 ? (some[0] ?? NOTHING) : Buffer.concat(some);
}
