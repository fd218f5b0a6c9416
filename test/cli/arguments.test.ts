import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";

import { countOwnWords, readArguments } from "../../src/cli/arguments.ts";

const USAGE = "tsm try <name> [other]";
const ARGS = {
  name: { type: "positional", required: true, description: "" },
  other: { type: "positional", required: false, description: "" },
  json: { type: "boolean", alias: "j", description: "" },
  short: { type: "boolean", alias: "s", description: "" },
  until: { type: "string", alias: "u", description: "" },
  sort: { type: "enum", options: ["name", "age"], description: "" },
} satisfies ArgsDef;

const read = (...words: string[]) => ({ ...readArguments(words, ARGS, USAGE) });

describe("arguments", () => {
  test("options may stand before, between and after the words", () => {
    const expected = { name: "a", other: "b", json: true, until: "x", _: ["a", "b"] };
    expect(read("--json", "a", "-u", "x", "b")).toMatchObject(expected);
    expect(read("a", "b", "--until=x", "-j")).toMatchObject(expected);
    expect(read("-sj", "a")).toMatchObject({ short: true, json: true, name: "a" });
  });

  test("a value may look like an option, and a word like one after --", () => {
    for (const value of ["--no-color", "--json", "-5", "--", "", "a=b=c", "--no-json=1"]) {
      expect(read("--until", value, "a")).toMatchObject({ until: value, name: "a" });
      expect(read(`--until=${value}`, "a")).toMatchObject({ until: value, name: "a" });
    }
    expect(read("--", "--json", "--no-such")).toMatchObject({ name: "--json", other: "--no-such" });
    expect(read("-")).toMatchObject({ name: "-" });
  });

  test("a missing option is undefined", () => {
    const { json, until, sort, other } = read("a");
    expect([json, until, sort, other]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each([
    [["--jsn", "a"], "Unknown option '--jsn'. Did you mean '--json'?"],
    [["--no-json", "a"], "Unknown option '--no-json'"],
    [["-jx", "a"], "Unknown option '-jx'"],
    [["a", "--until"], `Option --until needs a value: ${USAGE}`],
    [["a", "--json=yes"], `Option --json takes no value: ${USAGE}`],
    [["a", "-u", "x", "--until", "y"], `Option --until is given twice: ${USAGE}`],
    [["a", "--sort", "size"], "Option --sort cannot be 'size': it is one of name, age"],
    [[], `Too few arguments: ${USAGE}`],
    [["a", "b", "c"], `Unexpected argument 'c': ${USAGE}`],
  ])("%j is refused, and said why", (words, message) => {
    expect(() => read(...words)).toThrow(message);
  });
});

describe("the words of a command that takes another's command line", () => {
  const own = (...words: string[]): string[] => words.slice(0, countOwnWords(words, ARGS));

  test("are the first word and the known options around it", () => {
    expect(own("x", "make", "-j")).toEqual(["x"]);
    expect(own("--until", "5", "x", "--json", "make", "-j")).toEqual([
      "--until",
      "5",
      "x",
      "--json",
    ]);
    expect(own("x", "-u", "5", "make")).toEqual(["x", "-u", "5"]);
    expect(own("x", "--foreign", "--json")).toEqual(["x"]);
    expect(own("x", "--help")).toEqual(["x", "--help"]);
    expect(own("x", "--", "--json")).toEqual(["x"]);
    expect(own("--", "-x", "make")).toEqual(["--", "-x"]);
    expect(own("x")).toEqual(["x"]);
    expect(own()).toEqual([]);
  });
});
