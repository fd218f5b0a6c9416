import { BG } from "../xterm/cell-bits.ts";
import type { Hyperlink } from "../state/hyperlinks.ts";
import { applySgr } from "../xterm/sgr.ts";
import type { StyledRun } from "../read/styled-line.ts";
import type { ExtendedAttrs, Params, Pen } from "../xterm/xterm-core.ts";
import type { ArchiveRecord } from "./archive-record.ts";

/** SGR, OSC 8 and OSC 133; anything else that begins with a control is left out. */
const SEQUENCE = /\x1b\[([\d;:]*)m|\x1b\](8|133);([^\x1b\x07]*)(?:\x1b\\|\x07)|\p{Cc}/gu;
const HIDDEN_FLAGS = BG.hasExtended | BG.protected;
const MAX_SGR_PARAMETERS = 32;

const decoder = new TextDecoder();

/**
 * A line from its records, as it looks on a terminal with this many columns. Whatever the bytes are,
 * the result holds only text, styles and links.
 */
export function readArchivedLine(records: readonly ArchiveRecord[], cols: number): StyledRun[] {
  const runs = records.flatMap(({ text }) => readText(decoder.decode(text)));
  const last = records.at(-1);
  if (last === undefined || last.fill.byteLength === 0) return runs;
  const cells = records.reduce((sum, record) => sum + record.cells, 0);
  // A full row has no room to fill.
  const blanks = cells > 0 && cells % cols === 0 ? 0 : cols - (cells % cols);
  return [...runs, ...readFill(decoder.decode(last.fill), blanks)];
}

/** The blanks after the text have the style that its fill begins with. */
function readFill(fill: string, blanks: number): StyledRun[] {
  const pen = new TextPen();
  const parameters = /^\x1b\[([\d;:]*)m/.exec(fill)?.[1];
  if (parameters === undefined || blanks === 0) return [];
  pen.apply(parameters);
  return [{ text: " ".repeat(blanks), pen: pen.words(), link: undefined }];
}

function readText(text: string): StyledRun[] {
  if (!text.includes("\x1b")) return text === "" ? [] : [plainRun(text.replace(/\p{Cc}/gu, ""))];
  const runs: StyledRun[] = [];
  const pen = new TextPen();
  let link: Hyperlink | undefined;
  let from = 0;
  const addRun = (end: number): void => {
    if (end > from) runs.push({ text: text.slice(from, end), pen: pen.words(), link });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    addRun(match.index);
    from = match.index + match[0].length;
    if (match[1] !== undefined) pen.apply(match[1]);
    else if (match[2] === "8") link = linkOf(match[3] ?? "");
  }
  addRun(text.length);
  return joinRuns(runs);
}

function plainRun(text: string): StyledRun {
  return { text, pen: { fg: 0, bg: 0, ext: 0 }, link: undefined };
}

function linkOf(payload: string): Hyperlink | undefined {
  const separator = payload.indexOf(";");
  const uri = payload.slice(separator + 1);
  if (separator < 0 || uri === "") return undefined;
  return { params: payload.slice(0, separator), uri };
}

/** A style may be set twice, to keep clusters apart. */
function joinRuns(runs: readonly StyledRun[]): StyledRun[] {
  const joined: StyledRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last === undefined || !looksSame(last, run)) joined.push(run);
    else joined[joined.length - 1] = { ...last, text: last.text + run.text };
  }
  return joined;
}

function looksSame(a: StyledRun, b: StyledRun): boolean {
  return (
    a.link === b.link && a.pen.fg === b.pen.fg && a.pen.bg === b.pen.bg && a.pen.ext === b.pen.ext
  );
}

/** A pen of the terminal model's kind, changed by the same SGR. */
class TextPen {
  readonly #pen: Pen = { fg: 0, bg: 0, extended: new TextAttrs(0) };

  words(): StyledRun["pen"] {
    const { fg, bg, extended } = this.#pen;
    return { fg: fg | 0, bg: (bg & ~HIDDEN_FLAGS) | 0, ext: extended._ext };
  }

  apply(parameters: string): void {
    applySgr(new SgrParams(parameters), this.#pen);
  }
}

class TextAttrs implements ExtendedAttrs {
  _urlId = 0;

  constructor(public _ext: number) {}

  clone(): ExtendedAttrs {
    return new TextAttrs(this._ext);
  }
}

class SgrParams implements Params {
  readonly params: number[] = [];
  readonly #sub: (number[] | undefined)[] = [];

  constructor(text: string) {
    for (const part of text.split(";").slice(0, MAX_SGR_PARAMETERS)) {
      const [first = "", ...sub] = part.split(":");
      this.params.push(Number(first));
      // An empty parameter counts as missing, which xterm's parser writes as −1.
      this.#sub.push(sub.length === 0 ? undefined : sub.map((it) => (it === "" ? -1 : Number(it))));
    }
  }

  get length(): number {
    return this.params.length;
  }

  hasSubParams(index: number): boolean {
    return this.#sub[index] !== undefined;
  }

  getSubParams(index: number): number[] | null {
    return this.#sub[index] ?? null;
  }
}
