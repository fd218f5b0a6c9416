import { BG, COLOR, FG, UNDERLINE_MASK, UNDERLINE_SHIFT } from "../xterm/cell-bits.ts";
import type { Palette } from "../state/palette.ts";
import type { PenWords } from "../snapshot/pen-writer.ts";

/** Share of the text's colour in dim text; the rest is background. */
const DIM_SHARE = 0.6;
const UNDERLINE_STYLES = ["solid", "solid", "double", "wavy", "dotted", "dashed"] as const;

/**
 * CSS declarations of two nested elements: a text decoration's style and colour apply to all lines of
 * an element, so an underline with its own style needs a separate element.
 */
export interface HtmlStyle {
  outer: string;
  inner: string;
}

/** A pen's style in CSS. Blinking text does not blink. */
export function htmlStyle(pen: PenWords, palette: Palette): HtmlStyle {
  const { fg, bg } = pen;
  const outer: string[] = [...colorRules(pen, palette)];
  if ((fg & FG.bold) !== 0) outer.push("font-weight:bold");
  if ((bg & BG.italic) !== 0) outer.push("font-style:italic");
  const lines: string[] = [];
  if ((fg & FG.strikethrough) !== 0) lines.push("line-through");
  if ((bg & BG.overline) !== 0) lines.push("overline");
  if (lines.length > 0) outer.push(`text-decoration:${lines.join(" ")}`);
  const underline = underlineRule(pen, palette);
  if (underline === undefined) return { outer: outer.join(";"), inner: "" };
  if (lines.length > 0) return { outer: outer.join(";"), inner: underline };
  return { outer: [...outer, underline].join(";"), inner: "" };
}

/** A colour in CSS. */
export function cssColor(rgb: number): string {
  return Bun.color(rgb, "hex") ?? "#000000";
}

function colorRules({ fg, bg }: PenWords, palette: Palette): string[] {
  const text = colorOf(fg, palette) ?? palette.dynamicRgb(10);
  const ground = colorOf(bg, palette) ?? palette.dynamicRgb(11);
  const isInverse = (fg & FG.inverse) !== 0;
  const [front, back] = isInverse ? [ground, text] : [text, ground];
  const hasOwn = (word: number): boolean => (word & COLOR.modeMask) !== 0;
  const rules: string[] = [];
  if ((fg & FG.invisible) !== 0) rules.push("color:transparent");
  else if ((bg & BG.dim) !== 0) rules.push(`color:${cssColor(mix(front, back))}`);
  else if (isInverse || hasOwn(fg)) rules.push(`color:${cssColor(front)}`);
  if (isInverse || hasOwn(bg)) rules.push(`background:${cssColor(back)}`);
  return rules;
}

/** The colour in a foreground, background or underline word; undefined for the default. */
function colorOf(word: number, palette: Palette): number | undefined {
  switch (word & COLOR.modeMask) {
    case COLOR.palette16:
    case COLOR.palette256:
      return palette.rgb(word & 0xff);
    case COLOR.rgb:
      return word & 0xffffff;
    default:
      return undefined;
  }
}

function mix(front: number, back: number): number {
  const channel = (shift: number): number => {
    const [a, b] = [(front >> shift) & 0xff, (back >> shift) & 0xff];
    return Math.round(a * DIM_SHARE + b * (1 - DIM_SHARE)) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

function underlineRule({ fg, ext }: PenWords, palette: Palette): string | undefined {
  if ((fg & FG.underline) === 0) return undefined;
  const style = UNDERLINE_STYLES[(ext & UNDERLINE_MASK) >> UNDERLINE_SHIFT] ?? "solid";
  const color = (fg & FG.invisible) === 0 ? colorOf(ext, palette) : undefined;
  const parts = ["underline"];
  if (style !== "solid") parts.push(style);
  if (color !== undefined) parts.push(cssColor(color));
  return `text-decoration:${parts.join(" ")}`;
}
