import { MODIFIER, readKeyReport, type CodeReport } from "../../input/key-report.ts";
import { InputTokenizer, type InputToken } from "../../input/tokenizer.ts";
import type { KeyParser } from "./key-parser.ts";

const MOUSE_REPORT = /^<\d+;\d+;\d+[Mm]$/;
const INTRODUCER_BYTES = 2;
const NOTHING = new Uint8Array(0);

/**
 * Input that was typed for the next program, as a plain terminal would have sent it. The picker's
 * own modes (mouse, kitty keys, bracketed paste) shaped it, and the next program set none of them.
 */
export function handedOnInput(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x1b)) return bytes;
  const tokens = new InputTokenizer();
  const plain: Uint8Array[] = [];
  tokens.push(bytes);
  for (let token = tokens.next(); token !== undefined; token = tokens.next()) {
    plain.push(plainInput(token));
  }
  return Buffer.concat([...plain, tokens.takeRest()]);
}

function plainInput({ kind, bytes }: InputToken): Uint8Array {
  if (kind === "paste-start" || kind === "paste-end") return NOTHING;
  if (kind !== "csi") return bytes;
  const body = Buffer.from(bytes.subarray(INTRODUCER_BYTES)).toString("latin1");
  if (MOUSE_REPORT.test(body)) return NOTHING;
  const report = readKeyReport(body);
  return report?.kind === "code" ? Buffer.from(plainKey(report)) : bytes;
}

function plainKey({ code, modifiers, isRelease }: CodeReport): string {
  if (isRelease) return "";
  const isControl = (modifiers & MODIFIER.ctrl) !== 0 && code >= 0x40 && code < 0x7f;
  const typed = String.fromCodePoint(isControl ? code & 0x1f : code);
  return (modifiers & MODIFIER.alt) !== 0 ? `\x1b${typed}` : typed;
}

/** The rest of a parser's bytes for the next program. */
export function takeHandedOnInput(parser: KeyParser): Uint8Array {
  return handedOnInput(parser.takeRest());
}
