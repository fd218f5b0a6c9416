import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";

import { setWindowSize } from "../../../src/pty/window-size.ts";
import { Sandbox, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const SIZE_PROGRAM = join(import.meta.dir, "../../fixtures/window-size.ts");
const ASKING_PROGRAM = join(import.meta.dir, "../../fixtures/asking-program.ts");
const { O_RDWR, O_NOCTTY } = constants;

/** Gives a client's terminal a size with pixels. */
function resize(
  screen: Screen,
  rows: number,
  cols: number,
  xPixels: number,
  yPixels: number,
): void {
  const fd = openSync(`/proc/${screen.pid}/fd/0`, O_RDWR | O_NOCTTY);
  setWindowSize(fd, { rows, cols, xPixels, yPixels });
  closeSync(fd);
}

async function attach(
  box: Sandbox,
  size: readonly [number, number, number, number],
): Promise<Screen> {
  const screen = box.open(["a", "work"], { rows: size[0], cols: size[1] });
  await screen.shown("size ");
  resize(screen, ...size);
  return screen;
}

/** Waits until the session's programs know this size. */
async function sized(box: Sandbox, size: string): Promise<void> {
  await until(async () => {
    const lines = (await box.ok("screen", "work")).trim().split("\n");
    return lines.at(-1) === `size ${size} .`;
  }, `the size ${size}`);
}

describe.skipIf(process.platform !== "linux")("pixels of a client's terminal", () => {
  test("are those of the session's terminal, stay when it leaves, and follow another font", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "--", process.execPath, SIZE_PROGRAM);
    await sized(box, "24 80 0 0");
    const screen = await attach(box, [30, 100, 1000, 600]);
    await sized(box, "30 100 1000 600");
    resize(screen, 30, 100, 1200, 720);
    await sized(box, "30 100 1200 720");
    resize(screen, 31, 101, 1212, 744);
    await sized(box, "31 101 1212 744");
    screen.type("\x1c");
    expect(await screen.exited()).toBe(0);
    await box.ok("send", "work", "\n");
    await sized(box, "31 101 1212 744");
  });

  test("are those of the client that decides the size", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "--", process.execPath, SIZE_PROGRAM);
    const first = await attach(box, [30, 100, 1000, 600]);
    await sized(box, "30 100 1000 600");
    const second = await attach(box, [20, 70, 0, 0]);
    await sized(box, "20 70 0 0");
    first.type("\r");
    await sized(box, "30 100 1000 600");
    second.type("\r");
    await sized(box, "20 70 0 0");
  });

  test("are reported to programs while no client is attached, and unknown ones are not invented", async () => {
    await using box = new Sandbox();
    const log = join(box.root, "log");
    const queries = ["\x1b[14t\x1b[16t", "\x1b[14t\x1b[16t\x1b[5n"];
    await box.ok("new", "work", "--", process.execPath, ASKING_PROGRAM, log, ...queries);
    await until(async () => (await box.ok("screen", "work")).includes("READY"), "the program");
    const read = async (): Promise<string> => {
      const text = await Bun.file(log)
        .text()
        .catch(() => "");
      const lines = text.split("\n").slice(0, -1);
      return lines.map((line) => (JSON.parse(line) as { text: string }).text).join("");
    };
    await box.ok("send", "work", "1");
    await until(async () => (await read()) === "\x1b[0n", "one answer, and none about pixels");
    const screen = box.open(["a", "work"], { rows: 24, cols: 80 });
    await screen.shown("READY");
    resize(screen, 24, 80, 805, 490);
    const shell = box.open(["screen", "work"]);
    await shell.exited();
    screen.type("\x1c");
    await screen.exited();
    await box.ok("send", "work", "0");
    await until(
      async () => (await read()).endsWith("\x1b[4;490;805t\x1b[6;20;10t"),
      "answers about pixels",
    );
  });
});
