import type { StringHandler } from "./xterm-core.ts";

/** xterm gathers up to ten million characters; nothing that the model keeps is longer than this. */
const MAX_PAYLOAD_LENGTH = 64 << 10;

/** Gathers the payload of an OSC or DCS and hands it over when it ended in order. Longer ones are cut. */
export function gatherPayload(handle: (payload: string) => void): StringHandler {
  let payload = "";
  const begin = (): void => {
    payload = "";
  };
  const finish = (success: boolean): boolean => {
    const whole = payload;
    payload = "";
    if (success) handle(whole);
    return true;
  };
  return {
    start: begin,
    hook: begin,
    put(data, start, end) {
      const room = MAX_PAYLOAD_LENGTH - payload.length;
      const stop = Math.min(end, start + room);
      for (let i = start; i < stop; i++) payload += String.fromCodePoint(data[i] ?? 0);
    },
    end: finish,
    unhook: finish,
  };
}
