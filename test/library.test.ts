/** docs/library.md is true: its example runs, its settings suffice, its table is complete. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as tsm from "../src/index.ts";

setDefaultTimeout(60_000);

const ROOT = join(import.meta.dir, "..");
const PAGE = readFileSync(join(ROOT, "docs/library.md"), "utf8");
const INDEX = readFileSync(join(ROOT, "src/index.ts"), "utf8");

let project = "";
let config: tsm.Config = tsm.configOf("");

beforeAll(() => {
  project = mkdtempSync("/tmp/tsm-use-");
  config = tsm.configOf(join(project, "s"));
  mkdirSync(join(project, "node_modules"));
  symlinkSync(ROOT, join(project, "node_modules/tsm"));
  symlinkSync(join(ROOT, "node_modules/bun-types"), join(project, "node_modules/bun-types"));
  writeFileSync(join(project, "package.json"), '{"name":"consumer","type":"module"}');
  writeFileSync(join(project, "tsconfig.json"), codeBlock("json"));
  writeFileSync(join(project, "main.ts"), codeBlock("ts"));
});

afterAll(async () => {
  for (const name of tsm.sessionNames(config)) await tsm.killSession(config, name);
  rmSync(project, { recursive: true, force: true });
});

test("the example is correct for the compiler with the documented settings", () => {
  expect(run("check", "--no-pretty", "-p", join(project, "tsconfig.json"))).toMatchObject({
    exitCode: 0,
  });
  writeFileSync(join(project, "wrong.ts"), 'import { noSuchName } from "tsm";\nnoSuchName();\n');
  const wrong = run("check", "--no-pretty", "-p", join(project, "tsconfig.json"));
  rmSync(join(project, "wrong.ts"));
  expect(wrong.exitCode).not.toBe(0);
  expect(wrong.text).toContain("noSuchName");
});

test("the example is correct against the built declarations, without the sources", () => {
  const types = join(project, "types");
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  expect(
    run(compiler, "-p", join(ROOT, "scripts/declarations.json"), "--outDir", types),
  ).toMatchObject({ exitCode: 0 });
  const settings = {
    compilerOptions: {
      target: "esnext",
      module: "preserve",
      lib: ["esnext"],
      types: ["bun-types"],
      strict: true,
      noEmit: true,
      paths: { tsm: [join(types, "index.d.ts")] },
    },
    files: ["main.ts"],
  };
  const file = join(project, "declared.json");
  writeFileSync(file, JSON.stringify(settings));
  expect(run("check", "--no-pretty", "-p", file)).toMatchObject({ exitCode: 0 });
});

test("the example runs", () => {
  const { text, exitCode } = run(join(project, "main.ts"));
  expect(text).toContain("greeting: sh -c read name; exit 3");
  expect(text).toContain("code: 3");
  expect(exitCode).toBe(0);
  expect(tsm.sessionNames(config)).toEqual([]);
});

test("every name of the session package is in the table, and each of ours is exported", () => {
  const rows = [...PAGE.matchAll(/^\| `([\w.]+)` \| `(\w+)[\w.]*` \|$/gm)];
  const original = readFileSync(
    join(import.meta.dir, "fixtures/session-package-names.txt"),
    "utf8",
  );
  expect(rows.map(([, name]) => name)).toEqual(original.trim().split("\n"));
  const types = [...INDEX.matchAll(/export type \{([^}]*)\}/g)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim().replace(/^.* as /, "")),
  );
  const exported = new Set([...Object.keys(tsm), ...types]);
  expect(rows.map(([, , name = ""]) => name).filter((name) => !exported.has(name))).toEqual([]);
});

test("importing the package loads neither the terminal model nor the daemon", () => {
  const loaded = filesLoadedBy(join(ROOT, "src/index.ts"));
  expect(loaded).toContain(join(ROOT, "src/daemon/launch/start-daemon.ts"));
  expect(loaded).not.toContain(join(ROOT, "src/terminal/terminal-model.ts"));
  expect(loaded).not.toContain(join(ROOT, "src/daemon/daemon-main.ts"));
  expect(loaded).not.toContain(join(ROOT, "src/client/attach.ts"));
  expect(loaded.filter((file) => file.startsWith(join(ROOT, "src/cli/")))).toEqual([]);
});

test("a log directory of one's own is used by the daemon and by everybody else", async () => {
  const own = { socketDir: join(project, "own"), logDir: join(project, "my-logs") };
  const env = { ...environment(), TSM_DIR: own.socketDir };
  await tsm.spawnDaemonInDir(own, "logged", ["cat"], project, { env });
  try {
    expect(tsm.readDaemonBuildInfo(own, "logged")?.executable).toBe(process.execPath);
    expect(tsm.readDaemonBuildInfo(tsm.configOf(own.socketDir), "logged")).toBeUndefined();
  } finally {
    await tsm.killSession(own, "logged");
  }
});

function codeBlock(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(PAGE)?.[1];
  if (block === undefined) throw new Error(`docs/library.md has no ${language} block`);
  return block;
}

/** Only the consumer's own surroundings, so that nothing of this user's is used. */
function environment(): Record<string, string> {
  const PATH = process.env["PATH"] ?? "";
  return { PATH, HOME: project, SHELL: "/bin/sh", TERM: "xterm", TSM_DIR: config.socketDir };
}

function run(...words: string[]): { text: string; exitCode: number } {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, ...words], {
    cwd: project,
    env: environment(),
  });
  return { text: stdout.toString() + stderr.toString(), exitCode };
}

/** A file and all that its imports load at once: neither types nor `import()`. */
function filesLoadedBy(file: string, found: string[] = []): string[] {
  if (found.includes(file)) return found;
  found.push(file);
  const text = readFileSync(file, "utf8");
  for (const [, names = "", path = ""] of text.matchAll(
    /^(?:import|export) (?!type )([^;]*?) from "(\.[^"]+\.ts)"/gm,
  )) {
    const areTypes = /^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(names);
    if (!areTypes) filesLoadedBy(join(dirname(file), path), found);
  }
  return found;
}
