import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Sandbox, TSM, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const PROGRAM = join(import.meta.dir, "../../fixtures/asking-program.ts");
const ATTRIBUTES = "\x1b[c";
const CURSOR = "\x1b[6n";
const BACKGROUND = "\x1b]11;?\x1b\\";
const KEYBOARD = "\x1b[?u";
const SIZE = "\x1b[18t";
/** "within half a second", and what the machine that runs the tests may add to it. */
const SOON_MS = 1000;

interface Read {
  ms: number;
  text: string;
}

/** A session in which a program asks, and what that has read. */
class Asking {
  readonly #log: string;

  private constructor(
    readonly box: Sandbox,
    readonly name: string,
  ) {
    this.#log = join(box.root, `${name}.log`);
  }

  /** @param queries what it asks when `0`, `1` … are typed. */
  static async start(box: Sandbox, ...queries: string[]): Promise<Asking> {
    const asking = new Asking(box, "ask");
    const argv = [process.execPath, PROGRAM, asking.#log, ...queries];
    await box.ok("new", asking.name, "--", ...argv);
    await until(async () => (await box.ok("screen", asking.name)).includes("READY"), "the program");
    return asking;
  }

  /** Types a key without being attached. */
  async press(key: string): Promise<void> {
    await this.box.ok("send", this.name, key);
  }

  get reads(): Read[] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Read);
  }

  get text(): string {
    return this.reads.map(({ text }) => text).join("");
  }

  /** Waits until the program has read just this. */
  async read(text: string): Promise<void> {
    await until(
      () => this.text.length >= text.length,
      `${JSON.stringify(text)} to be read, not ${JSON.stringify(this.text)}`,
    );
    expect(this.text).toBe(text);
  }
}

/** Where in its text a terminal has answered what tsm itself asks. */
const answered = new WeakMap<Screen, number>();

/** An attached terminal that a program has asked this so many times. */
async function asked(screen: Screen, query: string, times = 1): Promise<void> {
  await screen.until(
    () => screen.text.slice(answered.get(screen)).split(query).length > times,
    `${JSON.stringify(query)} at the terminal`,
  );
}

async function attach(box: Sandbox, name = "ask", screen = box.open(["a", name])): Promise<Screen> {
  await screen.shown(ATTRIBUTES);
  answered.set(screen, screen.text.indexOf(ATTRIBUTES) + ATTRIBUTES.length);
  screen.type("\x1b[?64;1;2c"); // the last one: what is not answered now is not answered
  await screen.shown("READY");
  return screen;
}

