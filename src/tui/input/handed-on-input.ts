import { MODIFIER, readKeyReport, type CodeReport } from "../../input/key-report.ts";
import { bytesOfName, controlByte, nameOfCode, SHIFT_TAB } from "../../input/key-table.ts";
import { InputTokenizer, type InputToken } from "../../input/tokenizer.ts";

const MOUSE_REPORT = /^<\d+;\d+;\d+[Mm]$/;
/** The end of a paste whose beginning the picker has read. */
const PASTE_END = "201~";
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
  if (body === PASTE_END || MOUSE_REPORT.test(body)) return NOTHING;
  const report = readKeyReport(body);
  return report?.kind === "code" ? Buffer.from(plainKey(report)) : bytes;
}

function plainKey(report: CodeReport): string {
  if (report.isRelease) return "";
  const typed = typedBy(report);
  const isAlt = (report.modifiers & MODIFIER.alt) !== 0 && typed !== "";
  return isAlt ? `\x1b${typed}` : typed;
}

function typedBy({ code, modifiers, text }: CodeReport): string {
  const isShift = (modifiers & MODIFIER.shift) !== 0;
  const isControl = (modifiers & MODIFIER.ctrl) !== 0;
  const name = nameOfCode(code);
  if (name === "tab" && isShift) return SHIFT_TAB.bytes;
  if (name !== undefined && name !== "space") return bytesOfName(name) ?? "";
  const character = String.fromCodePoint(code);
  // A key that types nothing: its number is that of no character. A plain terminal sends nothing.
  if (/^[\p{Co}\p{Cs}]$/u.test(character)) return "";
  if (isControl && (name === "space" || (code >= 0x40 && code < 0x7f))) {
    return String.fromCharCode(controlByte(character));
  }
  if (text !== "") return text;
  return isShift ? character.toUpperCase() : character;
}
