import { expect, test } from "bun:test";

import { parseKeys } from "../../../src/cli/send/parse-keys.ts";

/** XTerm control sequences, "PC-Style Function Keys" and "VT220-Style Function Keys". */
const NAMED = {
  "\r": ["Enter", "Return", "enter", "ENTER"],
  "\t": ["Tab"],
  "\x1b[Z": ["BTab", "BackTab", "S-Tab"],
  "\x1b": ["Escape", "Esc", "C-["],
  " ": ["Space"],
  "\x7f": ["Backspace", "BSpace", "C-?"],
  "\x1b[A": ["Up"],
  "\x1b[B": ["Down"],
  "\x1b[C": ["Right"],
  "\x1b[D": ["Left"],
  "\x1b[H": ["Home"],
  "\x1b[F": ["End"],
  "\x1b[2~": ["Insert", "IC"],
  "\x1b[3~": ["Delete", "DC"],
  "\x1b[5~": ["PageUp", "PPage"],
  "\x1b[6~": ["PageDown", "NPage"],
  "\x1bOP": ["F1"],
  "\x1bOQ": ["F2"],
  "\x1bOR": ["F3"],
  "\x1bOS": ["F4"],
  "\x1b[15~": ["F5"],
  "\x1b[17~": ["F6"],
  "\x1b[18~": ["F7"],
  "\x1b[19~": ["F8"],
  "\x1b[20~": ["F9"],
  "\x1b[21~": ["F10"],
  "\x1b[23~": ["F11"],
  "\x1b[24~": ["F12"],
};

test("every named key is what a terminal in its normal modes sends, however it is written", () => {
  for (const [bytes, names] of Object.entries(NAMED)) {
    for (const name of names) expect([name, parseKeys(name)]).toEqual([name, bytes]);
  }
});

test("Ctrl makes control characters of letters and of the signs around them", () => {
  for (let i = 1; i <= 26; i++) {
    const letter = String.fromCharCode(0x60 + i);
    const control = String.fromCharCode(i);
    for (const name of [`C-${letter}`, `C-${letter.toUpperCase()}`, `c-${letter}`]) {
      expect([name, parseKeys(name)]).toEqual([name, control]);
    }
  }
  expect(parseKeys("C-@ C-Space C-[ C-\\ C-] C-^ C-_")).toBe("\0\0\x1b\x1c\x1d\x1e\x1f");
});

test("Alt puts an escape in front, Shift makes a capital letter", () => {
  expect(parseKeys("M-x A-x M-Enter M-Space")).toBe("\x1bx\x1bx\x1b\r\x1b ");
  expect(parseKeys("C-M-x M-C-x")).toBe("\x1b\x18\x1b\x18");
  expect(parseKeys("S-a S-ä M-S-a")).toBe("AÄ\x1bA");
  expect(parseKeys("M-S-Tab M-Escape M-BSpace")).toBe("\x1b\x1b[Z\x1b\x1b\x1b\x7f");
});

test("keys that move take all modifiers at once, in any order", () => {
  const codes = { S: 2, M: 3, "S-M": 4, C: 5, "C-S": 6, "M-C": 7, "S-C-M": 8 };
  for (const [modifiers, code] of Object.entries(codes)) {
    expect(parseKeys(`${modifiers}-Up`)).toBe(`\x1b[1;${code}A`);
    expect(parseKeys(`${modifiers}-Home`)).toBe(`\x1b[1;${code}H`);
    expect(parseKeys(`${modifiers}-F1`)).toBe(`\x1b[1;${code}P`);
    expect(parseKeys(`${modifiers}-F5`)).toBe(`\x1b[15;${code}~`);
    expect(parseKeys(`${modifiers}-Delete`)).toBe(`\x1b[3;${code}~`);
  }
});

test("a single character stands for itself, blanks part keys and are none", () => {
  expect(parseKeys("a B 1 - ü 漢 😀")).toBe("aB1-ü漢😀");
  expect(parseKeys("  C-c \t Up\nEnter ")).toBe("\x03\x1b[A\r");
  expect(parseKeys("C M S")).toBe("CMS");
  expect(parseKeys("")).toBe("");
  expect(parseKeys("M--")).toBe("\x1b-");
});

test("what is no key is wrong use", () => {
  const words = [
    "Nothing",
    "F0",
    "F13",
    "C-",
    "M-",
    "C-1",
    "C-é",
    "C-😀",
    "C-Nothing",
    "X-a",
    "ab",
  ];
  for (const word of words) {
    expect(() => parseKeys(`Up ${word}`)).toThrow(
      expect.objectContaining({ code: "usage", exitCode: 2, message: `Unknown key '${word}'` }),
    );
  }
  // Names that every object has.
  expect(() => parseKeys("constructor")).toThrow("Unknown key 'constructor'");
  expect(() => parseKeys("toString")).toThrow("Unknown key 'toString'");
  expect(() => parseKeys("\x07\x07")).toThrow("Unknown key '\\u0007\\u0007'");
});
