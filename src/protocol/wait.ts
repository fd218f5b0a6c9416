/** What somebody waited for, and how it ended. */
export interface WaitEnd {
  /** A command that `RunCommand` had started, or the session's own. */
  what: "run" | "session";
  /** Exit code; 128 + n after signal n. */
  code: number;
  /** It ended before it was asked for, and something has been typed since. */
  isStale: boolean;
}

const KEEPS = 1;
const IS_STALE = 1;

/** Payload of Wait as a question: u8 flags (1: a session held for its end stays so). */
export function encodeWaitRequest({ keeps }: { keeps: boolean }): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(keeps ? KEEPS : 0);
}

/** The question in a Wait payload, which may be empty. */
export function decodeWaitRequest(payload: Uint8Array): { keeps: boolean } {
  return { keeps: ((payload[0] ?? 0) & KEEPS) !== 0 };
}

/** Payload of Wait as an answer: u8 what (1 run, 2 session), u8 exit code, u8 flags (1 stale). */
export function encodeWaitEnd({ what, code, isStale }: WaitEnd): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(what === "run" ? 1 : 2, code & 0xff, isStale ? IS_STALE : 0);
}

/** The end in a Wait payload; undefined when it is too short. */
export function decodeWaitEnd(payload: Uint8Array): WaitEnd | undefined {
  const [what, code, flags] = payload;
  if (flags === undefined) return undefined;
  return {
    what: what === 1 ? "run" : "session",
    code: code ?? 0,
    isStale: (flags & IS_STALE) !== 0,
  };
}
