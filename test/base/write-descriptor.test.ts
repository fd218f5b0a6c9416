import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writeAll, writeAllWith, writeSome } from "../../src/base/write-descriptor.ts";

const MIB = 1024 * 1024;
const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

/** A named pipe, read by nobody but the test. */
let directory: string;
let path: string;
let readFd: number | undefined;
let writeFd: number;

beforeEach(() => {
  directory = mkdtempSync("/tmp/tsm-wd-");
  path = join(directory, "pipe");
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  readFd = openSync(path, O_RDONLY | O_NONBLOCK);
  writeFd = openSync(path, O_WRONLY | O_NONBLOCK);
});

afterEach(() => {
  closeReader();
  closeSync(writeFd);
  rmSync(directory, { recursive: true });
});

function closeReader(): void {
  if (readFd !== undefined) closeSync(readFd);
  readFd = undefined;
}

function fill(fd: number): number {
  let total = 0;
  for (let written = -1; written !== 0; total += written)
    written = writeSome(fd, new Uint8Array(4096));
  return total;
}

describe("writing into a descriptor that does not block", () => {
  test("writes what there is room for, and reports 0 when there is none", () => {
    const filled = fill(writeFd);
    expect(filled).toBeGreaterThan(0);
    expect(readSync(readFd ?? -1, new Uint8Array(filled))).toBe(filled);
    expect(writeSome(writeFd, new Uint8Array(10))).toBe(10);
  });

  test("fails when nobody can read it any more", () => {
    closeReader();
    expect(() => writeSome(writeFd, new Uint8Array(1))).toThrow("EPIPE");
    expect(() => writeAll(writeFd, new Uint8Array(1))).toThrow("EPIPE");
  });

  test("waits for a slow reader until all is written", async () => {
    const reader = Bun.spawn(["sh", "-c", 'sleep 0.05; cat "$0" | cksum', path], {
      stdout: "pipe",
    });
    const bytes = Uint8Array.from({ length: MIB }, (_, at) => (at * 7) & 0xff);
    writeAll(writeFd, bytes);
    closeSync(writeFd);
    writeFd = openSync("/dev/null", O_WRONLY);
    closeReader();
    const sum = Bun.spawnSync(["cksum"], { stdin: bytes }).stdout.toString();
    expect(await new Response(reader.stdout).text()).toBe(sum);
  });

  test("gives up a reader that accepts nothing more in time", () => {
    fill(writeFd);
    expect(writeAllWith((bytes) => writeSome(writeFd, bytes), new Uint8Array(10), 5)).toBe(false);
    expect(writeAllWith(() => -1, new Uint8Array(10), 5)).toBe(false);
    expect(writeAllWith((bytes) => Math.min(3, bytes.byteLength), new Uint8Array(10), 5)).toBe(
      true,
    );
  });
});
