/**
 * Characters that a terminal obeys instead of showing, that change the direction of others, or that
 * are invisible: control characters (C0, DEL, C1), lone surrogates, line and paragraph separators,
 * Unicode's default-ignorable characters (bidirectional controls, zero-width characters, fillers,
 * variation selectors, tags) and its annotation characters.
 */
const HARMFUL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
/** A harmful character, or a whole emoji, which may contain some of them. */
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
 * Makes text from outside safe to print on a terminal, on one line: each harmful character becomes
 * an escape as in JSON (`\u001b`, `\n`), so that JSON text keeps its meaning.
 */
export function makeHarmless(text: string): string {
  return replaceHarmful(text, escape);
}

/**
 * Makes our own lines safe to print. Their tabs, newlines and style sequences (SGR) are kept; other
 * harmful characters in them come from outside.
 */
export function makeLinesHarmless(text: string): string {
  return mapBetween(text, OWN_CONTROLS, makeHarmless);
}

/**
 * Prepares a styled line for counting its columns: characters without a column are left out, except
 * for style sequences.
 */
export function dropInvisible(text: string): string {
  return mapBetween(text, LOOK, (part) =>
    replaceHarmful(part, (char) => "\ufffd".repeat(Bun.stringWidth(char))),
  );
}

/** Whether text can be printed as it is, with every character in it visible. */
export function isHarmless(text: string): boolean {
  return makeHarmless(text) === text;
}

/** Replaces each harmful character of a text. */
export function replaceHarmful(text: string, replace: (char: string) => string): string {
  if (!HARMFUL.test(text)) return text;
  return text.replace(
    EMOJI_OR_HARMFUL,
    (char, emoji: string | undefined) => emoji ?? replace(char),
  );
}

/**
 * Applies `change` to the parts of a text between the matches of `kept`.
 * @param kept must have exactly one group, so that `split` keeps its matches between the parts.
 */
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
