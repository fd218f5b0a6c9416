import { afterEach, beforeEach, expect, test } from "bun:test";

import { limitColors } from "../../../src/tui/view/color-depth.ts";
import { PreviewScreen } from "../../../src/tui/run/preview-screen.ts";
import { fit, fitEnd, sliceStyled } from "../../../src/tui/view/styled.ts";

let screen: PreviewScreen;
beforeEach(() => (screen = new PreviewScreen()));
afterEach(() => screen.close());

const read = (text: string | Uint8Array): string[] => screen.read(Buffer.from(text)).lines;

test("styled lines keep their style", () => {
  expect(read("\x1b[31mred\x1b[m plain\r\n\r\n\x1b[1mbold")).toEqual([
    "\x1b[31mred\x1b[m plain",
    "",
    "\x1b[1mbold",
  ]);
});

test("text that needs a terminal is drawn in one", () => {
  expect(read("one\x1b[31m\x1b[2;3Htwo\x1b[H\x1b[1mO")).toEqual([
    "\x1b[1;31mO\x1b[mne",
    "  \x1b[31mtwo\x1b[m",
  ]);
});

test("the result has only text and styles, whatever the input", () => {
  const hostile = [
    "\x1b[?1049h\x1b[?1000h\x1b[?25l\x1b]0;title\x07\x1b]52;c;AAAA\x07\x1b[6n\x1b[c",
    "\x1bP$qm\x1b\\\x1b_Gx\x1b\\\x1b[>1u\x1b[?2004h\x1b[10;10Hhere\x1b]8;;http://x\x07link\x1b]8;;\x07",
    "\x9b31m\x90x\x9c\u202e\x07\x0e\x1b(0qqq\x1b[5;3r\x1b[?6h\x1bc\x1b#8\x1b[!p after",
    "\x1b[99999999b\x1b[2147483647;1H\x1b[38;2;1",
  ];
  for (const text of [...hostile, hostile.join("\r\n")]) {
    for (const line of read(text)) {
      expect(line.replaceAll(/\x1b\[[\d;:]*m/g, "")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    }
  }
});

test("random bytes become only text and styles", () => {
  let seed = 3;
  const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8;
  for (let round = 0; round < 100; round++) {
    const bytes = Uint8Array.from({ length: 400 }, () =>
      random() % 6 === 0 ? 0x1b : random() % 256,
    );
    for (const line of read(bytes)) {
      expect(line.replaceAll(/\x1b\[[\d;:]*m/g, "")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    }
  }
});

test("one text does not affect the next", () => {
  read("\x1b[44m\x1b[2J\x1b[?6h\x1b[3;5r\x1b(0");
  expect(read("plain")).toEqual(["plain"]);
});

test("lines up to the size of a screen keep their position", () => {
  const lines = Array.from({ length: 80 }, (_, i) => `${i} ${"x".repeat(1 + i * 4)}`);
  expect(read(lines.join("\r\n"))).toEqual(lines);
  expect(screen.read(Buffer.from("short")).cols).toBe(5);
});

test("a cut never makes a line wider, and half a wide character becomes a space", () => {
  expect(sliceStyled("a漢b", 0, 2)).toEqual({ text: "a", cols: 1 });
  expect(sliceStyled("a漢b", 0, 3)).toEqual({ text: "a漢", cols: 3 });
  expect(sliceStyled("a漢b", 2, 4)).toEqual({ text: " b", cols: 2 });
  expect(Bun.stripANSI(sliceStyled("\x1b[31m漢漢漢\x1b[m", 1, 4).text)).toBe(" 漢");
  for (let start = 0; start < 10; start++) {
    for (let end = start; end < 12; end++) {
      const { text, cols } = sliceStyled("a漢b字😀\x1b[1mc漢\x1b[m", start, end);
      expect(cols).toBeLessThanOrEqual(end - start);
      expect(Bun.stringWidth(text)).toBe(cols);
    }
  }
});

test("text that does not fit ends, or begins, with an ellipsis", () => {
  expect(fit("abcdef", 4)).toEqual({ text: "abc…", cols: 4 });
  expect(fit("漢字漢字", 4)).toEqual({ text: "漢…", cols: 3 });
  expect(fit("abc", 3)).toEqual({ text: "abc", cols: 3 });
  expect(fit("abc", 0)).toEqual({ text: "", cols: 0 });
  expect(fit("a\x1b\u202e", 40)).toEqual({ text: "a\\u001b\\u202e", cols: 13 });
  expect(fitEnd("/home/me/src", 8)).toEqual({ text: "…/me/src", cols: 8 });
});

test("colours are reduced to those of the terminal", () => {
  const line = "\x1b[1;38;2;255;0;0;48;5;250mx\x1b[39;49;4:3;58:2::1:2:3my\x1b[m";
  expect(limitColors(line, "rgb")).toBe(line);
  expect(limitColors(line, "256")).toBe(
    "\x1b[1;38;5;196;48;5;250mx\x1b[39;49;4:3;58:2::1:2:3my\x1b[m",
  );
  expect(limitColors(line, "16")).toBe("\x1b[1;91;47mx\x1b[39;49;4:3my\x1b[m");
  expect(limitColors(line, "none")).toBe("\x1b[1mx\x1b[4:3my\x1b[m");
});
