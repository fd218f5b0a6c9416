/** Reads the sequences by which terminals report keys. */

/** Bits of the modifiers of a key, as the kitty keyboard protocol and XTerm number them. */
export const MODIFIER = { shift: 1, alt: 2, ctrl: 4, super: 8, hyper: 16, meta: 32 } as const;

/** A key that a sequence reports by its character's code. */
export interface CodeReport {
  kind: "code";
  code: number;
  modifiers: number;
  isRelease: boolean;
  /** What the key types, where the terminal says so. */
  text: string;
}

/** A key that a sequence reports by its form: `1~`, `A`, `OP`. See the table of keys. */
export interface FunctionReport {
  kind: "function";
  form: string;
  modifiers: number;
  isRelease: boolean;
}

const RELEASE = "3";
const MAX_CODE = 0x10ffff;

/** What the keys of the keypad type, which the kitty protocol numbers from this code on. */
const FIRST_KEYPAD_CODE = 57399;
const KEYPAD_CHARACTERS = "0123456789./*-+\r=,";

/**
 * Reads a control sequence as a key: kitty's `CSI code : shifted : base ; modifiers : event ; text u`,
 * modifyOtherKeys' `CSI 27 ; modifiers ; code ~`, and XTerm's `CSI 1 ; modifiers A`, `CSI n ; modifiers ~`.
 * @param body parameters and the final byte, without the introducer.
 * @returns undefined for what is no key.
 */
export function readKeyReport(body: string): CodeReport | FunctionReport | undefined {
  const final = body.at(-1) ?? "";
  const parameters = body.slice(0, -1);
  if (!/^[\d;:]*$/.test(parameters)) return undefined;
  const [first = "", second = "", third = "", ...others] = parameters.split(";");
  if (others.length > 0) return undefined;
  const [flags = "", event = ""] = second.split(":");
  const modifiers = Math.max(0, Number(flags === "" ? 1 : flags) - 1);
  const isRelease = event === RELEASE;
  if (final === "u") return codeReport(first.split(":")[0] ?? "", modifiers, isRelease, third);
  if (final === "~" && first === "27") return codeReport(third, modifiers, isRelease, "");
  if (final === "~") return { kind: "function", form: `${first}~`, modifiers, isRelease };
  // `CSI 5 ; 10 R` is a cursor report; a key has 1 or nothing in the first place.
  if (first !== "" && first !== "1") return undefined;
  return { kind: "function", form: final, modifiers, isRelease };
}

function codeReport(
  number: string,
  modifiers: number,
  isRelease: boolean,
  text: string,
): CodeReport | undefined {
  const code = Number(number);
  if (!(code > 0 && code <= MAX_CODE)) return undefined;
  return { kind: "code", code: withoutKeypad(code), modifiers, isRelease, text: textOf(text) };
}

/** The code of the key that does the same beside the keypad. */
function withoutKeypad(code: number): number {
  return KEYPAD_CHARACTERS.codePointAt(code - FIRST_KEYPAD_CODE) ?? code;
}

/** Associated text, code points joined by colons. */
function textOf(codes: string): string {
  if (codes === "") return "";
  const characters = codes.split(":").map(Number);
  return String.fromCodePoint(...characters.filter((code) => code >= 32 && code <= MAX_CODE));
}
