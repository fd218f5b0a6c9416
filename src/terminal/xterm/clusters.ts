import { CONTENT } from "./cell-bits.ts";
import { canBecomeEmoji, JOIN, joinClassOf } from "./unicode-width.ts";
import type { Line, Pen, ScreenBuffer } from "./xterm-core.ts";

/** UTF-16 units in one cell. The longest emoji sequence in use has 15; more would be hostile. */
const MAX_CELL_UNITS = 32;

/** A code point that may join the cell to the left of the cursor. */
interface Joiner {
  code: number;
  joinClass: number;
  /** Whether the cell to the left has just been printed, with nothing in between. */
  isAdjacent: boolean;
  /** The first column that text cannot use: it wraps there. */
  limit: number;
}

/** The right half of a wide character whose left half has just been overwritten becomes blank. */
export function clearOrphanHalf(line: Line, x: number, pen: Pen): void {
  const content = line._data[x * 3] ?? 0;
  if (content >>> CONTENT.widthShift === 0 && (content & CONTENT.hasContent) === 0) {
    line.setCellFromCodepoint(x, 0, 1, pen);
  }
}

/** Column at which the cell to the left of the cursor begins, or -1 when there is none. */
export function startOfLeftCell(line: Line, x: number): number {
  if (x <= 0) return -1;
  return x > 1 && line.getWidth(x - 1) === 0 ? x - 2 : x - 1;
}

/** Whether the cell on the left is in the last column, and becomes two columns wide with the selector. */
export function widensBeyond(line: Line, { x }: ScreenBuffer, limit: number): boolean {
  const text = x === limit && x > 0 ? line.getString(x - 1) : "";
  return text.length === 1 && canBecomeEmoji(text.codePointAt(0) ?? 0);
}

/** Adds the code point to the cell on the left; false when it needs a cell of its own. */
export function tryJoin(line: Line, buffer: ScreenBuffer, pen: Pen, joiner: Joiner): boolean {
  const { code, joinClass, isAdjacent, limit } = joiner;
  const at = startOfLeftCell(line, buffer.x);
  if (at < 0) return false;
  const text = line.getString(at);
  if (text === "") return false;
  const base = text.codePointAt(0) ?? 0;
  switch (joinClass) {
    case JOIN.mark:
    case JOIN.zeroWidthJoiner:
      break;
    case JOIN.emojiSelector:
      if (line.getWidth(at) === 1 && text.length === 1 && canBecomeEmoji(base)) {
        // Without a second column, or if that column belongs to another cell, the selector is dropped:
        // the cell's width must follow from its text.
        if (!isAdjacent || at + 2 > limit) return true;
        widen(line, at);
        buffer.x = at + 2;
        if (buffer.x < line.length) clearOrphanHalf(line, buffer.x, pen);
      }
      break;
    case JOIN.regionalIndicator:
      if (!isAdjacent || text.length !== 2 || joinClassOf(base) !== JOIN.regionalIndicator)
        return false;
      break;
    case JOIN.emojiModifier:
      if (!isAdjacent || !MODIFIER_BASE_AT_END.test(text)) return false;
      break;
    default:
      if (!isAdjacent || text.charCodeAt(text.length - 1) !== 0x200d || !isPictograph(base))
        return false;
  }
  append(line, at, text, code);
  return true;
}

/** Only people and hands take a skin tone. */
const MODIFIER_BASE_AT_END = /\p{Emoji_Modifier_Base}$/u;

function isPictograph(codePoint: number): boolean {
  return joinClassOf(codePoint) >= JOIN.wideEmoji;
}

function append(line: Line, at: number, text: string, code: number): void {
  if (text.length >= MAX_CELL_UNITS) return;
  line._combined[at] = text + String.fromCodePoint(code);
  const content = line._data[at * 3] ?? 0;
  line._data[at * 3] = (content & ~CONTENT.codePoint) | CONTENT.isCombined;
}

function widen(line: Line, at: number): void {
  const content = line._data[at * 3] ?? 0;
  line._data[at * 3] = (content & CONTENT.hasContent) | (2 << CONTENT.widthShift);
  line._data[at * 3 + 3] = 0;
  line._data[at * 3 + 4] = line._data[at * 3 + 1] ?? 0;
  line._data[at * 3 + 5] = line._data[at * 3 + 2] ?? 0;
  const extended = line._extendedAttrs[at];
  if (extended !== undefined) line._extendedAttrs[at + 1] = extended;
}
