import { BG, COLOR, FG, UNDERLINE_MASK, UNDERLINE_SHIFT } from "../xterm/cell-bits.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { Pen } from "../xterm/xterm-core.ts";

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

/** The shortest SGR sequence from one pen to the other; empty when they have the same style. */
export function sgrChange(from: PenWords, to: PenWords): string {
  if (isSame(from, to)) return "";
  if (to.fg === 0 && (to.bg & BG_SGR_MASK) === 0 && to.ext === 0) return "\x1b[m";
  const partial = partialSgr(from, to);
  // `partial` also begins with a semicolon that is not written. A single parameter is the shortest.
  if (partial.length <= 3) return partial === "" ? "" : `\x1b[${partial.slice(1)}m`;
  const full = fullSgr(to);
  return full.length + 1 < partial.length ? `\x1b[${full}m` : `\x1b[${partial.slice(1)}m`;
}

/** Longer than any sequence that {@link writeSgrChange} writes. */
const MAX_SGR_BYTES = 80;
const ESC = 0x1b;
const LEFT_BRACKET = 0x5b;
const SEMICOLON = 0x3b;
const ZERO = 0x30;
const SMALL_M = 0x6d;

/**
 * Writes an SGR sequence from one pen to the other, directly as bytes: they are a large part of a
 * coloured line.
 */
export function writeSgrChange(out: ByteWriter, from: PenWords, to: PenWords): void {
  const { fg, ext } = to;
  const bg = to.bg & BG_SGR_MASK;
  const fromBg = from.bg & BG_SGR_MASK;
  const fgChange = from.fg ^ fg;
  const bgChange = fromBg ^ bg;
  const extChange = from.ext ^ ext;
  if ((fgChange | bgChange | extChange) === 0) return;
  const bytes = out.room(MAX_SGR_BYTES);
  const start = out.size;
  bytes[start] = ESC;
  bytes[start + 1] = LEFT_BRACKET;
  // Each parameter is written with a semicolon before it; the first one is overwritten.
  let at = start + 2;
  if ((fg | bg | ext) !== 0) {
    const changesFlags = (((fgChange | bgChange) & ~COLOR.mask) | extChange) !== 0;
    if (changesFlags) {
      if ((from.fg | fromBg | from.ext) !== 0) at = writeNumber(bytes, at, 0);
      at = writeFlags(bytes, at, fg, bg, ext);
      if ((fg & COLOR.mask) !== 0) at = writeColor(bytes, at, fg, 30);
      if ((bg & COLOR.mask) !== 0) at = writeColor(bytes, at, bg, 40);
      if ((ext & COLOR.mask) !== 0) {
        for (const it of underlineColorSgr(ext & COLOR.mask, false)) bytes[at++] = it.charCodeAt(0);
      }
    } else {
      if (fgChange !== 0) at = writeColor(bytes, at, fg, 30);
      if (bgChange !== 0) at = writeColor(bytes, at, bg, 40);
    }
    bytes.copyWithin(start + 2, start + 3, at--);
  }
  bytes[at++] = SMALL_M;
  out.advance(at - start);
}

function writeFlags(bytes: Uint8Array, start: number, fg: number, bg: number, ext: number): number {
  let at = start;
  if ((fg & FG.bold) !== 0) at = writeNumber(bytes, at, 1);
  if ((bg & BG.dim) !== 0) at = writeNumber(bytes, at, 2);
  if ((bg & BG.italic) !== 0) at = writeNumber(bytes, at, 3);
  const underline = underlineStyle(fg, ext);
  if (underline === 1) at = writeNumber(bytes, at, 4);
  else if (underline !== 0) {
    for (const it of underlineSgr(underline)) bytes[at++] = it.charCodeAt(0);
  }
  if ((fg & FG.blink) !== 0) at = writeNumber(bytes, at, 5);
  if ((fg & FG.inverse) !== 0) at = writeNumber(bytes, at, 7);
  if ((fg & FG.invisible) !== 0) at = writeNumber(bytes, at, 8);
  if ((fg & FG.strikethrough) !== 0) at = writeNumber(bytes, at, 9);
  if ((bg & BG.overline) !== 0) at = writeNumber(bytes, at, 53);
  return at;
}

function writeColor(bytes: Uint8Array, start: number, color: number, base: 30 | 40): number {
  const value = color & 0xff;
  let at = start;
  switch (color & COLOR.modeMask) {
    case COLOR.palette16:
      return writeNumber(bytes, at, value < 8 ? base + value : base + 52 + value);
    case COLOR.palette256:
      at = writeNumber(bytes, at, base + 8);
      at = writeNumber(bytes, at, 5);
      return writeNumber(bytes, at, value);
    case COLOR.rgb:
      at = writeNumber(bytes, at, base + 8);
      at = writeNumber(bytes, at, 2);
      at = writeNumber(bytes, at, (color >> 16) & 0xff);
      at = writeNumber(bytes, at, (color >> 8) & 0xff);
      return writeNumber(bytes, at, value);
    default:
      return writeNumber(bytes, at, base + 9);
  }
}

/** Writes a semicolon and a number below 1000. */
function writeNumber(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  bytes[at++] = SEMICOLON;
  if (value >= 10) {
    const tens = (value * 205) >> 11;
    if (value >= 100) {
      const hundreds = (tens * 205) >> 11;
      bytes[at++] = ZERO + hundreds;
      bytes[at++] = ZERO + tens - hundreds * 10;
    } else {
      bytes[at++] = ZERO + tens;
    }
    bytes[at++] = ZERO + value - tens * 10;
  } else {
    bytes[at++] = ZERO + value;
  }
  return at;
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
    // 22 ends both bold and dim, so the one that stays is set again.
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

/** With colons, because terminals that do not know 58 then skip all of it. */
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
