/** The keys that have names: their names, and what terminals send for them. */

export interface NamedKey {
  /** As the configuration spells it. */
  readonly name: string;
  /** What tmux and Emacs call it. */
  readonly aliases: readonly string[];
  /** What a terminal in its normal modes sends. */
  readonly bytes: string;
  /**
   * How sequences report it, in these bytes and elsewhere: final bytes of `CSI 1 ; m X` and `SS3 X`,
   * numbers of `CSI n ; m ~` (XTerm control sequences, "PC-Style" and "VT220-Style Function Keys").
   */
  readonly forms: readonly string[];
  /** Its codes in the kitty keyboard protocol, also on the keypad, and in modifyOtherKeys. */
  readonly codes: readonly number[];
}

/** Keys for which terminals report Ctrl, Alt and Shift. */
export const CURSOR_KEYS: readonly NamedKey[] = [
  key("up", "\x1b[A", { codes: [57419] }),
  key("down", "\x1b[B", { codes: [57420] }),
  key("left", "\x1b[D", { codes: [57417] }),
  key("right", "\x1b[C", { codes: [57418] }),
  key("home", "\x1b[H", { forms: ["1~", "7~"], codes: [57423] }),
  key("end", "\x1b[F", { forms: ["4~", "8~"], codes: [57424] }),
  key("pageup", "\x1b[5~", { aliases: ["pgup", "ppage"], codes: [57421] }),
  key("pagedown", "\x1b[6~", { aliases: ["pgdn", "npage"], codes: [57422] }),
  key("insert", "\x1b[2~", { aliases: ["ins", "ic"], codes: [57425] }),
  key("delete", "\x1b[3~", { aliases: ["del", "dc"], codes: [57426] }),
];

/** Keys without modifiers; SS3 M is the Enter key of the keypad. */
export const PLAIN_KEYS: readonly NamedKey[] = [
  key("enter", "\r", { aliases: ["return"], forms: ["M"], codes: [13] }),
  key("tab", "\t", { codes: [9] }),
  key("space", " ", { codes: [32] }),
  key("esc", "\x1b", { aliases: ["escape"], codes: [27] }),
  key("backspace", "\x7f", { aliases: ["bspace"], codes: [127, 8] }),
  key("f1", "\x1bOP", { forms: ["11~"] }),
  key("f2", "\x1bOQ", { forms: ["12~"] }),
  key("f3", "\x1bOR", { forms: ["13~"] }),
  key("f4", "\x1bOS", { forms: ["14~"] }),
  key("f5", "\x1b[15~"),
  key("f6", "\x1b[17~"),
  key("f7", "\x1b[18~"),
  key("f8", "\x1b[19~"),
  key("f9", "\x1b[20~"),
  key("f10", "\x1b[21~"),
  key("f11", "\x1b[23~"),
  key("f12", "\x1b[24~"),
];

/** The one key that has a name with its modifier in it, and a sequence of its own. */
export const SHIFT_TAB = key("shift+tab", "\x1b[Z", { aliases: ["btab", "backtab"] });

const ALL_KEYS: readonly NamedKey[] = [...CURSOR_KEYS, ...PLAIN_KEYS, SHIFT_TAB];

const byForm = new Map(ALL_KEYS.flatMap(({ forms, name }) => forms.map((form) => [form, name])));
const byCode = new Map(ALL_KEYS.flatMap(({ codes, name }) => codes.map((code) => [code, name])));
const bytesByName = new Map(
  ALL_KEYS.flatMap(({ name, aliases, bytes }) => [name, ...aliases].map((word) => [word, bytes])),
);

/** Name of the key that a sequence reports by its form; undefined for none. */
export function nameOfForm(form: string): string | undefined {
  return byForm.get(form);
}

/** Name of the key that a sequence reports by its code; undefined for a character. */
export function nameOfCode(code: number): string | undefined {
  return byCode.get(code);
}

/** What a terminal sends for a key; undefined for no name, in lower case, of a key. */
export function bytesOfName(word: string): string | undefined {
  return bytesByName.get(word);
}

function key(
  name: string,
  bytes: string,
  { aliases = [], forms = [], codes = [] }: Partial<Omit<NamedKey, "name" | "bytes">> = {},
): NamedKey {
  const [, own] = /^\x1b(?:\[|O)(.+)$/.exec(bytes) ?? [];
  return { name, aliases, bytes, forms: own === undefined ? forms : [own, ...forms], codes };
}

/** Ctrl and a character, as terminals send it in all their keyboard protocols. */
export interface ControlKey {
  /** The byte that a plain terminal sends. */
  byte: number;
  /** The character's code, as the kitty protocol and modifyOtherKeys name the key. */
  codepoint: number;
}

/** The key Ctrl+CHARACTER; CHARACTER is a lower-case letter or one of `@ [ \ ] ^ _`. */
export function controlKey(character: string): ControlKey {
  const codepoint = character.charCodeAt(0);
  return { byte: controlByte(character), codepoint };
}

/** What Ctrl makes of a character: its code without the bits above the fifth. */
export function controlByte(character: string): number {
  return character.toUpperCase().charCodeAt(0) & 0x1f;
}
