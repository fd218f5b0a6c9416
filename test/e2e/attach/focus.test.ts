import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, existsSync } from "node:fs";
import { join } from "node:path";

import { Sandbox, TSM, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const IN = "\x1b[I";
const OUT = "\x1b[O";
/** Longer than it takes until a client counts as gone. */
const SETTLED_MS = 300;

/** A session whose program writes what it is sent into a file; it may ask for the focus. */
async function createSession(box: Sandbox, name: string, asks = "\\033[?1004h"): Promise<void> {
  const program = `stty raw -echo; printf '${asks}'up; exec cat >${join(box.root, name)}.log`;
  await box.ok("new", name, "sh", "-c", program);
  await until(() => existsSync(join(box.root, `${name}.log`)), "the program");
}

function told(box: Sandbox, name = "work"): string {
  return readFileSync(join(box.root, `${name}.log`), "latin1");
}

async function attach(box: Sandbox, ...args: string[]): Promise<Screen> {
  const screen = box.open(["attach", ...args]);
  await screen.shown("up");
  return screen;
}

async function leave(screen: Screen): Promise<void> {
  screen.type(DETACH);
  await screen.shown("[detached from");
}

async function expectTold(box: Sandbox, text: string, name = "work"): Promise<void> {
  await until(() => told(box, name).length >= text.length, `${JSON.stringify(text)} to be told`);
  await Bun.sleep(SETTLED_MS);
  expect(told(box, name)).toBe(text);
}

describe("a program that asks for the focus", () => {
  test("gets one report when its user attaches, and one on detach", async () => {
    await using box = new Sandbox();
    await createSession(box, "work");
    for (let round = 1; round <= 2; round++) {
      const screen = await attach(box, "work");
      await expectTold(box, (IN + OUT).repeat(round).slice(0, -OUT.length));
      await leave(screen);
      await expectTold(box, (IN + OUT).repeat(round));
    }
  });

  test("gets no report when a second client attaches or detaches", async () => {
    await using box = new Sandbox();
    await createSession(box, "work");
    const first = await attach(box, "work");
    const second = await attach(box, "work");
    await leave(first);
    await expectTold(box, IN);
    await leave(second);
    await expectTold(box, IN + OUT);
  });

  test("gets no report of a read-only client", async () => {
    await using box = new Sandbox();
    await createSession(box, "work");
    const watcher = await attach(box, "--read-only", "work");
    const screen = await attach(box, "work");
    await leave(screen);
    await expectTold(box, IN + OUT);
    await leave(watcher);
    await expectTold(box, IN + OUT);
  });

  test("gets no report when one client replaces another", async () => {
    await using box = new Sandbox();
    await createSession(box, "work");
    const first = await attach(box, "work");
    const second = await attach(box, "--take", "work");
    expect(await first.exited()).toBe(0);
    await expectTold(box, IN);
    await leave(second);
    await expectTold(box, IN + OUT);
  });

  test("gets a report when a window is closed, and when its client is killed", async () => {
    await using box = new Sandbox();
    await createSession(box, "work");
    const first = await attach(box, "work");
    first.terminal.close();
    await expectTold(box, IN + OUT);
    const second = await attach(box, "work");
    second.kill("SIGKILL");
    await expectTold(box, (IN + OUT).repeat(2));
  });

  test("gets a report when its user switches sessions, as does the program of the other one", async () => {
    await using box = new Sandbox();
    await createSession(box, "other");
    const program = `stty raw -echo; printf '\\033[?1004hup'; dd bs=1 count=4 of=${box.root}/work.log; '${TSM}' attach other; exec cat >>${box.root}/work.log`;
    await box.ok("new", "work", "sh", "-c", program);
    const screen = await attach(box, "work");
    screen.type("!");
    await until(() => existsSync(`${box.root}/work.log`), "the program");
    await expectTold(box, `${IN}!${OUT}`);
    await expectTold(box, IN, "other");
    await leave(screen);
    await expectTold(box, IN + OUT, "other");
  });

  test("hears of its user's own terminal what is news", async () => {
    await using box = new Sandbox();
    await createSession(box, "work");
    const screen = await attach(box, "work");
    screen.type(IN); // as terminals do that report at once when they are asked to
    await expectTold(box, IN);
    screen.type(`a${OUT}b`);
    await expectTold(box, `${IN}a${OUT}b`);
    await leave(screen); // it was without the focus already
    await expectTold(box, `${IN}a${OUT}b`);
    await attach(box, "work");
    await expectTold(box, `${IN}a${OUT}b${IN}`);
  });
});

describe("a program that does not ask", () => {
  test("gets no report", async () => {
    await using box = new Sandbox();
    await createSession(box, "work", "");
    await leave(await attach(box, "work"));
    const screen = await attach(box, "work");
    screen.type("x");
    await expectTold(box, "x");
  });

  test("nor is one that asks no longer", async () => {
    await using box = new Sandbox();
    await createSession(box, "work", "\\033[?1004h\\033[?1004l");
    await leave(await attach(box, "work"));
    const screen = await attach(box, "work");
    screen.type("x");
    await expectTold(box, "x");
  });
});
