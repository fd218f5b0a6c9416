import { decodeStrictUtf8, encodeUtf8 } from "./utf8.ts";

const READ_ONLY = 1;
const TAKES_OVER = 2;
const CREATES = 4;

/** Where a client is asked to go. */
export interface SwitchRequest {
  /** Name of the session. */
  target: string;
  /** It only watches there. */
  isReadOnly: boolean;
  /** All other clients are detached there first. */
  takesOver: boolean;
  /** The session is created if it is missing: the original program's request leaves that to clients. */
  creates: boolean;
}

/** Payload of Switch: u8 flags, then the session's name in UTF-8. */
export function encodeSwitch(request: SwitchRequest): Uint8Array {
  const { target, isReadOnly, takesOver, creates } = request;
  const flags =
    (isReadOnly ? READ_ONLY : 0) | (takesOver ? TAKES_OVER : 0) | (creates ? CREATES : 0);
  return new Uint8Array([flags, ...encodeUtf8(target)]);
}

/** The request in a Switch payload; undefined when it is too short or its name is not UTF-8. */
export function decodeSwitch(payload: Uint8Array): SwitchRequest | undefined {
  const [flags] = payload;
  const target = decodeStrictUtf8(payload.subarray(1));
  if (flags === undefined || target === undefined || target === "") return undefined;
  return {
    target,
    isReadOnly: (flags & READ_ONLY) !== 0,
    takesOver: (flags & TAKES_OVER) !== 0,
    creates: (flags & CREATES) !== 0,
  };
}

/** A request for nothing but another session. */
export function plainSwitch(target: string): SwitchRequest {
  return { target, isReadOnly: false, takesOver: false, creates: false };
}
