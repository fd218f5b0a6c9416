import { SequenceScanner, type StreamPart } from "./sequence-scanner.ts";

/** What a run command's shell says, in its output, where only that command can say it. */
export type RunMarker = { kind: "started" } | { kind: "ended"; code: number };

/** Beginning of the markers of one command, which nobody else knows who does not know its nonce. */
export function runMarkerPrefix(nonce: string): string {
  return `\x1b]633;TSM_RUN=${nonce};`;
}

/** What stands between the prefix and the closing BEL of a marker. */
export const RUN_STARTED = "s";
export const RUN_ENDED_PREFIX = "e;";

const MAX_PAYLOAD_BYTES = 16;

/** A scanner for the markers of one command. */
export function runMarkerScanner(nonce: string): SequenceScanner {
  return new SequenceScanner(runMarkerPrefix(nonce), MAX_PAYLOAD_BYTES);
}

/** The marker that a part of the stream is; undefined when it is bytes, or none of ours. */
export function runMarkerOf(part: StreamPart): RunMarker | undefined {
  if (part.kind === "bytes") return undefined;
  const payload = String.fromCharCode(...part.payload);
  if (payload === RUN_STARTED) return { kind: "started" };
  const code = new RegExp(`^${RUN_ENDED_PREFIX}(\\d{1,3})$`).exec(payload)?.[1];
  return code === undefined ? undefined : { kind: "ended", code: Number(code) & 0xff };
}
