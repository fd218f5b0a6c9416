/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { BG, COLOR, FG, UNDERLINE_MASK, UNDERLINE_SHIFT } from "./cell-bits.ts";
import type { Pen } from "./xterm-core.ts";

/** Foreground and background words and the underline's style and colour, without the link. */
export interface PenWords {
  fg: number;
  bg: number;
  ext: number;
}

/** Flags of the background word that SGR sets. */
const BG_SGR_MASK = COLOR.mask | BG.italic | BG.dim | BG.overline;

/** The parameters after `0` that describe the pen, each with its semicolon. */
export function penToSgr(pen: Pen): string {
  return fullSgr({ fg: pen.fg, bg: pen.bg, ext: pen.extended._ext });
}

/** The shortest SGR sequence from one pen to the other; empty when they look the same. */
export function sgrChange(from: PenWords, to: PenWords): string {
  if (isSame(from, to)) return "";
  if (to.fg === 0 && (to.bg & BG_SGR_MASK) === 0 && to.ext === 0) return "\x1b[m";
  const partial = partialSgr(from, to);
  // `partial` begins with a semicolon too, which is not written. Nothing beats a single parameter.
  if (partial.length <= 3) return partial === "" ? "" : `\x1b[${partial.slice(1)}m`;
  const full = fullSgr(to);
  return full.length + 1 < partial.length ? `\x1b[${full}m` : `\x1b[${partial.slice(1)}m`;
}

function isSame(a: PenWords, b: PenWords): boolean {
  return a.fg === b.fg && ((a.bg ^ b.bg) & BG_SGR_MASK) === 0 && a.ext === b.ext;
}

/** The parameters after `0`, each with its semicolon. */
export function fullSgr({ fg, bg, ext }: PenWords): string {
  let out = "";
  if ((fg & FG.bold) !== 0) out += ";1";
  if ((bg & BG.dim) !== 0) out += ";2";
  if ((bg & BG.italic) !== 0) out += ";3";
  const underline = underlineStyle(fg, ext);
  if (underline !== 0) out += underlineSgr(underline);
  if ((fg & FG.blink) !== 0) out += ";5";
  if ((fg & FG.inverse) !== 0) out += ";7";
  if ((fg & FG.invisible) !== 0) out += ";8";
  if ((fg & FG.strikethrough) !== 0) out += ";9";
  if ((bg & BG.overline) !== 0) out += ";53";
  out += colorSgr(fg & COLOR.mask, 30, false);
  out += colorSgr(bg & COLOR.mask, 40, false);
  return out + underlineColorSgr(ext & COLOR.mask, false);
}

function partialSgr(from: PenWords, to: PenWords): string {
  if (from.fg === to.fg && ((from.bg ^ to.bg) & BG_SGR_MASK) === 0 && from.ext === to.ext)
    return "";
  let out = "";
  const fgFlags = from.fg ^ to.fg;
  const bgFlags = from.bg ^ to.bg;
  if ((fgFlags & FG.bold) !== 0 || (bgFlags & BG.dim) !== 0) {
    // 22 ends both, so the one that stays is set again.
    const ends = (fgFlags & from.fg & FG.bold) !== 0 || (bgFlags & from.bg & BG.dim) !== 0;
    if (ends) out += ";22";
    if ((to.fg & FG.bold) !== 0 && (ends || (from.fg & FG.bold) === 0)) out += ";1";
    if ((to.bg & BG.dim) !== 0 && (ends || (from.bg & BG.dim) === 0)) out += ";2";
  }
  if ((bgFlags & BG.italic) !== 0) out += (to.bg & BG.italic) !== 0 ? ";3" : ";23";
  const underline = underlineStyle(to.fg, to.ext);
  if (underline !== underlineStyle(from.fg, from.ext)) out += underlineSgr(underline);
  if ((fgFlags & FG.blink) !== 0) out += (to.fg & FG.blink) !== 0 ? ";5" : ";25";
  if ((fgFlags & FG.inverse) !== 0) out += (to.fg & FG.inverse) !== 0 ? ";7" : ";27";
  if ((fgFlags & FG.invisible) !== 0) out += (to.fg & FG.invisible) !== 0 ? ";8" : ";28";
  if ((fgFlags & FG.strikethrough) !== 0) out += (to.fg & FG.strikethrough) !== 0 ? ";9" : ";29";
  if ((bgFlags & BG.overline) !== 0) out += (to.bg & BG.overline) !== 0 ? ";53" : ";55";
  if ((fgFlags & COLOR.mask) !== 0) out += colorSgr(to.fg & COLOR.mask, 30, true);
  if ((bgFlags & COLOR.mask) !== 0) out += colorSgr(to.bg & COLOR.mask, 40, true);
  if (((from.ext ^ to.ext) & COLOR.mask) !== 0) out += underlineColorSgr(to.ext & COLOR.mask, true);
  return out;
}

function underlineStyle(fg: number, ext: number): number {
  if ((fg & FG.underline) === 0) return 0;
  return (ext & UNDERLINE_MASK) >> UNDERLINE_SHIFT || 1;
}

function underlineSgr(style: number): string {
  if (style === 0) return ";24";
  return style === 1 ? ";4" : `;4:${style}`;
}

function colorSgr(color: number, base: 30 | 40, namesDefault: boolean): string {
  const value = color & 0xff;
  switch (color & COLOR.modeMask) {
    case COLOR.palette16:
      return value < 8 ? `;${base + value}` : `;${base + 52 + value}`;
    case COLOR.palette256:
      return `;${base + 8};5;${value}`;
    case COLOR.rgb:
      return `;${base + 8};2;${(color >> 16) & 0xff};${(color >> 8) & 0xff};${value}`;
    default:
      return namesDefault ? `;${base + 9}` : "";
  }
}

/** With colons: terminals that do not know 58 then skip it whole. */
function underlineColorSgr(color: number, namesDefault: boolean): string {
  const value = color & 0xff;
  switch (color & COLOR.modeMask) {
    case COLOR.palette256:
      return `;58:5:${value}`;
    case COLOR.rgb:
      return `;58:2::${(color >> 16) & 0xff}:${(color >> 8) & 0xff}:${value}`;
    default:
      return namesDefault ? ";59" : "";
  }
}