describe("what a program asks its terminal", () => {
  test("is answered by the client's terminal, once, however often that answers", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, ATTRIBUTES, BACKGROUND);
    const screen = await attach(box);
    await program.press("0");
    await asked(screen, ATTRIBUTES);
    screen.type("\x1b[?64;1;2c");
    await program.read("\x1b[?64;1;2c");
    screen.type("\x1b[?64;1;2cx");
    await program.read("\x1b[?64;1;2cx");
    await program.press("1");
    await asked(screen, BACKGROUND);
    screen.type("\x1b]11;rgb:ffff/ffff/ffff\x1b\\y");
    await program.read("\x1b[?64;1;2cx\x1b]11;rgb:ffff/ffff/ffff\x1b\\y");
  });

  test("is answered by tsm at once while no client is attached", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, `${ATTRIBUTES}${CURSOR}`);
    await program.press("0");
    await program.read("\x1b[?62;22c\x1b[2;1R");
  });

  test("is answered by tsm when the terminal is late, and the late answer is dropped", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, CURSOR, SIZE);
    const screen = await attach(box);
    await program.press("0");
    await program.read("\x1b[2;1R");
    expect(program.reads[0]?.ms).toBeLessThan(SOON_MS);
    await program.press("1");
    await asked(screen, SIZE);
    screen.type("\x1b[7;7R\x1b[8;30;90tx");
    await program.read("\x1b[2;1R\x1b[8;30;90tx");
  });

  test("is not answered with the answer to the question before, which came late", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, CURSOR);
    const screen = await attach(box);
    await program.press("0");
    await program.read("\x1b[2;1R");
    await program.press("0");
    await asked(screen, CURSOR, 2);
    screen.type("\x1b[5;5R");
    screen.type("\x1b[6;6R");
    await program.read("\x1b[2;1R\x1b[6;6R");
  });

  test("is answered by tsm when the terminal never does, in the order of asking", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, `${KEYBOARD}${BACKGROUND}${CURSOR}`);
    await attach(box);
    await program.press("0");
    await program.read("\x1b[?0u\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[2;1R");
    expect(program.reads[0]?.ms).toBeLessThan(SOON_MS);
  });

  test("is answered in order when the terminal answers only the last question", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, `${KEYBOARD}${SIZE}${ATTRIBUTES}`);
    const screen = await attach(box);
    await program.press("0");
    await asked(screen, ATTRIBUTES);
    screen.type("\x1b[?64c");
    // What a terminal can do only it knows: of its keyboard it has said nothing.
    await program.read("\x1b[8;24;80t\x1b[?64c");
  });

  test("is answered while the client is stopped, and nothing is typed when it resumes", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, ATTRIBUTES, CURSOR);
    const screen = await attach(box);
    screen.kill("SIGSTOP");
    await program.press("0");
    await program.read("\x1b[?62;22c");
    await program.press("1");
    await program.read("\x1b[?62;22c\x1b[2;1R");
    for (const { ms } of program.reads) expect(ms).toBeLessThan(SOON_MS);
    screen.type("\x1b[?64c\x1b[9;9R");
    screen.kill("SIGCONT");
    screen.type("x");
    await program.read("\x1b[?62;22c\x1b[2;1Rx");
  });

  test("is answered when the client leaves before its terminal has", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, ATTRIBUTES);
    const screen = await attach(box);
    await program.press("0");
    await asked(screen, ATTRIBUTES);
    screen.type("\x1c");
    await screen.exited();
    await program.read("\x1b[?62;22c");
  });

  test("is answered by one of several clients", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, ATTRIBUTES);
    const first = await attach(box);
    const second = await attach(box);
    await program.press("0");
    await asked(first, ATTRIBUTES);
    await asked(second, ATTRIBUTES);
    first.type("\x1b[?61c");
    second.type("\x1b[?64cx");
    await program.read("\x1b[?64cx");
    first.type("y");
    await program.read("\x1b[?64cxy");
  });

  test("is answered by a terminal that has a size, also when another was active last", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, ATTRIBUTES);
    const first = await attach(box);
    const script = 'stty rows 0 cols 0; exec "$0" a ask';
    const sizeless = await attach(box, "ask", box.open(["-c", script, TSM], { program: "sh" }));
    sizeless.type("x");
    await program.read("x");
    await program.press("0");
    await asked(first, ATTRIBUTES);
    await asked(sizeless, ATTRIBUTES);
    sizeless.type("\x1b[?61c");
    first.type("\x1b[?64c");
    await program.read("x\x1b[?64c");
  });

  test("leaves F3 a key unless the cursor's position has been asked for", async () => {
    await using box = new Sandbox();
    const program = await Asking.start(box, CURSOR);
    const screen = await attach(box);
    screen.type("\x1b[1;2R");
    await program.read("\x1b[1;2R");
    await program.press("0");
    await asked(screen, CURSOR);
    screen.type("\x1b[1;2R");
    screen.type("\x1b[1;2R");
    await program.read("\x1b[1;2R\x1b[1;2R\x1b[1;2R");
  });

  test("is not typed into the shell when the program has ended without an answer", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const screen = box.open(["a", "work"]);
    await screen.shown("$ ");
    screen.type(`${process.execPath} ${PROGRAM} ${box.root}/log '${ATTRIBUTES}'; echo do''ne\r`);
    await screen.shown("READY");
    screen.type("0");
    screen.clear();
    await asked(screen, ATTRIBUTES);
    screen.type("q");
    await screen.shown("done\r\n");
    screen.type("\x1b[?64cecho be''hind\r");
    await screen.shown("behind\r\n");
    expect(screen.text).not.toContain("64c");
    await Bun.sleep(SOON_MS); // nothing tells that tsm does not answer for the terminal
    expect(screen.text).not.toContain("62;22c");
  });
});
