import { QUESTION } from "../stream/replies.ts";

/** `#rgb`, `#rrggbb`, `rgb:r/g/b`, `rgba:…` and colour names; nothing that could end the sequence. */
const COLOR_SPEC = /^[\w#:/.,% -]{1,64}$/;
const MAX_INDEX = 255;

/** OSC numbers of the single colours: 10 text, 11 background, 12 cursor, up to 19. */
const FIRST_DYNAMIC = 10;
const LAST_DYNAMIC = 19;

const DEFAULT_DYNAMIC: Record<number, string> = {
  10: "rgb:e5e5/e5e5/e5e5",
  11: "rgb:0000/0000/0000",
  12: "rgb:e5e5/e5e5/e5e5",
};

const BASE_COLORS = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
  0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];

/** Palette and default colours that the program has changed (OSC 4, 10–19, 104, 110–119). */
export class Palette {
  readonly #indexed = new Map<number, string>();
  readonly #dynamic = new Map<number, string>();

  readonly #reply: (text: string) => void;
  readonly #leaveUnanswered: (question: string) => void;

  constructor(reply: (text: string) => void, leaveUnanswered: (question: string) => void) {
    this.#reply = reply;
    this.#leaveUnanswered = leaveUnanswered;
  }

  /** OSC 4 ; index ; colour or `?` … */
  setIndexed(payload: string): void {
    const slots = payload.split(";");
    for (let i = 0; i + 1 < slots.length; i += 2) {
      const index = indexOf(slots[i] ?? "");
      const spec = slots[i + 1] ?? "";
      if (index === undefined) continue;
      if (spec === "?") this.#reply(`\x1b]4;${index};${this.#indexedReport(index)}\x1b\\`);
      else if (COLOR_SPEC.test(spec)) this.#indexed.set(index, spec);
    }
  }

  /** OSC 10 ; colour or `?` ; the same for 11 … */
  setDynamic(first: number, payload: string): void {
    let number = first;
    for (const spec of payload.split(";")) {
      if (number > LAST_DYNAMIC) break;
      if (spec === "?") this.#reportDynamic(number);
      else if (COLOR_SPEC.test(spec)) this.#dynamic.set(number, spec);
      number++;
    }
  }

  /** OSC 104 ; index … or all of them */
  resetIndexed(payload: string): void {
    if (payload === "") this.#indexed.clear();
    for (const slot of payload.split(";")) {
      const index = indexOf(slot);
      if (index !== undefined) this.#indexed.delete(index);
    }
  }

  /** OSC 110–119 */
  resetDynamic(osc: number): void {
    this.#dynamic.delete(osc - 100);
  }

  reset(): void {
    this.#indexed.clear();
    this.#dynamic.clear();
  }

  restore(): string {
    let out = "";
    for (const [index, spec] of this.list()) out += `\x1b]4;${index};${spec}\x1b\\`;
    for (const [number, spec] of this.listDynamic()) out += `\x1b]${number};${spec}\x1b\\`;
    return out;
  }

  list(): [number, string][] {
    return [...this.#indexed].sort(([a], [b]) => a - b);
  }

  listDynamic(): [number, string][] {
    return [...this.#dynamic].sort(([a], [b]) => a - b);
  }

  /** A palette colour as 0xrrggbb: the program's if it was given in numbers, else XTerm's. */
  rgb(index: number): number {
    return rgbOf(this.#indexed.get(index)) ?? defaultColor(index);
  }

  /** Text (10) or background (11) as 0xrrggbb. */
  dynamicRgb(number: 10 | 11): number {
    return rgbOf(this.#dynamic.get(number)) ?? rgbOf(DEFAULT_DYNAMIC[number]) ?? 0;
  }

  #indexedReport(index: number): string {
    const spec = this.#indexed.get(index);
    return (spec === undefined ? undefined : reportOf(spec)) ?? rgbText(defaultColor(index));
  }

  #reportDynamic(number: number): void {
    const spec = this.#dynamic.get(number);
    const color = (spec === undefined ? undefined : reportOf(spec)) ?? DEFAULT_DYNAMIC[number];
    if (color === undefined) this.#leaveUnanswered(QUESTION.color(String(number)));
    else this.#reply(`\x1b]${number};${color}\x1b\\`);
  }
}

export const DYNAMIC_COLORS: readonly number[] = Array.from(
  { length: LAST_DYNAMIC - FIRST_DYNAMIC + 1 },
  (_, i) => FIRST_DYNAMIC + i,
);

function indexOf(text: string): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const index = Number(text);
  return index <= MAX_INDEX ? index : undefined;
}

/** The form in which terminals report colours (`rgb:rrrr/gggg/bbbb`); undefined for names. */
function reportOf(spec: string): string | undefined {
  const hash = /^#([\da-f]{3}|[\da-f]{6}|[\da-f]{9}|[\da-f]{12})$/i.exec(spec)?.[1];
  if (hash !== undefined) {
    const digits = hash.length / 3;
    return `rgb:${[0, 1, 2].map((i) => widen(hash.slice(i * digits, (i + 1) * digits))).join("/")}`;
  }
  const rgb = /^rgb:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})$/i.exec(spec);
  if (rgb === null) return undefined;
  return `rgb:${rgb.slice(1).map(widen).join("/")}`;
}

/** The upper eight bits of each channel; undefined for names. */
function rgbOf(spec: string | undefined): number | undefined {
  const report = spec === undefined ? undefined : reportOf(spec);
  if (report === undefined) return undefined;
  return parseInt(report.slice(4, 6) + report.slice(9, 11) + report.slice(14, 16), 16);
}

function widen(hex: string): string {
  return hex.repeat(4).slice(0, 4).toLowerCase();
}

function rgbText(color: number): string {
  const parts = [color >> 16, (color >> 8) & 0xff, color & 0xff];
  return `rgb:${parts.map((part) => part.toString(16).padStart(2, "0").repeat(2)).join("/")}`;
}

/** XTerm's palette: 16 colours, a cube of 6×6×6, 24 greys. */
function defaultColor(index: number): number {
  const base = BASE_COLORS[index];
  if (base !== undefined) return base;
  if (index >= 232) return (8 + (index - 232) * 10) * 0x010101;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return (
    (level(Math.floor(cube / 36)) << 16) | (level(Math.floor(cube / 6) % 6) << 8) | level(cube % 6)
  );
}
