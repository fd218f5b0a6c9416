/** Finds a terminal's answers to queries in what a client types, so that each can be decided about. */
import { SequenceFilter, type FilterPolicy } from "../../input/sequence-filter.ts";
import type { InputToken } from "../../input/tokenizer.ts";
import { readReply, type Reply } from "./replies.ts";

/** What a terminal with focus reports (mode 1004) sends. */
export const FOCUS_REPORTS = { in: "\x1b[I", out: "\x1b[O" } as const;
export type Focus = keyof typeof FOCUS_REPORTS;

/** Decides what happens to a terminal's answers within the user's input. */
export interface ReplyPolicy {
  /**
   * Called once for each answer, in order. @returns whether it is removed. An answer whose beginning has
   * already passed is never removed.
   */
  takes(reply: Reply, bytes: Uint8Array, hasPassed: boolean): boolean;
  /** The same for reports of the focus; by default they stay. */
  takesFocus?(focus: Focus): boolean;
  /** Whether a key that may begin an answer, such as Escape, is held back until more input comes. */
  holdsKeys: boolean;
}

/** Removes everything that can only be an answer. */
const TAKE_ALL: ReplyPolicy = { takes: (reply) => !reply.mayBeKey, holdsKeys: true };

/**
 * Takes out answers wherever the input is cut. Everything that is no answer passes as it came (see
 * {@link readReply}), and so does what is pasted.
 */
export class ReplyFilter {
  readonly #filter = new SequenceFilter();

  /** Whether the beginning of a possible answer is held back. */
  get hasPending(): boolean {
    return this.#filter.held.byteLength > 0;
  }

  /** Whether a paste has begun and not ended. */
  get isInPaste(): boolean {
    return this.#filter.isInPaste;
  }

  /** Whether the held bytes may be just a key. */
  get mayHoldKey(): boolean {
    return this.hasPending && !isBegun(beginningOf(this.#filter.held));
  }

  /**
   * The input without the removed answers. All input of a client must pass through here, because the
   * decision about answers may change at any byte.
   */
  push(bytes: Uint8Array, policy: ReplyPolicy = TAKE_ALL): Uint8Array {
    return this.#filter.push(bytes, filterPolicy(policy));
  }

  /** Stops waiting and returns the held bytes, for instance a lone Escape key. */
  flush(): Uint8Array {
    return this.#filter.flush();
  }
}

function filterPolicy(policy: ReplyPolicy): FilterPolicy {
  return {
    takes: ({ bytes, releasedBytes }: InputToken) => {
      const sequence = Buffer.from(bytes).toString("latin1");
      if (sequence === FOCUS_REPORTS.in) return policy.takesFocus?.("in") === true;
      if (sequence === FOCUS_REPORTS.out) return policy.takesFocus?.("out") === true;
      const reply = readReply(sequence);
      return reply !== undefined && policy.takes(reply, bytes, releasedBytes > 0);
    },
    holds: (bytes) => {
      const beginning = beginningOf(bytes);
      return mayBecomeReply(beginning) && (policy.holdsKeys || isBegun(beginning));
    },
  };
}

/** As much of a sequence as tells what it may become. */
function beginningOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, MAX_BEGINNING_BYTES)).toString("latin1");
}

const MAX_BEGINNING_BYTES = 6;

/** Whether no key sends exactly this beginning of a sequence. */
function isBegun(beginning: string): boolean {
  return BEGUN.test(beginning);
}

const BEGUN = /^\x1b(?:\[[\d?>=]|\][14]|P[01>!]|_G)/;

/** Whether a sequence that is still cut can become an answer; others, as Alt+], are keys. */
function mayBecomeReply(beginning: string): boolean {
  return BEGINNING.test(beginning);
}

/** Any control sequence; of strings those about colours, of status strings and graphics. */
const BEGINNING =
  /^\x1b(?:$|\[|\](?:$|4$|4;|1$|1[0-9]$|1[0-9];)|P(?:$|[01]$|[01][$+]$|[01][$+]r|>$|>\||!$|!\|)|_(?:$|G))/;
