/**
 * Characters that a terminal obeys instead of showing, that turn the direction of others, or that
 * nobody sees: control characters (C0, DEL, C1), lone surrogates, line and paragraph separators, and
 * what Unicode calls default-ignorable (bidirectional controls, zero-width characters, fillers,
 * variation selectors, tags) or an annotation.
 */
const HARMFUL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
/** The same, or a whole emoji, which may have some of them inside. */
const EMOJI_OR_HARMFUL =
  /(\p{RGI_Emoji})|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gv;

const LOOK = /(\x1b\[[\d;:]*m)/;
const OWN_CONTROLS = /(\x1b\[[\d;:]*m|[\t\n])/;

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"],
]);

/**
 * Text from outside as it can be printed on a terminal, in one line: harmful characters become
 * an escape (`\u001b`, `\n`), as JSON writes it, so that JSON stays what it is.
 */
export function makeHarmless(text: string): string {
  return replaceHarmful(text, escape);
}

/**
 * Lines that are our own, with tabs and looks (SGR) in them; other harmful characters come from
 * outside.
 */
export function makeLinesHarmless(text: string): string {
  return mapBetween(text, OWN_CONTROLS, makeHarmless);
}

/**
 * A styled line whose columns are counted: characters without a column are left out, except for
 * looks.
 */
export function dropInvisible(text: string): string {
  return mapBetween(text, LOOK, (part) =>
    replaceHarmful(part, (char) => "\ufffd".repeat(Bun.stringWidth(char))),
  );
}

/** Whether text can be printed as it is, and everything in it is seen. */
export function isHarmless(text: string): boolean {
  return makeHarmless(text) === text;
}

/** Text with each harmful character replaced. */
export function replaceHarmful(text: string, replace: (char: string) => string): string {
  if (!HARMFUL.test(text)) return text;
  return text.replace(
    EMOJI_OR_HARMFUL,
    (char, emoji: string | undefined) => emoji ?? replace(char),
  );
}

/** @param kept with one group, so that its matches are kept between the other parts. */
function mapBetween(text: string, kept: RegExp, change: (part: string) => string): string {
  if (!HARMFUL.test(text)) return text;
  const parts = text.split(kept);
  return parts.map((part, at) => (at % 2 === 0 ? change(part) : part)).join("");
}

function escape(char: string): string {
  const short = SHORT_ESCAPES.get(char);
  if (short !== undefined) return short;
  const units = Array.from({ length: char.length }, (_, i) => char.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
