import { expect, test } from "bun:test";
import { join, normalize, dirname } from "node:path";

const SOURCES = join(import.meta.dir, "../src");

/** Lowest first. A room imports itself and the layers below it, never a neighbour in its layer. */
const LAYERS = [
  ["base"],
  ["system", "input"],
  ["protocol", "config", "pty", "terminal", "git"],
  ["shell", "agents"],
  ["sessions"],
  ["daemon", "client"],
  ["tui"],
  ["cli", "index.ts", "main.ts"],
];

/** Packages and built-in modules that only these rooms know. */
const OWNERS: [RegExp, readonly string[]][] = [
  [/^bun-pty/, ["pty"]],
  [/^bun:ffi$/, ["pty", "system"]],
  [/^@xterm\//, ["terminal"]],
  [/^citty$/, ["cli"]],
];

/** Imports of every kind: values, types, `import()`, re-exports. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;

const imports = new Map<string, string[]>();
for (const file of new Bun.Glob("**/*.ts").scanSync(SOURCES)) {
  const text = await Bun.file(join(SOURCES, file)).text();
  imports.set(
    file,
    Array.from(text.matchAll(IMPORT), ([, name = ""]) =>
      name.startsWith(".") ? normalize(join(dirname(file), name)) : name,
    ),
  );
}

const roomOf = (file: string): string => file.split("/")[0] ?? file;
const layerOf = (file: string): number => LAYERS.findIndex((layer) => layer.includes(roomOf(file)));

test("every room has its place in the table of layers", () => {
  expect([...imports.keys()].filter((file) => layerOf(file) === -1)).toEqual([]);
});

test("no file imports from a layer above its own, or from a neighbour", () => {
  const wrong = arrows().filter(([from, to]) => {
    if (!imports.has(to) || roomOf(from) === roomOf(to)) return false;
    const isTop = layerOf(from) === LAYERS.length - 1;
    return isTop ? false : layerOf(to) >= layerOf(from);
  });
  expect(wrong).toEqual([]);
});

test("packages are known to their rooms only, and the protocol knows none", () => {
  const wrong = arrows().filter(([from, to]) => {
    if (imports.has(to)) return false;
    const owners = OWNERS.find(([name]) => name.test(to))?.[1];
    const isPackage = /^(?:bun|node:|@|[a-z])/.test(to) && !to.includes("/src/");
    return owners?.includes(roomOf(from)) === false || (roomOf(from) === "protocol" && isPackage);
  });
  expect(wrong).toEqual([]);
});

test("commands are imported by the list of commands only", () => {
  const wrong = arrows().filter(
    ([from, to]) => to.startsWith("cli/commands/") && from !== "cli/command-list.ts",
  );
  expect(wrong).toEqual([]);
});

test("no imports close a circle", () => {
  expect(circles()).toEqual([]);
});

function arrows(): [from: string, to: string][] {
  return [...imports].flatMap(([from, names]) => names.map((to): [string, string] => [from, to]));
}

/** Depth first; each circle as the path that closes it. */
function circles(): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) found.push([...path.slice(start), file]);
    if (start !== -1 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}
