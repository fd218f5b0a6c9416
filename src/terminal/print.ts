/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { BG, CONTENT } from "./cell-bits.ts";
import { lineAt, type Line, type Pen, type ScreenBuffer, type XtermCore } from "./xterm-core.ts";
import { canBecomeEmoji, JOIN, joinClassOf, widthOfClass } from "./unicode-width.ts";

/** UTF-16 units in one cell. The longest emoji sequence in use has 15; more would be hostile. */
const MAX_CELL_UNITS = 32;

/**
 * Replaces xterm's printing of text. Ours keeps grapheme clusters in one cell, which never has
 * another width than its text printed anew would get (so that a snapshot can print it), records
 * links without a marker per line, and writes runs of ASCII straight into the line.
 */
export function installPrint(
  core: XtermCore,
): (data: Uint32Array, start: number, end: number) => void {
  const input = core._inputHandler;
  const parser = input._parser;

  const wrap = (buffer: ScreenBuffer): Line => {
    buffer.x = 0;
    buffer.y++;
    if (buffer.y === buffer.scrollBottom + 1) {
      buffer.y--;
      core._bufferService.scroll(input._eraseAttrData(), true);
    } else {
      if (buffer.y >= core.rows) buffer.y = core.rows - 1;
      lineAt(buffer, buffer.ybase + buffer.y).isWrapped = true;
    }
    return lineAt(buffer, buffer.ybase + buffer.y);
  };

  const print = (data: Uint32Array, start: number, end: number): void => {
    const buffer = input._activeBuffer;
    const pen = input._curAttrData;
    const { fg, bg, extended } = pen;
    const hasExtended = (bg & BG.hasExtended) !== 0;
    const { cols } = core;
    const charset = core._charsetService.charset;
    const { wraparound } = core.coreService.decPrivateModes;
    const { insertMode } = core.coreService.modes;
    const isPlain = charset === undefined && !insertMode;
    let line = lineAt(buffer, buffer.ybase + buffer.y);
    let mayJoin = parser.precedingJoinState !== 0;
    let pos = start;

    while (pos < end) {
      let code = data[pos] ?? 0;
      if (code < 0x7f && isPlain) {
        if (buffer.x >= cols) {
          if (wraparound) line = wrap(buffer);
          else buffer.x = cols - 1;
        }
        let x = buffer.x;
        if (x > 0 && line.getWidth(x - 1) === 2) line.setCellFromCodepoint(x - 1, 0, 1, pen);
        const cells = line._data;
        do {
          const offset = x * 3;
          cells[offset] = code | (1 << CONTENT.widthShift);
          cells[offset + 1] = fg;
          cells[offset + 2] = bg;
          if (hasExtended) line._extendedAttrs[x] = extended;
          x++;
          pos++;
        } while (x < cols && pos < end && (code = data[pos] ?? 0) < 0x7f);
        buffer.x = x;
        mayJoin = true;
        if (x < cols) clearOrphanHalf(line, x, pen);
        continue;
      }
      pos++;
      const isPlainCode = code < 0x7f;
      if (charset !== undefined && isPlainCode) {
        code = charset[String.fromCharCode(code)]?.charCodeAt(0) ?? code;
      }
      const joinClass = code < 0x300 ? JOIN.narrow : joinClassOf(code);
      if (joinClass >= JOIN.mark && joinClass !== JOIN.narrowEmoji) {
        if (tryJoin(line, buffer, cols, code, joinClass, mayJoin, pen)) {
          mayJoin &&= charset === undefined;
          continue;
        }
        // A mark with nothing to sit on is dropped, as most terminals do.
        if (joinClass <= JOIN.emojiSelector) continue;
      } else if (joinClass === JOIN.narrowEmoji && mayJoin) {
        if (tryJoin(line, buffer, cols, code, joinClass, mayJoin, pen)) {
          mayJoin &&= charset === undefined;
          continue;
        }
      }
      const width = widthOfClass(joinClass);
      if (buffer.x + width > cols) {
        if (wraparound && width <= cols) {
          if (buffer.x < cols && line.getWidth(buffer.x) === 0) {
            line.setCellFromCodepoint(buffer.x - 1, 0, 1, pen);
          }
          for (let x = buffer.x; x < cols; x++) line.setCellFromCodepoint(x, 0, 1, pen);
          line = wrap(buffer);
        } else {
          buffer.x = cols - 1;
          if (width === 2) {
            mayJoin = false;
            continue;
          }
        }
      }
      const x = buffer.x;
      if (x > 0 && line.getWidth(x - 1) === 2) line.setCellFromCodepoint(x - 1, 0, 1, pen);
      if (insertMode) {
        if (line.getWidth(x) === 0) line.setCellFromCodepoint(x, 0, 1, pen);
        line.insertCells(x, width, buffer.getNullCell(pen));
        if (line.getWidth(cols - 1) === 2) line.setCellFromCodepoint(cols - 1, 0, 1, pen);
      }
      line.setCellFromCodepoint(x, code, width, pen);
      if (width === 2) line.setCellFromCodepoint(x + 1, 0, 0, pen);
      buffer.x = x + width;
      // Other text than ASCII has no business in such a set, and nothing joins or repeats it.
      mayJoin = charset === undefined || isPlainCode;
      if (buffer.x < cols) clearOrphanHalf(line, buffer.x, pen);
    }
    parser.precedingJoinState = mayJoin ? 1 : 0;
  };
  parser.setPrintHandler(print);
  return print;
}

/** The right half of a wide character whose left half has just been overwritten becomes blank. */
function clearOrphanHalf(line: Line, x: number, pen: Pen): void {
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

function tryJoin(
  line: Line,
  buffer: ScreenBuffer,
  cols: number,
  code: number,
  joinClass: number,
  mayJoin: boolean,
  pen: Pen,
): boolean {
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
        // Without a second column, or when it would reach over a cell that the cursor was moved to,
        // the selector is dropped: the cell's width must follow from its text.
        if (!mayJoin || at + 2 > cols) return true;
        widen(line, at);
        buffer.x = at + 2;
        if (buffer.x < cols) clearOrphanHalf(line, buffer.x, pen);
      }
      break;
    case JOIN.regionalIndicator:
      if (!mayJoin || text.length !== 2 || joinClassOf(base) !== JOIN.regionalIndicator)
        return false;
      break;
    case JOIN.emojiModifier:
      if (!mayJoin || !MODIFIER_BASE_AT_END.test(text)) return false;
      break;
    default:
      if (!mayJoin || text.charCodeAt(text.length - 1) !== 0x200d || !isPictograph(base))
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
