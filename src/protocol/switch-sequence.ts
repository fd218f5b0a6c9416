import { TsmError } from "../base/errors.ts";
import { concatBytes } from "./concat-bytes.ts";
import { SequenceScanner } from "./sequence-scanner.ts";
import { decodeStrictUtf8 } from "./utf8.ts";

/** How the sequence begins; a name and BEL follow. */
export const SWITCH_PREFIX = "\x1b]633;TSM_ATTACH=";
/** A target longer than any file name can be is no target; the bytes pass as they are. */
const MAX_TARGET_BYTES = 255;

/** Whether a name can be in a switch sequence: a control character would end it, and begin another. */
export function isSwitchTarget(target: string): boolean {
  return target !== "" && !/[\x00-\x1f\x7f]/.test(target);
}

/**
 * The sequence that asks the attach client around this session to switch to another one.
 * @throws TsmError `invalid-name` for a name that cannot be in it.
 */
export function attachSwitchSequence(target: string): string {
  if (!isSwitchTarget(target)) {
    throw new TsmError("invalid-name", "That name cannot be in a sequence for a terminal.");
  }
  return `${SWITCH_PREFIX}${target}\x07`;
}

/**
 * Removes switch sequences from a stream of PTY output. Everything else passes untouched, in
 * order; only what may still become a switch sequence is held back, at most some 270 bytes.
 */
export class SwitchFilter {
  readonly #isAcceptable: (target: string) => boolean;
  readonly #scanner = new SequenceScanner(SWITCH_PREFIX, MAX_TARGET_BYTES);
  #target: string | undefined;

  /**
   * @param isAcceptable says whether a target is a valid name; others are dropped with their
   * sequence.
   */
  constructor(isAcceptable: (target: string) => boolean = () => true) {
    this.#isAcceptable = isAcceptable;
  }

  /** The first target that was asked for. */
  get target(): string | undefined {
    return this.#target;
  }

  /** Feeds output, cut anywhere; returns what may be shown now (often the very same bytes). */
  push(chunk: Uint8Array): Uint8Array {
    const shown: Uint8Array[] = [];
    for (const part of this.#scanner.push(chunk)) {
      if (part.kind === "bytes") shown.push(part.bytes);
      else this.#accept(part.payload);
    }
    const [only] = shown;
    return shown.length === 1 && only !== undefined ? only : concatBytes(shown);
  }

  /** Releases what was held back; for the end of the stream. */
  flush(): Uint8Array {
    return this.#scanner.flush();
  }

  #accept(targetBytes: Uint8Array): void {
    if (this.#target !== undefined) return;
    const target = decodeStrictUtf8(targetBytes);
    if (target !== undefined && this.#isAcceptable(target)) this.#target = target;
  }
}
