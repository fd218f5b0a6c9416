import { SequenceScanner, type StreamPart } from "./sequence-scanner.ts";

/**
 * What a session's shell reports to its daemon in its output. Nobody else can: a mark carries the
 * session's secret. The daemon removes marks from the stream, so that no client sees one.
 */
export type ShellMark =
  /** The start-up files have been read; `problem` is why prompts will not be reported. */
  | { kind: "ready"; problem: string | undefined }
  /** A prompt begins. */
  | {
      kind: "prompt";
      /** Exit status of the command before; undefined when the shell cannot tell. */
      status: number | undefined;
      /** The prompt has marks for terminals (OSC 133) of its own. */
      hasOwnMarks: boolean;
      /** The shell's directory; empty when it cannot tell. */
      directory: string;
    }
  /** The prompt ends here. Without `isExact` it still has to be drawn. */
  | { kind: "input"; isExact: boolean }
  /** A line has been accepted, and its command begins. */
  | { kind: "command" }
  /** The text of a run command begins, or has ended; the nonce says which run it was. */
  | { kind: "run-started"; nonce: string }
  | { kind: "run-ended"; nonce: string; code: number; hasEqualPrompts: boolean };

const ESC = 0x1b;
/** A directory, and a little. */
const MAX_PAYLOAD_BYTES = 4096 + 64;

/** How every mark of a session begins; BEL ends it. */
export function shellMarkPrefix(secret: string): string {
  return `\x1b]633;TSM_MARK=${secret};`;
}

/**
 * The text between prefix and BEL:
 *
 * | body | kind |
 * |---|---|
 * | `r;PROBLEM` | ready |
 * | `p;FLAGS;STATUS;DIRECTORY` | prompt; FLAGS has `m` for marks of its own |
 * | `i` or `i;?` | input, exact or not |
 * | `x` | command |
 * | `s;NONCE` | run-started |
 * | `e;NONCE;STATUS;FLAGS` | run-ended; FLAGS is `=` when PS1 and PS2 are equal |
 */
export const MARK_BODY = {
  prompt: "p;",
  input: "i",
  inexactInput: "i;?",
  command: "x",
  ready: "r;",
  runStarted: "s;",
  runEnded: "e;",
} as const;

/** A scanner for the marks of one session. */
export function shellMarkScanner(secret: string): SequenceScanner {
  // The name of a directory may have any other control character in it.
  return new SequenceScanner(shellMarkPrefix(secret), MAX_PAYLOAD_BYTES, (byte) => byte === ESC);
}

/** The mark that a part of the stream is; undefined when it is bytes, or of no known shape. */
export function shellMarkOf(part: StreamPart): ShellMark | undefined {
  if (part.kind === "bytes") return undefined;
  const [kind, first = "", second = "", ...rest] = Buffer.from(part.payload)
    .toString("utf8")
    .split(";");
  switch (kind) {
    case "r":
      return {
        kind: "ready",
        problem: [first, second, ...rest].join(";").replace(/;+$/, "") || undefined,
      };
    case "p":
      return {
        kind: "prompt",
        hasOwnMarks: first.includes("m"),
        status: statusOf(second),
        directory: rest.join(";"),
      };
    case "i":
      return { kind: "input", isExact: first !== "?" };
    case "x":
      return { kind: "command" };
    case "s":
      return { kind: "run-started", nonce: first };
    case "e": {
      const code = statusOf(second);
      if (code === undefined) return undefined;
      return { kind: "run-ended", nonce: first, code, hasEqualPrompts: rest[0] === "=" };
    }
    default:
      return undefined;
  }
}

/** A shell may count signals from 256 on (ksh93), or not at all below 0; programs know a byte. */
function statusOf(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? statusByte(Number(text)) : undefined;
}

function statusByte(status: number): number {
  if (status <= 0xff) return status;
  // ksh93 has 256 + n and yash 384 + n for a death by signal n, where others have 128 + n.
  const signal = (status & 0xff) > 128 ? status & 0x7f : status & 0xff;
  return status < 512 && signal < 128 ? 128 + signal : status & 0xff;
}
