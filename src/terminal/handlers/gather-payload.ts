import type { StringHandler } from "../xterm/xterm-core.ts";

/** xterm gathers up to ten million characters; the model keeps no string longer than this. */
const MAX_PAYLOAD_LENGTH = 64 << 10;

/** Characters turned into text at a time. */
const PART_LENGTH = 4096;
const latin1 = Buffer.alloc(PART_LENGTH);

/** Controls have no meaning in a payload, and a terminal that receives one may act on it. */
const CONTROLS = /\p{Cc}/gu;

/**
 * Gathers the payload of an OSC or DCS and passes it on, without controls, when it ended properly.
 * Long payloads are cut.
 */
export function gatherPayload(handle: (payload: string) => void): StringHandler {
  let parts: string[] = [];
  let length = 0;
  const begin = (): void => {
    parts = [];
    length = 0;
  };
  const finish = (success: boolean): boolean => {
    const whole = parts.length === 1 ? (parts[0] ?? "") : parts.join("");
    begin();
    if (success) handle(whole.replace(CONTROLS, ""));
    return true;
  };
  return {
    start: begin,
    hook: begin,
    put(data, start, end) {
      const stop = Math.min(end, start + MAX_PAYLOAD_LENGTH - length);
      for (let at = start; at < stop; at += PART_LENGTH) {
        const part = textOf(data.subarray(at, Math.min(stop, at + PART_LENGTH)));
        parts.push(part);
        length += part.length;
      }
    },
    end: finish,
    unhook: finish,
  };
}

/** In one step: appending character by character keeps every intermediate string in memory. */
function textOf(codePoints: Uint32Array): string {
  for (let i = 0; i < codePoints.length; i++) {
    const code = codePoints[i] ?? 0;
    if (code > 0xff) return String.fromCodePoint(...codePoints);
    latin1[i] = code;
  }
  return latin1.toString("latin1", 0, codePoints.length);
}
