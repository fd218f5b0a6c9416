import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";

import { TsmError } from "../../src/base/errors.ts";
import { chooseNames, fullName, namedSessions } from "../../src/cli/session-names.ts";
import type { Environment } from "../../src/config/environment.ts";
import { TestDirectory } from "../config/test-directory.ts";

const NAMES = ["!x", "a1", "a[1]", "api-db", "api-web", "db", "建置"];
const PREFIXED = { TSM_PREFIX: "api-" };

let dir: TestDirectory;
const listeners: Bun.UnixSocketListener<undefined>[] = [];

beforeAll(() => {
  dir = new TestDirectory();
  for (const name of NAMES) {
    const unix = join(dir.path, name);
    listeners.push(Bun.listen<undefined>({ unix, data: undefined, socket: { data: () => {} } }));
  }
});

afterAll(() => {
  for (const listener of listeners) listener.stop(true);
  dir[Symbol.dispose]();
});

function named(words: string[], env: Environment = {}): string[] {
  const config = { socketDir: dir.path, logDir: dir.join(".logs") };
  return namedSessions({ config, env }, words);
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof TsmError ? error.code : undefined;
  }
  return undefined;
}

test("without a prefix a word is the name of a session, whether there is one or not", () => {
  expect(named(["db", "nope", "db"])).toEqual(["db", "nope"]);
});

test("a prefix is put before a word once, however often it goes through", () => {
  expect(fullName({ env: PREFIXED }, "db")).toBe("api-db");
  expect(fullName({ env: PREFIXED }, fullName({ env: PREFIXED }, "db"))).toBe("api-db");
  expect(named(["db", "api-db"], PREFIXED)).toEqual(["api-db"]);
});

test("an empty name stays empty", () => {
  expect(fullName({ env: PREFIXED }, "")).toBe("");
});

test("a prefix that no name can have is refused like such a name", () => {
  for (const prefix of ["a/", "a\n", "..", "\x1b[2J"]) {
    const env = { TSM_PREFIX: prefix };
    expect(codeOf(() => fullName({ env }, "db"))).toBe("invalid-name");
    expect(codeOf(() => named(["*"], env))).toBe("invalid-name");
    expect(codeOf(() => chooseNames({ env }, [], NAMES))).toBe("invalid-name");
  }
});

test("a pattern stands for the sessions that it matches, sorted and each once", () => {
  expect(named(["api-*"])).toEqual(["api-db", "api-web"]);
  expect(named(["?b", "*db"])).toEqual(["db", "api-db"]);
  expect(named(["a[0-9]"])).toEqual(["a1"]);
  expect(named(["?置"])).toEqual(["建置"]);
  expect(named(["*"])).toEqual(NAMES);
});

test("a session whose name looks like a pattern is meant by its name alone", () => {
  expect(named(["a[1]"])).toEqual(["a[1]"]);
  expect(chooseNames({ env: {} }, ["a[1]"], NAMES)).toEqual(["a[1]"]);
  expect(chooseNames({ env: {} }, ["a[1]"], ["a1"])).toEqual(["a1"]);
});

test("an exclamation mark in front is a letter, and never means all other sessions", () => {
  expect(named(["!*"])).toEqual(["!x"]);
  expect(codeOf(() => named(["!d*"]))).toBe("not-found");
});

test("a pattern that matches none is an error", () => {
  expect(codeOf(() => named(["nope-*"]))).toBe("not-found");
  expect(codeOf(() => named(["db", "nope-*"]))).toBe("not-found");
});

test("what no name can be is no pattern either", () => {
  expect(named(["a/*"])).toEqual(["a/*"]);
});

test("with a prefix a pattern matches only sessions that have it, with it or without", () => {
  expect(named(["*"], PREFIXED)).toEqual(["api-db", "api-web"]);
  expect(named(["d*"], PREFIXED)).toEqual(["api-db"]);
  expect(named(["api-w*"], PREFIXED)).toEqual(["api-web"]);
  expect(codeOf(() => named(["a1*"], PREFIXED))).toBe("not-found");
});

test("a choice leaves out what is not there, and keeps the order of all names", () => {
  expect(chooseNames({ env: {} }, [], NAMES)).toEqual(NAMES);
  expect(chooseNames({ env: {} }, ["db", "nope", "x*", "a1"], NAMES)).toEqual(["a1", "db"]);
  expect(chooseNames({ env: PREFIXED }, [], NAMES)).toEqual(["api-db", "api-web"]);
  expect(chooseNames({ env: PREFIXED }, ["w*", "a1"], NAMES)).toEqual(["api-web"]);
});
