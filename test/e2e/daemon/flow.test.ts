import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { encodeSize } from "../../../src/protocol/messages.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { RawClient } from "../support/raw-client.ts";
import { inTime, isRunning, Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(120_000);

const MIB = 1024 * 1024;
/** A program that waits for a key, then prints so many bytes of numbered lines, then a mark. */
const flood = (bytes: number): string[] => [
  "sh",
  "-c",
  `stty -echo; echo ready; read go; seq 100000000 199999999 | head -c ${bytes}; echo; echo '<end>'; exec sleep 1000`,
];

/** The same bytes as the terminal delivers them. */
function floodText(bytes: number): string {
  const lines = Math.ceil(bytes / 10);
  const text = Array.from({ length: lines }, (_, i) => `${100_000_000 + i}\n`).join("");
  return `${text.slice(0, bytes)}\n<end>\n`.replaceAll("\n", "\r\n");
}

/** Anonymous memory of a process in bytes: what is its own, files and shared pages not counted. */
function privateBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

describe("a slow reader", () => {
  test("gets every byte of 50 MB, and the program waits for it", async () => {
    await using box = new Sandbox();
    const bytes = 50_000_000;
    await box.ok("new", "work", ...flood(bytes));
    const client = await RawClient.attach(box.socket("work"));
    await inTime(client.shown("ready"), () => "the program");
    const daemon = box.daemonPid("work");
    const before = client.outputBytes;
    let received = "";
    let peakBytes = 0;
    client.onOutput = (chunk) => {
      received += Buffer.from(chunk).toString("latin1");
      peakBytes = Math.max(peakBytes, privateBytes(daemon));
      // Some 25 MB a second: far less than the program could print.
      client.pause();
      setTimeout(() => client.resume(), 2);
    };
    client.type("\r");
    await client.shown("<end>");
    const hash = (text: string): string => Bun.hash(text).toString(16);
    const expected = floodText(bytes);
    expect(client.outputBytes - before).toBeGreaterThanOrEqual(expected.length);
    expect(hash(received.slice(received.indexOf("100000000")).slice(0, expected.length))).toBe(
      hash(expected),
    );
    expect(peakBytes).toBeLessThan(160 * MIB);
    client.close();
  });
});

describe("a client that has stopped", () => {
  test("does not hold back another, and shows the exact screen when it goes on", async () => {
    await using box = new Sandbox();
    const bytes = 30_000_000;
    await box.ok("new", "work", ...flood(bytes));
    const stopped = box.open(["a", "work"]);
    await stopped.shown("ready");
    stopped.kill("SIGSTOP");
    const other = await RawClient.attach(box.socket("work"));
    await inTime(other.shown("ready"), () => "the snapshot");
    other.type("\r");
    await inTime(other.shown("<end>"), () => "the other client to get everything");
    expect(privateBytes(box.daemonPid("work"))).toBeLessThan(160 * MIB);

    stopped.kill("SIGCONT");
    const truth = createTerminalBackend({ rows: 24, cols: 80 });
    truth.consume(Buffer.from(`ready\r\n${floodText(bytes).slice(-200_000)}`));
    const expected = Buffer.from(truth.preview()).toString();
    const screen = createTerminalBackend({ rows: 24, cols: 80 });
    let fed = 0;
    // It makes up for what was missed, and is drawn once more because it goes on.
    await stopped.until(() => {
      const { output } = stopped;
      screen.consume(output.subarray(fed));
      fed = output.byteLength;
      return Buffer.from(screen.preview()).toString() === expected;
    }, "the exact screen");
    other.close();
  });
});

describe("Ctrl+C during yes", () => {
  test("reaches the program at once, whatever waits for the client", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "trap 'exit 3' INT; echo ready; read go; yes; exit 3");
    const client = await RawClient.attach(box.socket("work"));
    await inTime(client.shown("ready"), () => "the program");
    client.type("\r");
    await inTime(client.shown("y\r\ny\r\n"), () => "the flood");
    client.pause();
    const pid = Number((await box.ok("ls")).split("\n")[1]?.split(/\s+/)[1]);
    client.type("\x03");
    await until(() => !isRunning(pid), "the interrupted program to end");
    const before = client.outputBytes;
    client.resume();
    await inTime(client.closed, () => "the connection to end");
    // What the queue, the sockets and the kernel's terminal may hold.
    expect(client.outputBytes - before).toBeLessThan(4 * MIB);
    expect([...(client.exitPayload ?? [])]).toEqual([3, 0]);
  });
});

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

  test("come and go 1000 times during a flood; nothing is left of them", async () => {
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

  test("of different sizes: the one that was active last decides", async () => {
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

  test("that die in the middle of a frame cost nobody anything", async () => {
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
  test("sees everything, types nothing and decides no size", async () => {
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

  test("is not obeyed by the daemon either when it sends input", async () => {
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

  test("does not create a session that is missing", async () => {
    await using box = new Sandbox();
    await box.ok("new", "other");
    const reader = box.open(["a", "--read-only", "nobody"]);
    expect(await reader.exited()).toBe(1);
    expect(reader.text).toContain("session not found");
  });
});

test("--take sends all other clients home", async () => {
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

describe("input", () => {
  test("of 10 MB pasted into cat arrives whole", async () => {
    await using box = new Sandbox();
    const file = join(box.root, "pasted");
    await box.ok("new", "work", "sh", "-c", `stty -echo; echo ready; cat > ${file}`);
    const client = await RawClient.attach(box.socket("work"));
    await inTime(client.shown("ready"), () => "the program");
    const text = Array.from({ length: 200_000 }, (_, i) => `line ${i} ${"x".repeat(40)}\n`).join(
      "",
    );
    for (let at = 0; at < text.length; at += 60_000) client.type(text.slice(at, at + 60_000));
    client.type("\x04");
    await inTime(client.closed, () => "cat to end");
    const hash = (bytes: Uint8Array | string): string => Bun.hash(bytes).toString(16);
    expect(hash(readFileSync(file))).toBe(hash(Buffer.from(text)));
  });

  test("into a program that does not read it blocks nothing else, and takes bounded memory", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "stty raw -echo; echo ready; exec sleep 1000");
    const client = await RawClient.attach(box.socket("work"));
    await inTime(client.shown("ready"), () => "the program");
    const piece = new Uint8Array(MIB).fill(97);
    const before = privateBytes(box.daemonPid("work"));
    for (let i = 0; i < 100; i++) client.type(piece);
    for (let i = 0; i < 5; i++) expect(await box.ok("ls")).toContain("work");
    expect(privateBytes(box.daemonPid("work"))).toBeLessThan(before + 64 * MIB);
    await box.ok("kill", "work");
    client.close();
  });
});

test("a thousand resizes in a row end in the last size", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  const client = await RawClient.attach(box.socket("work"));
  for (let i = 0; i < 1000; i++) {
    client.send(Tag.Resize, encodeSize({ rows: 10 + (i % 40), cols: 20 + (i % 150) }));
  }
  client.send(Tag.Resize, encodeSize({ rows: 33, cols: 99 }));
  client.type("stty size\r");
  await inTime(client.shown("33 99"), () => "the size");
  client.close();
});

describe("a terminal that is closed while the program takes no input", () => {
  const attached = async (box: Sandbox): Promise<number> => {
    const [session] = JSON.parse(await box.ok("list", "--json")) as { clients: number }[];
    return session?.clients ?? -1;
  };

  test("no longer counts, and does not keep the daemon after the session's end", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "stty raw -echo; echo ready; exec sleep 1000");
    const client = await RawClient.attach(box.socket("work"));
    await inTime(client.shown("ready"), () => "the program");
    for (let i = 0; i < 40; i++) client.type(new Uint8Array(MIB).fill(97));
    await until(() => client.pendingBytes < 24 * MIB, "the daemon to have read all it keeps");
    client.close();
    await until(async () => (await attached(box)) === 0, "the client to count no longer");
    const pid = box.daemonPid("work");
    await box.ok("kill", "work");
    await until(() => !isRunning(pid), "the daemon's end");
  });
});
