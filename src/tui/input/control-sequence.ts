import { sameKeyAs } from "../../input/key-names.ts";
import { IGNORED, type InputEvent } from "./input-event.ts";

/** Final bytes of `CSI 1 ; m X` and `SS3 X`: XTerm control sequences, PC-style function keys. */
const FINAL_KEYS: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
  Z: "shift+tab",
  M: "enter", // SS3 M: Enter of an application keypad
};

/** Numbers of `CSI n ; m ~`. */
const TILDE_KEYS: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  13: "f3",
  14: "f4",
  15: "f5",
  17: "f6",
  18: "f7",
  19: "f8",
  20: "f9",
  21: "f10",
  23: "f11",
  24: "f12",
};

/** Codes of keys with names: the kitty keyboard protocol, modifyOtherKeys. */
const CODE_KEYS: ReadonlyMap<number, string> = new Map([
  [8, "backspace"],
  [9, "tab"],
  [13, "enter"],
  [27, "esc"],
  [32, "space"],
  [127, "backspace"],
  [57414, "enter"], // keypad
]);

const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
/** Super, hyper, meta: a key with one of these is none of ours. */
const FOREIGN = 8 | 16 | 32;
const RELEASE = "3";

/**
 * Decodes a control sequence.
 * @param body parameters, intermediates and the final byte, without the introducer.
 */
export function decodeSequence(introducer: "CSI" | "SS3", body: string): InputEvent {
  if (introducer === "SS3") return named(FINAL_KEYS[body], 0);
  const final = body.at(-1) ?? "";
  const params = body.slice(0, -1);
  if (final === "M" || final === "m") return decodeMouse(params, final);
  if (!/^[\d;:]*$/.test(params)) return IGNORED;
  const [first = "", second = "", third = ""] = params.split(";");
  const [modifiers = "", event = ""] = second.split(":");
  if (event === RELEASE) return IGNORED;
  if (final === "u") return fromCode(first.split(":")[0] ?? "", flags(modifiers), third);
  if (final === "~" && first === "27") return fromCode(third, flags(modifiers), "");
  if (final === "~") return named(TILDE_KEYS[first], flags(modifiers));
  // `CSI 5 ; 10 R` is somebody's cursor report; a key has 1 or nothing in the first place.
  if (first !== "" && first !== "1") return IGNORED;
  return named(FINAL_KEYS[final], flags(modifiers));
}

/** The key that a character or control byte of a plain terminal is. */
export function decodeCharacter(character: string): InputEvent {
  const code = character.codePointAt(0) ?? 0;
  if (code === 13 || code === 10) return key("enter");
  if (code === 9) return key("tab");
  if (code === 127) return key("backspace");
  if (code === 27) return key("esc");
  if (code === 0) return key("ctrl+space");
  if (code < 32) return key(`ctrl+${String.fromCharCode(code + 64).toLowerCase()}`);
  return fromCode(String(code), 0, "");
}

/** ESC and a character is that character with alt. */
export function withAlt(event: InputEvent): InputEvent {
  if (event.type !== "key" || event.name === "esc") return IGNORED;
  return key(event.name.startsWith("alt+") ? event.name : `alt+${event.name}`);
}

function fromCode(code: string, modifiers: number, associated: string): InputEvent {
  const codePoint = Number(code);
  if (!(codePoint > 0 && codePoint <= 0x10ffff) || (modifiers & FOREIGN) !== 0) return IGNORED;
  const name = CODE_KEYS.get(codePoint);
  if (name === "space" && modifiers === 0) return key("space", " ");
  if (name !== undefined) return named(name, modifiers);
  const character = String.fromCodePoint(codePoint);
  if (/^[\p{C}\p{Z}]$/u.test(character)) return IGNORED;
  if ((modifiers & CTRL) !== 0) {
    const name = `ctrl+${character.toLowerCase()}`;
    return key(sameKeyAs(name) ?? name);
  }
  const shifted = (modifiers & SHIFT) !== 0 ? character.toUpperCase() : character;
  if ((modifiers & ALT) !== 0) return key(`alt+${shifted}`);
  const text = associated === "" ? shifted : textOf(associated);
  return key(text, text);
}

/** The text of a kitty report, code points joined by colons. */
function textOf(associated: string): string {
  const codes = associated.split(":").map(Number);
  return String.fromCodePoint(...codes.filter((code) => code >= 32 && code <= 0x10ffff));
}

function named(name: string | undefined, modifiers: number): InputEvent {
  if (name === undefined || (modifiers & FOREIGN) !== 0) return IGNORED;
  if ((modifiers & CTRL) !== 0) return key(`ctrl+${name}`);
  if ((modifiers & ALT) !== 0) return key(`alt+${name}`);
  // Shift with these is the key alone, as on a plain terminal.
  const isPlain = name === "enter" || name === "space" || name === "backspace" || name === "esc";
  if ((modifiers & SHIFT) === 0 || name.startsWith("shift+")) return key(name);
  return isPlain ? key(name, name === "space" ? " " : "") : key(`shift+${name}`);
}

/** SGR mouse reports: `CSI < button ; col ; row M`, counted from 1. */
function decodeMouse(params: string, final: "M" | "m"): InputEvent {
  const match = /^<(\d+);(\d+);(\d+)$/.exec(params);
  if (match === null || final === "m") return IGNORED;
  const button = Number(match[1]);
  const place = { col: Number(match[2]) - 1, row: Number(match[3]) - 1 };
  if (button === 64) return { type: "mouse", kind: "wheel-up", ...place };
  if (button === 65) return { type: "mouse", kind: "wheel-down", ...place };
  return button === 0 ? { type: "mouse", kind: "press", ...place } : IGNORED;
}

function flags(modifiers: string): number {
  return Math.max(0, Number(modifiers === "" ? 1 : modifiers) - 1) & 63;
}

function key(name: string, text = ""): InputEvent {
  return { type: "key", name, text };
}
