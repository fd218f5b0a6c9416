import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

import { FileLock } from "../../src/system/file-lock.ts";
import { TestDirectory } from "../config/test-directory.ts";

test("One process at a time holds a lock, which leaves no file", () => {
  using dir = new TestDirectory();
  const path = dir.join("lock");
  expect(FileLock.isHeld(path)).toBe(false);
  const lock = FileLock.take(path);
  expect(readFileSync(path, "utf8")).toBe(`${process.pid}\n`);
  expect(FileLock.take(path)).toBeUndefined();
  expect(FileLock.isHeld(path)).toBe(true);
  lock?.release();
  lock?.release();
  expect(existsSync(path)).toBe(false);
  expect(FileLock.take(path)).toBeDefined();
});

test("A lock whose file was removed no longer counts, and is not removed from under the next", () => {
  using dir = new TestDirectory();
  const path = dir.join("lock");
  const first = FileLock.take(path);
  rmSync(path);
  expect(first?.isOurs()).toBe(false);
  const second = FileLock.take(path);
  first?.release();
  expect(second?.isOurs()).toBe(true);
  expect(FileLock.isHeld(path)).toBe(true);
});

test("A file left by a killed process does not count as locked", () => {
  using dir = new TestDirectory();
  const path = dir.join("lock");
  writeFileSync(path, "4711\n");
  expect(FileLock.isHeld(path)).toBe(false);
  expect(FileLock.take(path)).toBeDefined();
});

test("A process that ends releases its lock, however it ends", async () => {
  using dir = new TestDirectory();
  const path = dir.join("lock");
  const script = `
    import { FileLock } from ${JSON.stringify(`${import.meta.dir}/../../src/system/file-lock.ts`)};
    FileLock.take(${JSON.stringify(path)});
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  for await (const _ of child.stdout) break;
  expect(FileLock.isHeld(path)).toBe(true);
  expect(FileLock.take(path)).toBeUndefined();
  child.kill("SIGKILL");
  await child.exited;
  expect(FileLock.isHeld(path)).toBe(false);
});

test("A link is never followed", () => {
  using dir = new TestDirectory();
  writeFileSync(dir.join("target"), "mine");
  symlinkSync(dir.join("target"), dir.join("lock"));
  expect(() => FileLock.take(dir.join("lock"))).toThrow();
  expect(FileLock.isHeld(dir.join("lock"))).toBeUndefined();
  expect(readFileSync(dir.join("target"), "utf8")).toBe("mine");
});
