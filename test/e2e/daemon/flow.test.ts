import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSize } from "../../../src/protocol/messages.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { RawClient } from "../support/raw-client.ts";
import { inTime, isRunning, Sandbox, until } from "../support/sandbox.ts";
import { flood, privateBytes } from "../support/flood.ts";

setDefaultTimeout(120_000);

const MIB = 1024 * 1024;

/** The same bytes as the terminal delivers them. */
function floodText(bytes: number): string {
  const lines = Math.ceil(bytes / 10);
  const text = Array.from({ length: lines }, (_, i) => `${100_000_000 + i}\n`).join("");
  return `${text.slice(0, bytes)}\n<end>\n`.replaceAll("\n", "\r\n");
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
  test("does not slow another, and shows the exact screen when it resumes", async () => {
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

describe("a terminal that is closed while the program reads no input", () => {
  const attached = async (box: Sandbox): Promise<number> => {
    const [session] = JSON.parse(await box.ok("list", "--json")) as { clients: number }[];
    return session?.clients ?? -1;
  };

  test("no longer counts, and does not keep the daemon running after the session's end", async () => {
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
