import { openCore, type Charset, type XtermCore } from "./xterm-core.ts";

/** Final bytes of the character sets that xterm knows; `B` is US-ASCII, the default. */
const DESIGNATORS = ["0", "A", "4", "C", "R", "Q", "K", "Y", "E", "Z", "H", "="] as const;
const SLOTS = ["(", ")", "*", "+"] as const;
const SHIFTS = ["\x0f", "\x0e", "\x1bn", "\x1bo"] as const;

export interface CharsetState {
  /** Which of G0–G3 is in use. */
  level: number;
  /** Designator of each of G0–G3. */
  slots: [string, string, string, string];
}

export const DEFAULT_CHARSETS: CharsetState = { level: 0, slots: ["B", "B", "B", "B"] };

let designators: Map<Charset, string> | undefined;

/** xterm keeps tables without names, so ask a scratch terminal once which table each name gives. */
function designatorOf(charset: Charset): string {
  if (charset === undefined) return "B";
  if (designators === undefined) {
    designators = new Map();
    const scratch = openCore({ rows: 1, cols: 2, scrollback: 0 });
    for (const name of DESIGNATORS) {
      const sequence = Uint32Array.from(`\x1b(${name}`, (it) => it.charCodeAt(0));
      scratch._inputHandler._parser.parse(sequence, sequence.length);
      designators.set(scratch._charsetService.charset, name);
    }
    scratch.dispose();
  }
  return designators.get(charset) ?? "B";
}

export function readCharsets(core: XtermCore): CharsetState {
  const service = core._charsetService;
  const [g0, g1, g2, g3] = service._charsets;
  return {
    level: service.glevel,
    slots: [designatorOf(g0), designatorOf(g1), designatorOf(g2), designatorOf(g3)],
  };
}

/** The sequences that turn one state into the other. */
export function charsetChange(from: CharsetState, to: CharsetState): string {
  let out = "";
  for (const [i, slot] of SLOTS.entries()) {
    if (from.slots[i] !== to.slots[i]) out += `\x1b${slot}${to.slots[i]}`;
  }
  if (from.level !== to.level) out += SHIFTS[to.level] ?? SHIFTS[0];
  return out;
}

/**
 * The text to print so that a cell's text appears while a character set is in use; undefined when that
 * is impossible. Terminals then show non-ASCII text as blanks.
 */
export function encodeIn(charset: Charset, text: string): string | undefined {
  if (charset === undefined) return text;
  for (const [from, to] of Object.entries(charset)) {
    if (to === text) return from;
  }
  return /^[ -~]$/.test(text) && charset[text] === undefined ? text : undefined;
}
