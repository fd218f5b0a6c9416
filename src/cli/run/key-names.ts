import { makeHarmless } from "../../base/harmless-text.ts";
import { usageError } from "../arguments.ts";

/** Keys by the names of tmux and Emacs, as a terminal in its normal modes sends them. */
const NAMED: Readonly<Record<string, string>> = {
  enter: "\r",
  return: "\r",
  tab: "\t",
  btab: "\x1b[Z",
  backtab: "\x1b[Z",
  escape: "\x1b",
  esc: "\x1b",
  space: " ",
  backspace: "\x7f",
  bspace: "\x7f",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  insert: "\x1b[2~",
  ic: "\x1b[2~",
  delete: "\x1b[3~",
  dc: "\x1b[3~",
  ins: "\x1b[2~",
  del: "\x1b[3~",
  pgup: "\x1b[5~",
  pgdn: "\x1b[6~",
  pageup: "\x1b[5~",
  ppage: "\x1b[5~",
  pagedown: "\x1b[6~",
  npage: "\x1b[6~",
  f1: "\x1bOP",
  f2: "\x1bOQ",
  f3: "\x1bOR",
  f4: "\x1bOS",
  f5: "\x1b[15~",
  f6: "\x1b[17~",
  f7: "\x1b[18~",
  f8: "\x1b[19~",
  f9: "\x1b[20~",
  f10: "\x1b[21~",
  f11: "\x1b[23~",
  f12: "\x1b[24~",
};

/** Cursor keys with modifiers: `CSI 1 ; M X`, and `CSI N ; M ~`; XTerm control sequences. */
const MODIFIABLE = /^\x1b(?:\[(?:1;)?([A-HZ])|O([PQRS])|\[(\d+)~)$/;

/**
 * The bytes of keys named with blanks between them: `C-c`, `M-x`, `S-Left`, `C-M-Up`, `Enter`,
 * `F5`, or a single character that stands for itself.
 * @throws TsmError `usage` for a name that is no key.
 */
export function parseKeys(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(parseKey)
    .join("");
}

function parseKey(word: string): string {
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
  const known = name.toLowerCase();
  return Object.hasOwn(NAMED, known) ? NAMED[known] : undefined;
}

/** What Ctrl makes of a character: ASCII without the bits above the fifth; undefined for none. */
function controlKey(character: string): string | undefined {
  if (character === "?") return "\x7f";
  if (character === " ") return "\0";
  const code = character.toUpperCase().charCodeAt(0);
  return character.length === 1 && code >= 0x40 && code <= 0x5f
    ? String.fromCharCode(code & 0x1f)
    : undefined;
}

function unknownKey(word: string): Error {
  return usageError(
    `There is no key '${makeHarmless(word)}'`,
    "Use names such as C-c, M-x, Enter, Tab, Escape, Up, PageDown, F5, or one character.",
  );
}
