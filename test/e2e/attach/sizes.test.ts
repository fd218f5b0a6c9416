import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { Sandbox, TSM, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

/** Attaches a terminal that has no size, like a serial line; one that is opened with 0 rows has 24. */
function openWithoutSize(box: Sandbox): Screen {
  const script = 'stty rows 0 cols 0; stty size; exec "$0" a work';
  return box.open(["-c", script, TSM], { program: "sh" });
}

/** Asks the program for its size until it is this one. */
async function sized(screen: Screen, size: string): Promise<void> {
  await until(async () => {
    screen.clear();
    screen.type("stty size; echo as''ked\r");
    await screen.shown("asked\r\n");
    return screen.text.includes(`${size}\r\n`);
  }, `the size ${size}`);
}

describe("the size of a session", () => {
  test("is that of its client's terminal, and follows it", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const screen = box.open(["a", "work"], { rows: 31, cols: 101 });
    await sized(screen, "31 101");
    for (const [rows, cols] of [
      [20, 90],
      [45, 150],
      [45, 151],
      [2, 10],
    ] as const) {
      screen.terminal.resize(cols, rows);
      await sized(screen, `${rows} ${cols}`);
    }
  });

  test("is not decided by a terminal that has none, until it has one", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const known = box.open(["a", "work"], { rows: 31, cols: 101 });
    await sized(known, "31 101");
    const sizeless = openWithoutSize(box);
    await sizeless.shown("0 0\r\n");
    sizeless.type("echo here''after\r");
    await sizeless.shown("hereafter");
    await sized(sizeless, "31 101");
    sizeless.terminal.resize(90, 20);
    await sized(sizeless, "20 90");
    known.type(DETACH);
    expect(await known.exited()).toBe(0);
    await sized(sizeless, "20 90");
  });

  test("stays what it was when the only terminal has none", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const known = box.open(["a", "work"], { rows: 31, cols: 101 });
    await sized(known, "31 101");
    known.type(DETACH);
    expect(await known.exited()).toBe(0);
    const sizeless = openWithoutSize(box);
    await sizeless.shown("0 0\r\n");
    await sized(sizeless, "31 101");
  });

  test("is that of the client that was active last", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const small = box.open(["a", "work"], { rows: 20, cols: 60 });
    await sized(small, "20 60");
    const large = box.open(["a", "work"], { rows: 50, cols: 160 });
    await sized(large, "50 160");
    await sized(small, "20 60");
    large.terminal.resize(170, 51);
    await sized(large, "51 170");
    large.type(DETACH);
    expect(await large.exited()).toBe(0);
    await sized(small, "20 60");
  });

  test("is kept while no client is attached", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "while read line; do stty size; done");
    const first = box.open(["a", "work"], { rows: 33, cols: 99 });
    first.type("\r");
    await first.shown("33 99");
    first.type(DETACH);
    await first.exited();
    const second = box.open(["a", "work"], { rows: 33, cols: 99 });
    await second.shown("33 99");
  });
});
