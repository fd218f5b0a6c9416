import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { readFileSync } from "node:fs";

import { PickerScreen } from "../support/picker-screen.ts";
import { RawClient } from "../support/raw-client.ts";
import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const NOTICE = "This session is";

/** A grid in which every place says where it is, with wide characters, and the cursor at a place. */
function grid(rows: number, cols: number, row: number, col: number): string {
  const letter = (n: number): string => String.fromCharCode(65 + n);
  const cell = (y: number, x: number): string => `${letter(y)}${letter(x)}漢`;
  const line = (y: number): string =>
    Array.from({ length: Math.floor(cols / 4) }, (_, x) => cell(y, x)).join("");
  const lines = Array.from(
    { length: rows },
    (_, y) => `\x1b[${y + 1}H\x1b[3${1 + (y % 6)}m${line(y)}`,
  );
  return `\x1b[H\x1b[2J${lines.join("")}\x1b[m\x1b[${row + 1};${col + 1}H`;
}

/** Shows files that the test writes, one for each line that it is sent. */
const SHOW = 'stty -echo; while read file; do cat "$file"; done';

/** Processor time of a process: proc(5), in ticks of 10 ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

class Stage {
  #files = 0;

  constructor(readonly box: Sandbox) {}

  async start(): Promise<void> {
    await this.box.ok("new", "work", "--", "sh", "-c", SHOW);
  }

  /** Prints a text in the session, whoever is attached. */
  async print(text: string): Promise<void> {
    const file = `${this.box.root}/f${this.#files++}`;
    await Bun.write(file, text);
    await this.box.ok("send", "work", `${file}\r`);
  }
}

function textOf(screen: PickerScreen): string[] {
  return screen.lines.map((line) => line.trimEnd());
}

function cursorOf(screen: PickerScreen): [number, number] {
  void screen.lines; // reads what has come
  const { buffer } = screen.model.state;
  return [buffer.y, buffer.x];
}

/** The part of a screen that a view of it is to show; halves of wide characters are blanks. */
function part(
  screen: PickerScreen,
  rows: number,
  cols: number,
  top: number,
  left: number,
): string[] {
  void screen.lines;
  const { buffer, core } = screen.model.state;
  return Array.from({ length: rows }, (_, row) => {
    const line = buffer.lines.get(buffer.ybase + top + row);
    if (line === undefined) return "";
    let text = "";
    for (let x = left; x < Math.min(left + cols, core.cols); x++) {
      const width = line.getWidth(x);
      const isCut = (width === 0 && x === left) || (width === 2 && x === left + cols - 1);
      if (isCut) text += " ";
      else if (width > 0) text += line.getString(x) || " ";
    }
    return text.trimEnd();
  });
}

/** Waits until a client shows its session: by then it has the client's size. */
async function attached({ screen }: PickerScreen): Promise<void> {
  await screen.until(() => screen.text.includes("\x1b[H\x1b[2J"), "the picture");
}

describe("a client whose terminal is smaller than the session", () => {
  test("sees the part with the cursor, and once the size of the session", async () => {
    await using box = new Sandbox();
    const stage = new Stage(box);
    await stage.start();
    const full = new PickerScreen(box, ["a", "work"], { rows: 40, cols: 120 });
    await attached(full);
    const small = new PickerScreen(box, ["a", "-r", "work"], { rows: 24, cols: 80 });
    await small.until(NOTICE);
    expect(small.text).toContain("120 columns");
    expect(small.text).toContain("40 lines");
    for (const [row, col, top, left] of [
      [3, 10, 0, 0],
      [39, 10, 16, 0],
      [20, 119, 0, 40],
      [24, 80, 16, 40],
      [0, 0, 0, 0],
    ] as const) {
      await stage.print(grid(40, 120, row, col));
      await until(() => {
        const wanted = part(full, 24, 80, top, left).join("\n");
        const isThere = cursorOf(full).join() === `${row},${col}`;
        const isFollowed = cursorOf(small).join() === `${row - top},${col - left}`;
        return isThere && isFollowed && textOf(small).join("\n") === wanted;
      }, `the part of the screen with ${row};${col}`);
    }
    expect(small.screen.text.split(NOTICE).length - 1).toBe(1);
  });

  test("sees the same when nothing is printed after the notice", async () => {
    await using box = new Sandbox();
    const stage = new Stage(box);
    await stage.start();
    const full = new PickerScreen(box, ["a", "work"], { rows: 30, cols: 100 });
    await attached(full);
    await stage.print(grid(30, 100, 2, 2));
    await full.until("漢");
    const small = new PickerScreen(box, ["a", "-r", "work"], { rows: 10, cols: 37 });
    await small.until(NOTICE);
    await until(() => textOf(small).join("\n") === part(full, 10, 37, 0, 0).join("\n"), "the part");
  });
});

