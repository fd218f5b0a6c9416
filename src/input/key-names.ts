/**
 * Keys as the configuration names them: `up`, `enter`, `d`, `/`, `ctrl+a`, `alt+x`, `shift+tab`.
 * A letter alone is the letter typed, so `R` is shift and r.
 */

import { controlByte, CURSOR_KEYS, PLAIN_KEYS } from "./key-table.ts";

const MODIFIABLE_NAMES = CURSOR_KEYS.map(({ name }) => name);
const NAMES = [...CURSOR_KEYS, ...PLAIN_KEYS].map(({ name }) => name);

/** Keys that a terminal sends as another key, unless it speaks a newer protocol. */
const INDISTINGUISHABLE: Readonly<Record<string, string>> = {
  "ctrl+i": "tab",
  "ctrl+j": "enter",
  "ctrl+m": "enter",
  "ctrl+[": "esc",
};

const CONTROL_CHARACTERS = "abcdefghijklmnopqrstuvwxyz]\\^_";

/** Every key with a name, for suggestions; single characters and modifiers aside. */
export const SUGGESTED_KEYS: readonly string[] = [
  ...NAMES,
  ...Array.from(CONTROL_CHARACTERS, (character) => `ctrl+${character}`),
].filter((key) => INDISTINGUISHABLE[key] === undefined);

/** The key in its one spelling, or undefined when there is no such key (or no way to tell it). */
export function parseKey(text: string): string | undefined {
  if (isPrintableCharacter(text)) return text;
  const lower = text.toLowerCase();
  if (NAMES.includes(lower)) return lower;
  const control = parseControlKey(lower);
  if (control !== undefined) return control;
  const [modifier = "", key = ""] = splitModifier(text);
  if (modifier === "shift" && key.toLowerCase() === "tab") return "shift+tab";
  if (modifier === "alt" && isPrintableCharacter(key)) return `alt+${key}`;
  if (modifier === "ctrl" && key.toLowerCase() === "space") return "ctrl+space";
  const isModifier = modifier === "ctrl" || modifier === "alt" || modifier === "shift";
  return isModifier && MODIFIABLE_NAMES.includes(key.toLowerCase())
    ? `${modifier}+${key.toLowerCase()}`
    : undefined;
}

/** `ctrl+X` in its one spelling, where X gives a control byte that no other key has. */
export function parseControlKey(text: string): string | undefined {
  const key = text.toLowerCase();
  const character = key.startsWith("ctrl+") ? key.slice("ctrl+".length) : "";
  const isControl = character.length === 1 && CONTROL_CHARACTERS.includes(character);
  return isControl && INDISTINGUISHABLE[key] === undefined ? key : undefined;
}

/** The key that a terminal sends instead of `text`, where it cannot tell the two apart. */
export function sameKeyAs(text: string): string | undefined {
  return INDISTINGUISHABLE[text.toLowerCase()];
}

/** The byte that a terminal sends for a `ctrl+X` of `parseControlKey`; undefined for any other. */
export function controlKeyByte(key: string): number | undefined {
  const parsed = parseControlKey(key);
  return parsed === undefined ? undefined : controlByte(parsed.slice("ctrl+".length));
}

function splitModifier(text: string): [string, string] {
  const plus = text.indexOf("+");
  return plus <= 0 ? ["", text] : [text.slice(0, plus).toLowerCase(), text.slice(plus + 1)];
}

function isPrintableCharacter(text: string): boolean {
  return /^[^\p{C}\p{Z}]$/u.test(text);
}
