import { expect, test } from "bun:test";

import { displayDir } from "../../src/sessions/session.ts";

const show = (startedIn: string, home: string | undefined): string =>
  displayDir({ startedIn }, { HOME: home });

test("a directory below the home directory begins with a tilde", () => {
  expect(show("/home/ann", "/home/ann")).toBe("~");
  expect(show("/home/ann/work", "/home/ann")).toBe("~/work");
  expect(show("/home/ann/work", "/home/ann/")).toBe("~/work");
});

test("a directory that only begins like the home directory is shown whole", () => {
  expect(show("/home/annex", "/home/ann")).toBe("/home/annex");
  expect(show("/mnt/home/ann", "/home/ann")).toBe("/mnt/home/ann");
});

test("without a home directory, or with / as one, every directory is shown whole", () => {
  for (const home of [undefined, "", "/"]) expect(show("/srv/x", home)).toBe("/srv/x");
  expect(show("", "/home/ann")).toBe("");
});
