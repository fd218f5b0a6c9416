import { BG, COLOR, FG, UNDERLINE_MASK, UNDERLINE_SHIFT } from "./cell-bits.ts";
import type { ExtendedAttrs, Params, Pen } from "./xterm-core.ts";

/**
 * Applies `CSI … m` to the pen.
 *
 * Replaces xterm's handler, which forgets protection on SGR 0, turns SGR 59 into white, and drops an
 * underline's colour that is set before the underline.
 */
export function applySgr(params: Params, pen: Pen): void {
  for (let i = 0; i < params.length; i++) {
    const code = params.params[i] ?? 0;
    if (code >= 30 && code <= 37) setForeground(pen, COLOR.palette16 | (code - 30));
    else if (code >= 40 && code <= 47) setBackground(pen, COLOR.palette16 | (code - 40));
    else if (code >= 90 && code <= 97) setForeground(pen, COLOR.palette16 | (code - 82));
    else if (code >= 100 && code <= 107) setBackground(pen, COLOR.palette16 | (code - 92));
    else if (code === 38 || code === 48 || code === 58) i += applyColor(params, i, code, pen);
    else if (code === 4) setUnderline(pen, underlineStyleOf(params, i));
    else applyFlag(code, pen);
  }
}

function underlineStyleOf(params: Params, index: number): number {
  if (!params.hasSubParams(index)) return 1;
  const style = params.getSubParams(index)?.[0] ?? 1;
  return style < 0 || style > 5 ? 1 : style;
}

function applyFlag(code: number, pen: Pen): void {
  switch (code) {
    case 0:
      resetPen(pen);
      break;
    case 1:
      pen.fg |= FG.bold;
      break;
    case 2:
      pen.bg |= BG.dim;
      break;
    case 3:
      pen.bg |= BG.italic;
      break;
    case 5:
    case 6:
      pen.fg |= FG.blink;
      break;
    case 7:
      pen.fg |= FG.inverse;
      break;
    case 8:
      pen.fg |= FG.invisible;
      break;
    case 9:
      pen.fg |= FG.strikethrough;
      break;
    case 21:
      setUnderline(pen, 2);
      break;
    case 22:
      pen.fg &= ~FG.bold;
      pen.bg &= ~BG.dim;
      break;
    case 23:
      pen.bg &= ~BG.italic;
      break;
    case 24:
      setUnderline(pen, 0);
      break;
    case 25:
      pen.fg &= ~FG.blink;
      break;
    case 27:
      pen.fg &= ~FG.inverse;
      break;
    case 28:
      pen.fg &= ~FG.invisible;
      break;
    case 29:
      pen.fg &= ~FG.strikethrough;
      break;
    case 39:
      setForeground(pen, 0);
      break;
    case 49:
      setBackground(pen, 0);
      break;
    case 53:
      pen.bg |= BG.overline;
      break;
    case 55:
      pen.bg &= ~BG.overline;
      break;
    case 59:
      setUnderlineColor(pen, 0);
      break;
    default:
      break;
  }
}

/** Everything but the link and the protection, which SGR does not touch. */
function resetPen(pen: Pen): void {
  pen.fg = 0;
  pen.bg &= BG.protected;
  setExtended(pen, 0);
}

function setForeground(pen: Pen, color: number): void {
  pen.fg = (pen.fg & ~COLOR.mask) | color;
}

function setBackground(pen: Pen, color: number): void {
  pen.bg = (pen.bg & ~COLOR.mask) | color;
}

function setUnderline(pen: Pen, style: number): void {
  if (style === 0) pen.fg &= ~FG.underline;
  else pen.fg |= FG.underline;
  setExtended(pen, (pen.extended._ext & ~UNDERLINE_MASK) | (style << UNDERLINE_SHIFT));
}

function setUnderlineColor(pen: Pen, color: number): void {
  setExtended(pen, (pen.extended._ext & ~COLOR.mask) | color);
}

/** Extended attributes without a link, by `_ext`: a few repeat throughout. */
const looks = new Map<number, ExtendedAttrs>();
const MAX_LOOKS = 256;

/** Cells share the object, so a change needs a new one. */
function setExtended(pen: Pen, ext: number): void {
  if (pen.extended._ext !== ext) pen.extended = lookOf(pen.extended, ext);
  updateExtended(pen);
}

function lookOf(before: ExtendedAttrs, ext: number): ExtendedAttrs {
  const known = before._urlId === 0 ? looks.get(ext) : undefined;
  if (known?.constructor === before.constructor) return known;
  const look = before.clone();
  look._ext = ext;
  if (look._urlId === 0 && looks.size < MAX_LOOKS) looks.set(ext, look);
  return look;
}

/** Cells keep the extended attributes only when this flag says that there are any. */
export function updateExtended(pen: Pen): void {
  const { _ext, _urlId } = pen.extended;
  if ((_ext & UNDERLINE_MASK) !== 0 || _urlId !== 0) pen.bg |= BG.hasExtended;
  else pen.bg &= ~BG.hasExtended;
}

/** Returns how many further parameters the colour took. */
function applyColor(params: Params, index: number, code: number, pen: Pen): number {
  const sub = params.hasSubParams(index) ? params.getSubParams(index) : null;
  let color: number | undefined;
  let taken = 0;
  if (sub !== null) {
    color = colorOf(
      sub[0] ?? 0,
      sub.length > 4 ? sub[2] : sub[1],
      sub[sub.length - 2],
      sub[sub.length - 1],
    );
  } else {
    const { params: values, length } = params;
    const kind = index + 1 < length ? (values[index + 1] ?? 0) : 0;
    taken = kind === 5 ? 2 : kind === 2 ? 4 : 1;
    taken = Math.min(taken, length - 1 - index);
    // Missing parameters count as zero.
    const first = taken > 1 ? (values[index + 2] ?? 0) : 0;
    const second = taken > 2 ? (values[index + 3] ?? 0) : 0;
    color = colorOf(kind, first, second, taken > 3 ? (values[index + 4] ?? 0) : 0);
  }
  if (color === undefined) return taken;
  if (code === 38) setForeground(pen, color);
  else if (code === 48) setBackground(pen, color);
  else setUnderlineColor(pen, color);
  return taken;
}

function colorOf(kind: number, a = 0, b = 0, c = 0): number | undefined {
  const byte = (value: number): number => Math.min(255, Math.max(0, value));
  if (kind === 5) return COLOR.palette256 | byte(a);
  if (kind === 2) return COLOR.rgb | (byte(a) << 16) | (byte(b) << 8) | byte(c);
  return undefined;
}
