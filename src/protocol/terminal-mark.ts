import { encodeUtf8 } from "./utf8.ts";

const PREFIX = "\x1b]633;TSM_LOOP=";

/** Bytes of a TerminalMark payload. */
export const MARK_BYTES = 8;

/**
 * What a client writes to its terminal, which shows nothing of it: should these bytes come out of the
 * session that it is attached to, that session is shown within itself.
 * @param mark of {@link MARK_BYTES}, random.
 */
export function terminalMarkSequence(mark: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${PREFIX}${Buffer.from(mark).toString("hex")}\x07`);
}
