import { makeHarmless } from "../../base/harmless-text.ts";
import { bytesOfName, controlByte } from "../../input/key-table.ts";
import { usageError } from "../arguments.ts";

/** Cursor keys with modifiers: `CSI 1 ; M X`, and `CSI N ; M ~`; XTerm control sequences. */
const MODIFIABLE = /^\x1b(?:\[(?:1;)?([A-HZ])|O([PQRS])|\[(\d+)~)$/;

/**
 * The bytes of keys whose names are separated by spaces: `C-c`, `M-x`, `S-Left`, `C-M-Up`, `Enter`,
 * `F5`, or a single character that stands for itself.
 * @throws TsmError `usage` for a name that is no key.
 */
export function parseKeys(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(bytesOfKey)
    .join("");
}

function bytesOfKey(word: string): string {
  const [, prefixes = "", name = ""] = /^((?:[CMSAcmsa]-)*)(.+)$/su.exec(word) ?? [];
  const modifiers = {
    control: /C-/i.test(prefixes),
    alt: /[MA]-/i.test(prefixes),
    shift: /S-/i.test(prefixes),
  };
  const bytes = plainKey(name);
  if (bytes === undefined) throw unknownKey(word);
  const { control, alt, shift } = modifiers;
  if (!control && !alt && !shift) return bytes;
  const [, final, functional, number] = MODIFIABLE.exec(bytes) ?? [];
  const code = 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (control ? 4 : 0);
  if (number !== undefined) return `\x1b[${number};${code}~`;
  if (final !== undefined || functional !== undefined) {
    return `\x1b[1;${code}${final ?? functional}`;
  }
  if (shift && bytes === "\t" && !control) return `${alt ? "\x1b" : ""}\x1b[Z`;
  const shifted = shift ? bytes.toUpperCase() : bytes;
  const controlled = control ? controlKey(shifted) : shifted;
  if (controlled === undefined) throw unknownKey(word);
  return `${alt ? "\x1b" : ""}${controlled}`;
}

function plainKey(name: string): string | undefined {
  if ([...name].length === 1) return name;
  return bytesOfName(name.toLowerCase());
}

/** What Ctrl makes of a character: ASCII without the bits above the fifth; undefined for none. */
function controlKey(character: string): string | undefined {
  if (character === "?") return "\x7f";
  if (character === " ") return "\0";
  const code = character.toUpperCase().charCodeAt(0);
  return character.length === 1 && code >= 0x40 && code <= 0x5f
    ? String.fromCharCode(controlByte(character))
    : undefined;
}

function unknownKey(word: string): Error {
  return usageError(
    `Unknown key '${makeHarmless(word)}'`,
    "Use names such as C-c, M-x, Enter, Tab, Escape, Up, PageDown, F5, or one character.",
  );
}
