import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { SlowTerminal } from "../../fixtures/slow-terminal.ts";
import { Sandbox, TSM } from "../support/sandbox.ts";

setDefaultTimeout(120_000);

/** Numbered lines, so that what is missing or doubled cannot go unnoticed. */
function numbered(bytes: number): string {
  return Array.from({ length: bytes / 8 }, (_, i) => `${String(i).padStart(7, "0")}\n`).join("");
}

/**
 * A session whose program prints a text, unchanged by its terminal, when something is typed, and
 * then waits. A fast start: the slow terminal is not to wait for the snapshot.
 */
async function attach(box: Sandbox, text: string, bytesPerSecond: number): Promise<SlowTerminal> {
  const file = join(box.root, "text");
  writeFileSync(file, text);
  const script = `stty raw -echo; echo ready; head -c 1 >/dev/null; cat ${file}; exec sleep 1000`;
  await box.ok("new", "work", "sh", "-c", script);
  const terminal = new SlowTerminal([TSM, "attach", "work"], box.env(), 1_000_000);
  await terminal.takes("ready");
  terminal.bytesPerSecond = bytesPerSecond;
  terminal.begin();
  if (bytesPerSecond > 0) terminal.type("x");
  return terminal;
}

function hashOf(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

describe("a terminal that is slow gets every byte, in order", () => {
  for (const [kiloBytes, totalBytes] of [
    [1, 6_000],
    [10, 80_000],
    [60, 480_000],
    [150, 1_200_000],
    [400, 2_400_000],
  ] as const) {
    test(`at ${kiloBytes} kB a second`, async () => {
      await using box = new Sandbox();
      const text = numbered(totalBytes);
      using terminal = await attach(box, text, kiloBytes * 1000);
      await terminal.takesBytes(text.length);
      expect(terminal.hash()).toBe(hashOf(text));
    });
  }

  test("with pauses of seconds", async () => {
    await using box = new Sandbox();
    const text = numbered(1_600_000);
    using terminal = await attach(box, text, 400_000);
    for (const pauseMs of [1900, 10_000, 1900]) {
      await terminal.takesBytes(terminal.takenBytes + 200_000);
      terminal.bytesPerSecond = 0;
      await Bun.sleep(pauseMs); // the pause itself
      terminal.bytesPerSecond = 400_000;
    }
    await terminal.takesBytes(text.length);
    expect(terminal.hash()).toBe(hashOf(text));
  });

  test("and a clipboard of 3 MB whole", async () => {
    await using box = new Sandbox();
    const text = `\x1b]52;c;${Buffer.alloc(2_250_000, "clip").toString("base64")}\x07done`;
    using terminal = await attach(box, text, 600_000);
    await terminal.takesBytes(text.length);
    expect(terminal.hash()).toBe(hashOf(text));
  });

  test("and so does a quick one beside it", async () => {
    await using box = new Sandbox();
    const text = numbered(400_000);
    using slow = await attach(box, text, 0);
    using quick = new SlowTerminal([TSM, "attach", "work"], box.env(), 10_000_000);
    await quick.takes("ready");
    quick.begin();
    slow.bytesPerSecond = 100_000;
    slow.begin();
    slow.type("x");
    await Promise.all([slow.takesBytes(text.length), quick.takesBytes(text.length)]);
    expect([slow.hash(), quick.hash()]).toEqual([hashOf(text), hashOf(text)]);
  });
});

test("Ctrl+C during a flood shows its effect within a second of what a slow terminal has to draw", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work");
  const rate = 60_000;
  using terminal = new SlowTerminal([TSM, "attach", "work"], box.env(), rate);
  await terminal.takes("$ ");
  terminal.begin();
  terminal.type("yes abcdefghijklmnopqrstuvwxyz\r");
  await terminal.takesBytes(3 * rate);
  const before = terminal.takenBytes;
  terminal.type("\x03");
  await terminal.takes("$ ");
  // Bytes, not time: so much had been on its way when the key was typed.
  const kernelBytes = 16 * 1024;
  expect(terminal.takenBytes - before).toBeLessThan(rate + kernelBytes);
});

test("tail -f on a slow terminal prints every byte", async () => {
  await using box = new Sandbox();
  const text = numbered(480_000);
  writeFileSync(join(box.root, "text"), text);
  const script = "stty raw -echo; echo ready; head -c 1 >/dev/null; cat text; exec sleep 1000";
  await box.ok("new", "work", "sh", "-c", script);
  using terminal = new SlowTerminal([TSM, "tail", "-f", "work"], box.env(), 60_000);
  await terminal.takes("ready");
  terminal.begin();
  await box.ok("send", "work", "x");
  // This terminal is in line mode: each line feed comes out as two bytes.
  const expected = text.replaceAll("\n", "\r\n");
  await terminal.takesBytes(expected.length);
  expect(terminal.hash()).toBe(hashOf(expected));
});
