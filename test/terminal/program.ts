/** Screen sizes for random programs: small, narrow, wide, and with a single row. */
export const PROGRAM_SIZES = [
  { rows: 6, cols: 12 },
  { rows: 4, cols: 9 },
  { rows: 10, cols: 20 },
  { rows: 3, cols: 40 },
  { rows: 1, cols: 7 },
];

/** Seeded, so that a failure can be repeated (mulberry32). */
export class Random {
  constructor(private seed: number) {}

  /** 0 up to but not including `limit`. */
  below(limit: number): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.below(from.length)];
    if (chosen === undefined) throw new Error("nothing to pick from");
    return chosen;
  }
}

const WORDS = [
  "a",
  "hello ",
  "x",
  "   ",
  "wrapped text that is longer ",
  "0123456789",
  "é",
  "ß",
  "1",
  "#",
];
const WIDE = [
  "世",
  "界",
  "한",
  "漢字",
  "。",
  "😀",
  "👍🏽",
  "👩‍👩‍👧‍👦",
  "🇩🇪",
  "🇩",
  "❤️",
  "❤",
  "1️⃣",
  "☺️",
  "👩",
  "👧",
  "🏽",
  "\u{1f3f4}\u{e0067}\u{e007f}",
];
const MARKS = ["\u0301", "\u200d", "\ufe0f", "\u0308", "\u200b", "\u1160", "\u20e3"];
const CONTROLS = [
  "\r",
  "\n",
  "\r\n",
  "\b",
  "\t",
  "\x07",
  "\x0e",
  "\x0f",
  "\v",
  "\f",
  "\x84",
  "\x85",
  "\x88",
  "\0",
  "\x18",
];
const SGR = [
  "",
  "0",
  "1",
  "2",
  "3",
  "4",
  "4:3",
  "4:0",
  "5",
  "7",
  "8",
  "9",
  "21",
  "22",
  "23",
  "24",
  "25",
  "27",
  "28",
  "29",
  "31",
  "42",
  "95",
  "107",
  "38;5;123",
  "48;5;200",
  "38;2;1;2;3",
  "48;2;250;0;9",
  "38:2::9:8:7",
  "48:5:77",
  "58:5:9",
  "58:2::1:2:3",
  "58;5;3",
  "59",
  "39",
  "49",
  "53",
  "55",
  "1;31;44",
  "0;7",
];
const MODES = [
  1, 3, 5, 6, 6, 7, 7, 9, 12, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016,
  1047, 1048, 1049, 1049, 2004, 2026, 2027, 2031, 2048,
];
const OSC = [
  "0;title",
  "1;icon",
  "2;tïtle",
  "2;",
  "4;1;#ff0000",
  "4;7;rgb:1/2/3;9;red",
  "4;1;?",
  "7;file://host/tmp",
  "8;;http://a.example/x",
  "8;id=1;http://b.example/",
  "8;;",
  "10;#112233",
  "11;red",
  "12;#fff",
  "10;#111;#222;#333",
  "104",
  "104;1",
  "110",
  "111",
  "112",
  "133;A",
  "133;B",
  "133;C",
  "133;D;0",
  "52;c;aGk=",
  "9;hello",
];
const DCS = ["$qm", "$q q", "+q544e", "1;2|payload", "q#0"];
const ESCAPES = [
  "7",
  "8",
  "D",
  "E",
  "H",
  "M",
  "=",
  ">",
  "(0",
  "(B",
  ")0",
  "*A",
  "+K",
  "n",
  "o",
  "#8",
  "~",
];
const RARE_ESCAPES = ["c"];

export interface ProgramSize {
  rows: number;
  cols: number;
}

/** Random terminal input of a given length, weighted towards sequences that move text. */
export function randomProgram(random: Random, { rows, cols }: ProgramSize): string {
  let out = "";
  const steps = 1 + random.below(random.chance(15) ? 120 : 40);
  for (let i = 0; i < steps; i++) out += randomStep(random, rows, cols);
  return out;
}

function randomStep(random: Random, rows: number, cols: number): string {
  const kind = random.below(100);
  if (kind < 24) return random.pick(WORDS).repeat(1 + random.below(3));
  if (kind < 32) return random.pick(WIDE);
  if (kind < 36) return random.pick(MARKS);
  if (kind < 48) return random.pick(CONTROLS);
  if (kind < 60) return `\x1b[${random.pick(SGR)}m`;
  if (kind < 84) return randomCsi(random, rows, cols);
  if (kind < 89) return `\x1b${random.pick(ESCAPES)}`;
  if (kind < 94) return `\x1b]${random.pick(OSC)}${random.pick(["\x07", "\x1b\\"])}`;
  if (kind < 96) return `\x1bP${random.pick(DCS)}\x1b\\`;
  if (kind < 98)
    return `\x1b[${random.pick(["<u", "<2u", ">1u", ">5u", "=3u", "=4;2u", "=1;3u", ">4;2m", ">4m", ">1;3m", ">4n", "?u"])}`;
  return random.chance(20) ? `\x1b${random.pick(RARE_ESCAPES)}` : "\x1b[!p";
}

function randomCsi(random: Random, rows: number, cols: number): string {
  const row = (): number => random.below(rows + 2);
  const column = (): number => random.below(cols + 3);
  const few = (): string => random.pick(["", "1", "2", "3", `${column()}`, "99999"]);
  switch (random.below(13)) {
    case 0:
    case 1:
    case 2:
      return `\x1b[${row()};${column()}H`;
    case 3:
      return `\x1b[${few()}${random.pick(["A", "B", "C", "D", "E", "F", "G", "I", "Z", "`", "a", "d", "e"])}`;
    case 4:
      return `\x1b[${random.pick(["", "1", "2", "3", "?", "?1"])}J`;
    case 5:
      return `\x1b[${random.pick(["", "1", "2", "?", "?1"])}K`;
    case 6:
      return `\x1b[${few()}${random.pick(["@", "P", "X", "L", "M", "S", "T", "b", " @", " A", "'}", "'~"])}`;
    case 7:
    case 8:
      return `\x1b[?${random.pick(MODES)}${random.pick(["h", "l"])}`;
    case 9:
      return `\x1b[${random.pick(["4h", "4l", "20h", "20l", "?1049;25h", "?1049;1l"])}`;
    case 10:
      return random.chance(30) ? "\x1b[r" : `\x1b[${row()};${row()}r`;
    case 11:
      return `\x1b[${random.pick(["g", "3g", "s", "u", "1 q", "4 q", "6 q", "0 q", '1"q', '0"q', '2"q'])}`;
    default:
      return `\x1b[${random.pick(["c", ">c", "5n", "6n", "?6n", "18t", "22;0t", "23;0t", "22;2t", "23;2t", "?25$p", "4$p"])}`;
  }
}
