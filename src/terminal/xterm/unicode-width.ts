/**
 * How wide a code point is and whether it joins the cell to its left.
 *
 * The tables come from the runtime (`Bun.stringWidth` and the regular expression properties), so they
 * are as new as the pinned runtime and need no package. Each page is built on first use; plain text
 * never builds one.
 */
export const JOIN = {
  /** One column, joins nothing. */
  narrow: 0,
  /** Two columns, joins nothing. */
  wide: 1,
  /** No column: combining marks, variation selectors, Hangul vowels and finals, format characters. */
  mark: 2,
  zeroWidthJoiner: 3,
  emojiSelector: 4,
  regionalIndicator: 5,
  /** Emoji that a zero-width joiner joins to the one before. */
  wideEmoji: 6,
  /** Pictograph of one column that the emoji selector makes two columns wide. */
  narrowEmoji: 7,
  /** Skin tones: part of an emoji before them, else an emoji of their own. */
  emojiModifier: 8,
} as const;

type JoinClass = (typeof JOIN)[keyof typeof JOIN];

const PAGE_BITS = 8;
const PAGE_SIZE = 1 << PAGE_BITS;
const LAST_CODE_POINT = 0x10ffff;
const pages: (Uint8Array | undefined)[] = Array.from({
  length: (LAST_CODE_POINT >> PAGE_BITS) + 1,
});

const WIDTHS: readonly number[] = [1, 2, 0, 0, 0, 2, 2, 1, 2];
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
const MARK = /^[\p{Mn}\p{Me}]$/u;
const FORMAT = /^\p{Cf}$/u;

export function joinClassOf(codePoint: number): number {
  const page = pages[codePoint >> PAGE_BITS] ?? buildPage(codePoint >> PAGE_BITS);
  return page[codePoint & (PAGE_SIZE - 1)] ?? JOIN.narrow;
}

/** Columns of a code point on its own; joining ones have none. */
export function widthOfClass(joinClass: number): number {
  return WIDTHS[joinClass] ?? 1;
}

function buildPage(index: number): Uint8Array {
  const page = new Uint8Array(PAGE_SIZE);
  for (let i = 0; i < PAGE_SIZE; i++) page[i] = classify((index << PAGE_BITS) | i);
  pages[index] = page;
  return page;
}

function classify(codePoint: number): JoinClass {
  if (codePoint < 0x300 || codePoint > LAST_CODE_POINT) return JOIN.narrow;
  if (codePoint === 0x200d) return JOIN.zeroWidthJoiner;
  if (codePoint === 0xfe0f) return JOIN.emojiSelector;
  if (codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff) return JOIN.regionalIndicator;
  if (codePoint >= 0x1f3fb && codePoint <= 0x1f3ff) return JOIN.emojiModifier;
  if (isHangulVowelOrFinal(codePoint)) return JOIN.mark;
  const text = String.fromCodePoint(codePoint);
  const width = Bun.stringWidth(text);
  if (MARK.test(text) || (width === 0 && FORMAT.test(text))) return JOIN.mark;
  if (PICTOGRAPH.test(text)) return width === 2 ? JOIN.wideEmoji : JOIN.narrowEmoji;
  return width === 2 ? JOIN.wide : JOIN.narrow;
}

function isHangulVowelOrFinal(codePoint: number): boolean {
  return (
    (codePoint >= 0x1160 && codePoint <= 0x11ff) || (codePoint >= 0xd7b0 && codePoint <= 0xd7ff)
  );
}

/** `0`–`9`, `#` and `*` become key caps, the rest of ASCII has no emoji form. */
export function canBecomeEmoji(codePoint: number): boolean {
  if (codePoint < 0x80) {
    return (codePoint >= 0x30 && codePoint <= 0x39) || codePoint === 0x23 || codePoint === 0x2a;
  }
  if (codePoint < 0x300) return codePoint === 0xa9 || codePoint === 0xae;
  return joinClassOf(codePoint) === JOIN.narrowEmoji;
}

/**
 * Whether terminals disagree on the width of a cell's text: a cluster of more than a character and its
 * marks, such as skin tones, flags, key caps and families.
 */
export function hasDisputedWidth(text: string): boolean {
  if (text.length < 2) return false;
  const [, ...joined] = text;
  return joined.some((it) => joinClassOf(it.codePointAt(0) ?? 0) >= JOIN.zeroWidthJoiner);
}

/** Whether this text could join some text printed before it. */
export function mayJoinLeft(text: string): boolean {
  return mayJoinLeftOf(text.codePointAt(0) ?? 0);
}

/** The same for a code point. */
export function mayJoinLeftOf(code: number): boolean {
  return code >= 0x300 && joinClassOf(code) >= JOIN.regionalIndicator;
}

/** Whether two texts printed one after the other might form one cluster. */
export function wouldJoin(left: string, right: string): boolean {
  if (!mayJoinLeft(right)) return false;
  return mayJoinLeft(left) || left.endsWith("\u200d");
}
