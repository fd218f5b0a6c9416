import { expect, test } from "bun:test";
import { locateKeys } from "../../src/config/toml-positions.ts";

const SOURCE = `# a comment with [brackets] = "and quotes
top = "a # b ] }" # = 1
'quoted key' . inner = 'c:\\'
long = """
[not.a.table]
fake = 1 \\"""
""""
list = [ # comment ]
  "x]", 'y,',
  [1, 2], { deep = 1 },
]

[ a . "b.c" ]
  k = { x = 1, y.z = [3] }
last = 1979-05-27T07:32:00Z
[[array]]
e = true`;

test("keys are found after strings, comments, lists and inline tables", () => {
  const locate = locateKeys(SOURCE);
  const places: [path: string[], line: number, column: number][] = [
    [["top"], 2, 1],
    [["quoted key", "inner"], 3, 16],
    [["long"], 4, 1],
    [["list"], 8, 1],
    [["list", "0"], 9, 3],
    [["list", "1"], 9, 9],
    [["list", "2", "1"], 10, 7],
    [["list", "3", "deep"], 10, 13],
    [["a", "b.c"], 13, 7],
    [["a", "b.c", "k"], 14, 3],
    [["a", "b.c", "k", "x"], 14, 9],
    [["a", "b.c", "k", "y", "z"], 14, 18],
    [["a", "b.c", "last"], 15, 1],
    [["array", "e"], 17, 1],
  ];
  for (const [path, line, column] of places) {
    expect([path, locate(path)]).toEqual([path, { line, column }]);
  }
  expect(locate(["fake"])).toBeUndefined();
  expect(locate(["not"])).toBeUndefined();
});

test("invalid TOML, and every prefix of it, ends the scan", () => {
  for (let end = 0; end <= SOURCE.length; end++) locateKeys(SOURCE.slice(0, end));
  for (const text of ["]]]", "= = =", "[", '"', "a = [[[", "{}", "\\", ", , ,", "a = {b"]) {
    locateKeys(text);
  }
});

test("carriage returns do not shift lines", () => {
  expect(locateKeys("\r\na = 1\r\nb = 2").call(null, ["b"])).toEqual({ line: 3, column: 1 });
});
