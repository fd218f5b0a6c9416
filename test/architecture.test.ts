import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "..");
const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const names = Array.from(
  text.matchAll(/`((?:src|test|scripts)\/[\w./-]+)/g),
  ([, path = ""]) => path,
);

test("every file that docs/architecture.md names exists", () => {
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("every function and class behind a file's name is in that file", () => {
  const pairs = text.matchAll(/`(src\/[\w./-]+\.ts)` `([#\w.]+)`/g);
  const wrong = Array.from(pairs, ([, path = "", name = ""]) => ({ path, name })).filter(
    ({ path, name }) => {
      const source = readFileSync(join(ROOT, path), "utf8");
      return !name.split(".").every((part) => source.includes(part));
    },
  );
  expect(wrong).toEqual([]);
});

test("every room has a row in the table of docs/architecture.md", () => {
  const rooms = readdirSync(join(ROOT, "src"), { withFileTypes: true });
  const missing = rooms
    .filter((room) => room.isDirectory())
    .filter(({ name }) => !new RegExp(`^\\| \\d \\| \`${name}\``, "m").test(text));
  expect(missing.map(({ name }) => name)).toEqual([]);
});
