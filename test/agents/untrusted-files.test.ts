import { expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
} from "node:fs";

import { claudeReader } from "../../src/agents/claude/claude.ts";
import { MAX_TAIL_BYTES, readJsonlTail } from "../../src/agents/jsonl-tail.ts";
import { namesIn, readFileEnd, readFileStart } from "../../src/agents/untrusted-files.ts";
import { lines, said, TestHome } from "./test-home.ts";

/** Bytes that this process has read so far: proc_pid_io(5). */
function bytesRead(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync("/proc/self/io", "latin1"))?.[1]);
}

test("Lines come last first, without what is no object", () => {
  using home = new TestHome();
  const path = home.write("a.jsonl", '{"n":1}\n\n[2]\n"x"\n{"n":3}\r\nnot json\n{"n":4');
  expect([...(readJsonlTail(path)?.entries ?? [])]).toEqual([{ n: 3 }, { n: 1 }]);
});

test("An empty file has no lines, and one without a newline at its end has them all", () => {
  using home = new TestHome();
  expect([...(readJsonlTail(home.write("empty", ""))?.entries ?? [])]).toEqual([]);
  expect([...(readJsonlTail(home.write("one", '{"n":1}'))?.entries ?? [])]).toEqual([{ n: 1 }]);
});

test("A file that is longer than the tail loses its beginning, wherever that is cut", () => {
  using home = new TestHome();
  for (const filler of [1, 2, 3, 4, 5]) {
    const line = `{"text":"${"世".repeat(100)}${"x".repeat(filler)}"}\n`;
    const path = home.write("a", line.repeat(1000));
    const entries = [...(readJsonlTail(path)?.entries ?? [])];
    expect(entries.length).toBe(Math.floor(MAX_TAIL_BYTES / Buffer.byteLength(line)));
    expect(new Set(entries.map((entry) => JSON.stringify(entry)))).toEqual(new Set([line.trim()]));
  }
});

test("A line that is longer than the tail is left out", () => {
  using home = new TestHome();
  const path = home.write("a", `{"text":"${"x".repeat(MAX_TAIL_BYTES)}"}`);
  expect([...(readJsonlTail(path)?.entries ?? [])]).toEqual([]);
});

test.skipIf(process.platform !== "linux")("Of 200 MB only the tail is read", () => {
  using home = new TestHome();
  const path = home.transcript("big", [said("At the beginning", "end_turn")]);
  truncateSync(path, 200e6);
  appendFileSync(path, `\n${lines([said("At the end", "end_turn")])}`);
  const before = bytesRead();
  expect(home.read(claudeReader)?.agentSummary).toBe("At the end");
  expect(bytesRead() - before).toBeLessThan(2 * MAX_TAIL_BYTES);
});

test("Brackets nested beyond measure are not JSON", () => {
  using home = new TestHome();
  const path = home.write("a", `{"n":1}\n${"[".repeat(50_000)}\n{"a":${'{"a":'.repeat(10_000)}\n`);
  expect([...(readJsonlTail(path)?.entries ?? [])]).toEqual([{ n: 1 }]);
});

test("What is no regular file is not read, and nobody waits for it", () => {
  using home = new TestHome();
  Bun.spawnSync(["mkfifo", home.join("fifo")]);
  mkdirSync(home.join("directory"));
  symlinkSync("nowhere", home.join("dangling"));
  symlinkSync("loop", home.join("loop"));
  const paths = ["fifo", "directory", "dangling", "loop", "missing", "n\0l", "x".repeat(5000)];
  for (const path of [...paths.map((name) => `${home.path}/${name}`), "/dev/zero", ""]) {
    expect(readFileEnd(path, 100)).toBeUndefined();
    expect(readFileStart(path, 100)).toBeUndefined();
  }
  for (const path of ["fifo", "dangling", "loop", "missing", "n\0l"]) {
    expect(namesIn(`${home.path}/${path}`)).toEqual([]);
  }
});

test("Odd files among the transcripts do not hide the others", () => {
  using home = new TestHome();
  home.transcript("a\n'\"$x", [said("Good", "end_turn")], 100);
  const dir = home.join(".claude/projects/-srv-my_app-v2");
  Bun.spawnSync(["mkfifo", `${dir}/fifo.jsonl`]);
  mkdirSync(`${dir}/directory.jsonl`);
  symlinkSync("loop.jsonl", `${dir}/loop.jsonl`);
  symlinkSync("/dev/zero", `${dir}/endless.jsonl`);
  home.write(".claude/projects/-srv-my_app-v2/binary.jsonl", "\0\xff\x1b".repeat(1000));
  expect(home.read(claudeReader)?.agentSummary).toBe("Good");
});

test.skipIf(process.getuid?.() === 0)("What we may not read says nothing", () => {
  using home = new TestHome();
  const file = home.transcript("a", [said("Secret", "end_turn")]);
  chmodSync(file, 0);
  expect(home.read(claudeReader)).toBeUndefined();
  chmodSync(home.join(".claude/projects"), 0);
  try {
    expect(home.read(claudeReader)).toBeUndefined();
  } finally {
    chmodSync(home.join(".claude/projects"), 0o700);
  }
});
