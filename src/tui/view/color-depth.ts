import { variable, type Environment } from "../../config/environment.ts";

/** Colours that may be written: none, the 16 of the user's palette, 256, or any. */
export type ColorDepth = "none" | "16" | "256" | "rgb";

/** Colour depth according to NO_COLOR, COLORTERM and TERM. */
export function colorDepthOf(env: Environment): ColorDepth {
  if (variable(env, "NO_COLOR") !== undefined) return "none";
  const term = variable(env, "TERM") ?? "";
  if (term === "dumb") return "none";
  const colorTerm = variable(env, "COLORTERM") ?? "";
  if (/truecolor|24bit/.test(colorTerm) || /direct|kitty|ghostty|alacritty/.test(term))
    return "rgb";
  return term.includes("256") ? "256" : "16";
}

const SGR = /\x1b\[([\d;:]*)m/g;

/** Reduces the colours of a styled line to those of the terminal; attributes stay. */
export function limitColors(line: string, depth: ColorDepth): string {
  if (depth === "rgb") return line;
  return line.replace(SGR, (sequence, params: string) => {
    const kept = limitParams(params.split(";"), depth);
    if (kept.length === 0) return params === "" ? sequence : "";
    return `\x1b[${kept.join(";")}m`;
  });
}

function limitParams(params: readonly string[], depth: ColorDepth): string[] {
  const kept: string[] = [];
  for (let at = 0; at < params.length; at++) {
    const param = params[at] ?? "";
    const code = Number(param);
    if (param.includes(":")) {
      // Underline colours; only underline styles (4:3) mean something without colours.
      if (param.startsWith("4:") || depth === "256") kept.push(param);
    } else if (code === 38 || code === 48) {
      const isRgb = params[at + 1] === "2";
      const values = params.slice(at + 2, at + (isRgb ? 5 : 3)).map(Number);
      kept.push(...limitColor(code, values, isRgb, depth));
      at += isRgb ? 4 : 2;
    } else if (depth !== "none" || !isColor(code)) {
      kept.push(param);
    }
  }
  return kept;
}

function limitColor(
  code: 38 | 48,
  values: readonly number[],
  isRgb: boolean,
  depth: ColorDepth,
): string[] {
  if (depth === "none") return [];
  const [first = 0, green = 0, blue = 0] = values;
  if (depth === "256") return [`${code};5;${isRgb ? nearestOf256(first, green, blue) : first}`];
  const [r, g, b] = isRgb ? [first, green, blue] : rgbOf256(first);
  const index = !isRgb && first < 16 ? first : nearestOf16(r, g, b);
  return [String(code - 8 + (index < 8 ? index : index + 52))];
}

function isColor(code: number): boolean {
  return (code >= 30 && code <= 49) || (code >= 90 && code <= 107);
}

const CUBE = [0, 95, 135, 175, 215, 255] as const;

function nearestOf256(r: number, g: number, b: number): number {
  const level = (value: number): number => (value < 48 ? 0 : Math.round((value - 55) / 40));
  if (Math.max(r, g, b) - Math.min(r, g, b) < 10 && r > 4 && r < 243) {
    return 232 + Math.min(23, Math.max(0, Math.round((r - 8) / 10)));
  }
  return 16 + 36 * level(r) + 6 * level(g) + level(b);
}

function rgbOf256(index: number): readonly [number, number, number] {
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return [grey, grey, grey];
  }
  const cube = Math.max(0, index - 16);
  return [
    CUBE[Math.floor(cube / 36) % 6] ?? 0,
    CUBE[Math.floor(cube / 6) % 6] ?? 0,
    CUBE[cube % 6] ?? 0,
  ];
}

/** The hue follows the channels near the strongest one, the brightness that one. */
function nearestOf16(r: number, g: number, b: number): number {
  const max = Math.max(r, g, b);
  if (max < 48) return 0;
  const isGrey = max - Math.min(r, g, b) < 32;
  if (isGrey) return max < 120 ? 8 : max < 215 ? 7 : 15;
  const near = (value: number): boolean => value > max * 0.6;
  const hue = (near(r) ? 1 : 0) + (near(g) ? 2 : 0) + (near(b) ? 4 : 0);
  return max > 200 ? hue + 8 : hue;
}
