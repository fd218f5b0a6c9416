import { encodeUtf8 } from "./utf8.ts";

const PREFIX = "\x1b]633;TSM_LOOP=";

/** Bytes of a TerminalMark payload. */
export const MARK_BYTES = 8;

/**
 * A sequence that a client writes to its terminal, and that shows nothing: if these bytes appear in
 * the output of the session that it is attached to, that session is shown within itself.
 * @param mark of {@link MARK_BYTES}, random.
 */
export function terminalMarkSequence(mark: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${PREFIX}${Buffer.from(mark).toString("hex")}\x07`);
}
