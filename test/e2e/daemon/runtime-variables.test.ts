import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

let box: Sandbox;
/** Directory that every command is started in; nothing may appear there. */
let work: string;
/** What code of the user's that is run in ours leaves. */
let trace: string;
let evil: string;

beforeAll(() => {
  box = new Sandbox();
  work = join(box.root, "work");
  mkdirSync(work);
  trace = join(box.root, "trace");
  evil = join(box.root, "evil.ts");
  writeFileSync(evil, `require("node:fs").writeFileSync(${JSON.stringify(trace)}, "");`);
});

afterAll(async () => await box[Symbol.asyncDispose]());

/** Each of these makes an unchanged runtime run code, listen, print, write files, crash or hang. */
const VARIABLES: readonly (readonly [name: string, value: (evil: string) => string])[] = [
  ["BUN_INSPECT", () => "ws+unix:///tmp/nowhere/at/all?wait=1"],
  ["BUN_INSPECT", () => "127.0.0.1:0"],
  ["BUN_INSPECT_NOTIFY", () => "unix:///tmp/nowhere/at/all"],
  ["BUN_INSPECT_CONNECT_TO", () => "ws://127.0.0.1:1/"],
  ["BUN_INSPECT_PRELOAD", (evil) => evil],
  ["BUN_BE_BUN", () => "1"],
  ["BUN_OPTIONS", () => "--version"],
  ["BUN_OPTIONS", (evil) => `--preload ${evil}`],
  ["BUN_OPTIONS", () => "--cpu-prof --heap-prof"],
  ["BUN_OPTIONS", () => "--inspect-wait"],
  ["NODE_OPTIONS", (evil) => `--require ${evil}`],
  ["NODE_CHANNEL_FD", () => "1"],
  ["NODE_DEBUG", () => "*"],
  ["NODE_V8_COVERAGE", () => "coverage"],
  ["BUN_JSC_dumpOptions", () => "2"],
  ["BUN_JSC_logGC", () => "2"],
  ["BUN_JSC_useJIT", () => "0"],
  ["BUN_JSC_maxPerThreadStackUsage", () => "1000"],
  ["BUN_JSC_slowPathAllocsBetweenGCs", () => "1"],
  ["BUN_JSC_noSuchOption", () => "1"],
  ["JSC_dumpOptions", () => "2"],
  ["MIMALLOC_VERBOSE", () => "1"],
  ["mimalloc_disallow_os_alloc", () => "1"],
  ["BUN_BYTECODE_ORDER_OUT", () => "order"],
  ["BUN_TMPDIR", () => "."],
  ["BUN_RUNTIME_TRANSPILER_CACHE_PATH", () => "."],
  ["BUN_FEATURE_FLAG_SYNTHETIC_MEMORY_LIMIT", () => "1000"],
];

async function untilWritten(path: string): Promise<string> {
  await until(() => existsSync(path) && readFileSync(path, "utf8").endsWith("\n"), path);
  return readFileSync(path, "utf8").slice(0, -1);
}

test("variables of the runtime act on no command and no daemon; programs have them all the same", async () => {
  for (const [name, valueOf] of VARIABLES) {
    const value = valueOf(evil);
    const seen = join(box.root, "seen");
    const env = { [name]: value, SEEN: seen };
    const script = `printf '%s\\n' "$${name}" >"$SEEN.new"; mv "$SEEN.new" "$SEEN"; exec cat`;
    const created = await box.run(["new", "x", "sh", "-c", script], { env, cwd: work });
    expect({ name, ...created }).toEqual({
      name,
      code: 0,
      stdout: 'Session "x" created\n',
      stderr: "",
    });
    expect(await untilWritten(seen)).toBe(value);
    const listed = await box.run(["ls", "--short"], { env, cwd: work });
    expect(listed).toEqual({ code: 0, stdout: "x\n", stderr: "" });
    const killed = await box.run(["kill", "x"], { env, cwd: work });
    expect(killed).toEqual({ code: 0, stdout: 'Session "x" killed\n', stderr: "" });
    await until(() => box.processes().length === 0, "the session to be gone");
    expect(readdirSync(work)).toEqual([]);
    expect(existsSync(trace)).toBe(false);
    writeFileSync(seen, "");
  }
});

test("the picker's log has clock times of the user's zone", async () => {
  await box.ok("new", "clock", "cat");
  const hours = new Set<string>();
  for (const zone of ["Etc/GMT+3", "Etc/GMT-9"]) {
    const screen = box.open(["tui"], { env: { TZ: zone }, rows: 30, cols: 120 });
    screen.type("d"); // which is noted with the time
    await screen.until(() => /\d\d:\d\d/.test(screen.text), "a clock time");
    hours.add(/(\d\d):\d\d/.exec(screen.text)?.[1] ?? "");
    screen.type("q");
    await screen.exited();
  }
  expect(hours.size).toBe(2);
});
