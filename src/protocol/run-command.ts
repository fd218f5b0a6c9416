import { copyBytes } from "../base/copy-bytes.ts";
import { concatBytes } from "./concat-bytes.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** How text is to be run in a session's shell. */
export interface RunRequest {
  /** Shell text, or a whole script; bytes, because a script need not be UTF-8. */
  text: Uint8Array;
  /** It is a script: it has its own shell, which it may end. */
  isScript: boolean;
  /** The client does not wait for it: only its start is reported. */
  isDetached: boolean;
  /** The client waits for a busy shell. */
  isPatient: boolean;
}

const RUN_FLAGS = { isScript: 1, isDetached: 2, isPatient: 4 } as const;

/** Payload of RunCommand: u8 flags (1 script, 2 detached, 4 patient), text. */
export function encodeRunRequest(request: RunRequest): Uint8Array<ArrayBuffer> {
  const flags =
    (request.isScript ? RUN_FLAGS.isScript : 0) |
    (request.isDetached ? RUN_FLAGS.isDetached : 0) |
    (request.isPatient ? RUN_FLAGS.isPatient : 0);
  return concatBytes([Uint8Array.of(flags), request.text]);
}

/** The request in a RunCommand payload, its text a copy; undefined when the payload is empty. */
export function decodeRunRequest(payload: Uint8Array): RunRequest | undefined {
  const [flags] = payload;
  if (flags === undefined) return undefined;
  return {
    text: copyBytes(payload, 1),
    isScript: (flags & RUN_FLAGS.isScript) !== 0,
    isDetached: (flags & RUN_FLAGS.isDetached) !== 0,
    isPatient: (flags & RUN_FLAGS.isPatient) !== 0,
  };
}

/** The state of a command that a client has sent. */
export type RunState =
  /** Nothing was run; `reason` says why. With `isBusy` it may be run later. */
  | { kind: "refused"; reason: string; isBusy: boolean }
  /** Its output follows. With `hasCrLf` the terminal sends every LF of it as CR LF. */
  | { kind: "started"; hasCrLf: boolean }
  | { kind: "ended"; code: number }
  /** Its reader was too slow for too long: output is lost, and no more comes. */
  | { kind: "lost" };

const RUN_STATES = { refused: 0, started: 1, ended: 2, lost: 3 } as const;

/**
 * Payload of RunState: u8 state, u8 value (refused: 1 for busy; started: 1 for CR LF; ended: exit
 * code), UTF-8 reason.
 */
export function encodeRunState(state: RunState): Uint8Array<ArrayBuffer> {
  const head = (value: number): Uint8Array => Uint8Array.of(RUN_STATES[state.kind], value & 0xff);
  switch (state.kind) {
    case "refused":
      return concatBytes([head(state.isBusy ? 1 : 0), encodeUtf8(state.reason)]);
    case "started":
      return concatBytes([head(state.hasCrLf ? 1 : 0)]);
    case "ended":
      return concatBytes([head(state.code)]);
    case "lost":
      return concatBytes([head(0)]);
  }
}

/** The state in a RunState payload; undefined when it is too short or of an unknown kind. */
export function decodeRunState(payload: Uint8Array): RunState | undefined {
  const [kind, value] = payload;
  if (value === undefined) return undefined;
  switch (kind) {
    case RUN_STATES.refused:
      return {
        kind: "refused",
        reason: decodeUtf8(payload.subarray(2)),
        isBusy: (value & 1) !== 0,
      };
    case RUN_STATES.started:
      return { kind: "started", hasCrLf: (value & 1) !== 0 };
    case RUN_STATES.ended:
      return { kind: "ended", code: value };
    case RUN_STATES.lost:
      return { kind: "lost" };
    default:
      return undefined;
  }
}
