import { concatBytes } from "./concat-bytes.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** Whether a session's shell reports its prompts to the daemon. */
export type IntegrationState =
  /** Nothing was prepared for this program. */
  | { kind: "none" }
  /** It has just been started, and has not come to its first prompt yet. */
  | { kind: "starting" }
  /** It has reported its last prompt, at that time. */
  | { kind: "works"; lastMs: number }
  /** It never has; `problem` says why, empty when that is not known. */
  | { kind: "never"; problem: string }
  /** It has been seen at a prompt that it did not report; the last one that it did was then. */
  | { kind: "lost"; lastMs: number };

const STATES = { none: 0, works: 1, never: 2, lost: 3, starting: 4 } as const;
const HEAD_SIZE = 9;

/** Payload of an Integration reply: u8 state, u64 Unix milliseconds (0 for never), UTF-8 problem. */
export function encodeIntegration(state: IntegrationState): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_SIZE);
  const view = new DataView(head.buffer);
  view.setUint8(0, STATES[state.kind]);
  view.setBigUint64(1, "lastMs" in state ? BigInt(Math.floor(state.lastMs)) : 0n, true);
  return concatBytes([head, encodeUtf8(state.kind === "never" ? state.problem : "")]);
}

/** The state in an Integration reply; undefined when it is too short or of an unknown kind. */
export function decodeIntegration(payload: Uint8Array): IntegrationState | undefined {
  if (payload.byteLength < HEAD_SIZE) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, HEAD_SIZE);
  const lastMs = Number(view.getBigUint64(1, true));
  switch (view.getUint8(0)) {
    case STATES.none:
      return { kind: "none" };
    case STATES.starting:
      return { kind: "starting" };
    case STATES.works:
      return { kind: "works", lastMs };
    case STATES.never:
      return { kind: "never", problem: decodeUtf8(payload.subarray(HEAD_SIZE)) };
    case STATES.lost:
      return { kind: "lost", lastMs };
    default:
      return undefined;
  }
}