describe("a client whose terminal is larger than the session", () => {
  test("sees it in the upper left corner, with the rest empty", async () => {
    await using box = new Sandbox();
    const stage = new Stage(box);
    await stage.start();
    const full = new PickerScreen(box, ["a", "work"], { rows: 24, cols: 80 });
    await attached(full);
    const large = new PickerScreen(box, ["a", "-r", "work"], { rows: 40, cols: 120 });
    for (const [row, col] of [
      [23, 79],
      [0, 5],
    ] as const) {
      await stage.print(grid(24, 80, row, col));
      await until(() => {
        const isThere = [full, large].every((it) => cursorOf(it).join() === `${row},${col}`);
        return isThere && textOf(large).join("\n") === part(full, 40, 120, 0, 0).join("\n");
      }, `the screen with ${row};${col}`);
    }
    expect(large.screen.text).not.toContain(NOTICE);
  });
});

describe("a client whose terminal gets the session's size", () => {
  /** Whether the screen is only ever cleared while the terminal holds its picture. */
  function clearsHeldOnly(output: string): boolean {
    let isHeld = false;
    for (const [sequence] of output.matchAll(/\x1b\[\?2026[hl]|\x1b\[2J/g)) {
      if (sequence === "\x1b[2J" && !isHeld) return false;
      if (sequence !== "\x1b[2J") isHeld = sequence.endsWith("h");
    }
    return true;
  }

  test("sees the session itself after growing, without an empty screen in between", async () => {
    await using box = new Sandbox();
    const stage = new Stage(box);
    await stage.start();
    const full = new PickerScreen(box, ["a", "work"], { rows: 30, cols: 100 });
    await attached(full);
    await stage.print(`${grid(30, 100, 5, 5)}\x1b[4 q\x1b[?25l`);
    await full.until("漢");
    const small = new PickerScreen(box, ["a", "-r", "work"], { rows: 20, cols: 60 });
    await until(() => textOf(small).join("\n") === part(full, 20, 60, 0, 0).join("\n"), "the part");
    const from = small.screen.output.length;
    const later = (): string => small.screen.output.subarray(from).toString();
    small.resize(30, 100);
    await stage.print("\x1b[?25hend");
    await full.until("end");
    await small.until("end");
    await until(() => textOf(small).join("\n") === textOf(full).join("\n"), "the whole");
    expect(later()).toContain("\x1b[2J");
    expect(clearsHeldOnly(later())).toBe(true);
    await stage.print("plain-bytes-\x1b[31mred");
    await full.screen.until(() => full.screen.text.includes("plain-bytes-\x1b[31mred"), "the text");
    await small.screen.until(
      () => small.screen.text.endsWith("plain-bytes-\x1b[31mred"),
      "the output untouched",
    );
  });

  test("sees it when it types, and when the deciding one leaves; the other gets the view", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const first = new PickerScreen(box, ["a", "work"], { rows: 24, cols: 80 });
    await first.until("$");
    const second = new PickerScreen(box, ["a", "work"], { rows: 30, cols: 100 });
    await second.until("$");
    second.type("stty size; echo at''100\r");
    await second.until("at100");
    await second.until("30 100");
    await first.until("at100");
    first.type("stty size; echo at''80\r");
    await first.until("24 80");
    await second.until("at80");
    await until(
      () => textOf(second).join("\n") === part(first, 30, 100, 0, 0).join("\n"),
      "the view of the first one's size",
    );
    first.type(DETACH);
    expect(await first.screen.exited()).toBe(0);
    second.screen.clear();
    second.type("echo ali''ve; stty size\r");
    await until(async () => (await box.ok("screen", "work")).includes("30 100\n$"), "the size");
    expect(second.screen.text).toContain("alive");
  });
});

describe("a client of another size that reads nothing", () => {
  test("has one frame waiting, slows no other client, and then gets the latest", async () => {
    await using box = new Sandbox();
    await box.ok(
      "new",
      "work",
      "--",
      "sh",
      "-c",
      `stty -echo; while read line; do seq 1 "$line"; echo end-$line; done`,
    );
    const raw = await RawClient.attach(box.socket("work"), { rows: 24, cols: 80 });
    const viewer = await RawClient.attach(box.socket("work"), { rows: 50, cols: 200 });
    raw.type("1\r");
    await raw.shown("end-1");
    await viewer.shown("end-1");
    viewer.pause();
    const before = viewer.outputBytes;
    raw.type("3000000\r");
    await raw.shown("end-3000000");
    expect(raw.outputBytes).toBeGreaterThan(20_000_000);
    const daemonPid = box.daemonPid("work");
    const idleMs = cpuMs(daemonPid);
    await Bun.sleep(1000); // a daemon that waits for it does nothing
    expect(cpuMs(daemonPid) - idleMs).toBeLessThan(300);
    viewer.resume();
    await viewer.shown("end-3000000");
    expect(viewer.outputBytes - before).toBeLessThan(1_000_000);
    raw.close();
    viewer.close();
  });
});
