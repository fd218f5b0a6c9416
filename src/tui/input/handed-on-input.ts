import type { KeyParser } from "./key-parser.ts";

const MOUSE_REPORT = /\x1b\[<\d+;\d+;\d+[Mm]/g;
const KITTY_KEY = /\x1b\[(\d+)(?::\d*)*(?:;(\d+)(?::(\d+))?)?(?:;[\d:]*)?u/g;
const PASTE_MARK = /\x1b\[20[01]~/g;
const CTRL = 4;
const ALT = 2;
const RELEASE = "3";

/**
 * Input that was typed for the next program, as a plain terminal would have sent it. The picker's
 * own modes (mouse, kitty keys, bracketed paste) shaped it, and the next program asked for none.
 */
export function handedOnInput(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x1b)) return bytes;
  // latin1 keeps every byte as it is; only ASCII sequences are replaced.
  const text = Buffer.from(bytes).toString("latin1");
  const plain = text
    .replace(MOUSE_REPORT, "")
    .replace(PASTE_MARK, "")
    .replace(KITTY_KEY, (_, code: string, modifiers?: string, event?: string) =>
      event === RELEASE ? "" : plainKey(Number(code), Number(modifiers ?? 1) - 1),
    );
  return Buffer.from(plain, "latin1");
}

function plainKey(code: number, modifiers: number): string {
  if (!(code > 0 && code <= 0x10ffff)) return "";
  const character = Buffer.from(String.fromCodePoint(code)).toString("latin1");
  const isControl = (modifiers & CTRL) !== 0 && code >= 0x40 && code < 0x7f;
  const typed = isControl ? String.fromCharCode(code & 0x1f) : character;
  return (modifiers & ALT) !== 0 ? `\x1b${typed}` : typed;
}

/** The rest of a parser's bytes for the next program. */
export function takeHandedOnInput(parser: KeyParser): Uint8Array {
  return handedOnInput(parser.takeRest());
}
