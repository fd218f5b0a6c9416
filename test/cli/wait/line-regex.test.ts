import { expect, test } from "bun:test";

import { lineRegex } from "../../../src/cli/wait/line-regex.ts";

test("a dollar that is text, in whatever way it is written, is found wherever it stands", () => {
  for (const source of ["\\$ ", "[$] ", "[^\\]a$]* ", "\\x24 ", "\\u{24} ", "a|\\$ "]) {
    expect(lineRegex(source).test("user@host:~$ ")).toBe(true);
  }
});

test("an anchor is the end of a line that has come whole", () => {
  for (const source of ["done$", "d.*e$", "(?:done)$", "(?<=do)ne$", "do(?=ne$)", "x|done$"]) {
    expect(lineRegex(source).test("all\ndone\n")).toBe(true);
    expect(lineRegex(source).test("all\ndone")).toBe(false);
  }
});

test("what has nothing to do with the anchor need not wait for it", () => {
  expect(lineRegex("done$|ready").test("ready")).toBe(true);
  expect(lineRegex("^ready").test("a\nready")).toBe(true);
});

test("the name of a group may have a dollar", () => {
  expect(lineRegex("(?<$a>x)\\k<$a>$").test("xx\n")).toBe(true);
  expect(lineRegex("(?<$a>x)\\k<$a>").test("xx")).toBe(true);
});

test("what is no regular expression is refused as it was written", () => {
  for (const source of ["(", "[$", "$*", "\\"])
    expect(() => lineRegex(source)).toThrow(SyntaxError);
});
