import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { encodeSize } from "../../../src/protocol/messages.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { RawClient } from "../support/raw-client.ts";
import { inTime, Sandbox, until } from "../support/sandbox.ts";
import { flood, privateBytes } from "../support/flood.ts";

setDefaultTimeout(120_000);

const MIB = 1024 * 1024;

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

describe("many clients", () => {
  test("fifty of them all get the same bytes", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", ...flood(500_000));
    const clients = await Promise.all(
      Array.from({ length: 50 }, () => RawClient.attach(box.socket("work"))),
    );
    for (const client of clients) await inTime(client.shown("ready"), () => "a snapshot");
    const start = clients.map((client) => client.outputBytes);
    expect(await box.ok("ls")).toContain("yes (50)");
    clients[0]?.type("\r");
    for (const client of clients) await inTime(client.shown("<end>"), () => "the end");
    const got = clients.map((client, i) => client.outputBytes - (start[i] ?? 0));
    expect(new Set(got).size).toBe(1);
    for (const client of clients) client.close();
  });

  test("attach and detach 1000 times during a flood, and leave nothing", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "yes");
    const daemon = box.daemonPid("work");
    const visit = async (): Promise<void> => {
      const client = await RawClient.attach(box.socket("work"));
      await inTime(client.shown("y"), () => "output");
      client.close();
    };
    for (let i = 0; i < 20; i++) await visit();
    await until(async () => / - /.test(await box.ok("ls")), "all clients to be gone");
    const filesBefore = openFiles(daemon);
    const bytesBefore = privateBytes(daemon);
    for (let round = 0; round < 100; round++) {
      await Promise.all(Array.from({ length: 10 }, visit));
    }
    await until(async () => / - /.test(await box.ok("ls")), "all clients to be gone");
    expect(openFiles(daemon)).toBeLessThanOrEqual(filesBefore + 2);
    expect(privateBytes(daemon) - bytesBefore).toBeLessThan(64 * MIB);
  });

  test("of different sizes: the one that was active last sets the session's size", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const small = box.open(["a", "work"], { rows: 20, cols: 60 });
    await small.shown("$ ");
    const large = box.open(["a", "work"], { rows: 40, cols: 120 });
    await large.shown("$ ");
    let asked = 0;
    const size = async (of: typeof small): Promise<string> => {
      // Both see every answer: each has a word of its own.
      const answer = new RegExp(`(\\d+ \\d+)\r+\ndone${++asked}`);
      of.type(`stty size; echo do''ne${asked}\r`);
      await of.until(() => answer.test(of.text), "the size");
      return answer.exec(of.text)?.[1] ?? "";
    };
    expect(await size(large)).toBe("40 120");
    expect(await size(small)).toBe("20 60");
    large.terminal.resize(110, 30);
    await until(async () => (await size(large)) === "30 110", "the new size");
    large.type("\x1c");
    await large.exited();
    small.clear();
    small.type("stty size; echo do''ne\r");
    await small.shown("20 60");
  });

  test("that die in the middle of a frame do not affect others", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const watcher = await RawClient.attach(box.socket("work"));
    for (let i = 0; i < 50; i++) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const socket = await Bun.connect({
        unix: box.socket("work"),
        socket: { data: () => {}, close: () => resolve() },
      });
      // Init, and half of an Input frame.
      socket.write(Buffer.from([7, 4, 0, 0, 0, 24, 0, 80, 0, 0, 200, 0, 0, 0, 97, 97]));
      socket.terminate();
      await promise;
    }
    watcher.type("echo st''ill\r");
    await inTime(watcher.shown("still"), () => "the session");
    watcher.close();
  });
});

describe("a read-only client", () => {
  test("sees everything, cannot type and does not set the size", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const writer = box.open(["a", "work"], { rows: 24, cols: 80 });
    await writer.shown("$ ");
    const reader = box.open(["a", "-r", "work"], { rows: 10, cols: 40 });
    await reader.shown("$ ");
    reader.type("echo from''reader\r");
    writer.type("echo from''writer; stty size\r");
    await reader.shown("fromwriter");
    await writer.shown("24 80");
    expect(writer.text).not.toContain("fromreader");
    reader.type("\x1c");
    expect(await reader.exited()).toBe(0);
  });

  test("is ignored by the daemon when it sends input", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const reader = await RawClient.connect(box.socket("work"));
    reader.send(Tag.InitReadOnly, encodeSize({ rows: 10, cols: 40 }));
    reader.type("echo from''reader\r");
    const writer = await RawClient.attach(box.socket("work"));
    writer.type("echo from''writer\r");
    await inTime(writer.shown("fromwriter"), () => "the writer");
    expect(writer.tail.toString()).not.toContain("fromreader");
    reader.close();
    writer.close();
  });

  test("does not create a missing session", async () => {
    await using box = new Sandbox();
    await box.ok("new", "other");
    const reader = box.open(["a", "--read-only", "nobody"]);
    expect(await reader.exited()).toBe(1);
    expect(reader.text).toContain("session not found");
  });
});

test("--take detaches all other clients", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  const first = box.open(["a", "work"]);
  await first.shown("$ ");
  const second = box.open(["a", "--take", "work"]);
  await second.shown("$ ");
  expect(await first.exited()).toBe(0);
  expect(first.text).toContain("[detached from work]");
  second.type("echo st''ill\r");
  await second.shown("still");
});
