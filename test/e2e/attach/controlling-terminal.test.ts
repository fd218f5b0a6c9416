import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { Sandbox, TSM, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const SIZE = { rows: 24, cols: 80 };

/** A shell that runs a command which attaches, and says what became of it. */
function openShell(box: Sandbox, command: string): Screen {
  const script = `stty -a | grep -o ' -*icanon'; ${command}; echo "status=$?"; stty -a; exec cat`;
  return box.open(["-c", script.replaceAll("tsm ", `'${TSM}' `)], {
    program: "/bin/bash",
    ...SIZE,
  });
}

async function typeInto(screen: Screen): Promise<void> {
  await screen.shown("$ ");
  screen.type("echo ty''ped $((6*7))\r");
  await screen.shown("typed 42");
  screen.type(DETACH);
  await screen.shown("[detached from work]");
}

async function expectRestored(screen: Screen, status = 0): Promise<void> {
  await screen.shown("status=");
  await screen.until(() => / icanon[\s;]/.test(screen.text.split("status=")[1] ?? ""), "the modes");
  expect(screen.text).toContain(`status=${status}\r\n`);
}

describe("with something else on standard input, keys come from the controlling terminal", () => {
  const ways = {
    "xargs hands over a name": "echo work | xargs tsm attach",
    "a loop reads names": "echo work | while read name; do tsm attach $name; done",
    "input is nothing": "tsm attach work </dev/null",
    "input is a file": "tsm attach work </etc/passwd",
    "input is closed": "tsm attach work <&-",
    "input is a pipe that stays open": "tsm attach work < <(sleep 30)",
  };
  for (const [what, command] of Object.entries(ways)) {
    test(`when ${what}`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      const screen = openShell(box, command);
      await typeInto(screen);
      await expectRestored(screen);
    });
  }

  test("and the input in a pipe is left for its reader", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const loop =
      "printf 'work\\nwork\\n' | while read name; do echo round=$name; tsm a $name; done";
    const screen = openShell(box, loop);
    await typeInto(screen);
    const second = (): string => screen.text.split("round=work")[2] ?? "";
    await screen.until(() => second().includes("$ "), "the second round");
    screen.type(DETACH);
    await screen.until(() => second().includes("[detached from work]"), "the second detach");
    await expectRestored(screen);
  });

  test("the picker chooses by it, and so does attach without a name", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    await box.ok("new", "other");
    for (const command of ["tui", "palette", "attach"]) {
      const screen = openShell(box, `echo | tsm ${command} `);
      await screen.shown("other");
      screen.type(command === "palette" ? "work" : "/work\r");
      await screen.shown("\x1b[?1049h");
      screen.type("\r");
      await typeInto(screen);
      await expectRestored(screen);
    }
  });

  test("and keys typed to a full-screen command end it as ever", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const screen = openShell(box, "echo | tsm tui ");
    await screen.shown("work");
    screen.type("q");
    await expectRestored(screen);
  });
});

describe("without a controlling terminal", () => {
  for (const [command, what] of [
    ["attach work", "Cannot attach"],
    ["tui ", "Cannot show the picker"],
  ]) {
    test(`tsm ${command} says that it needs one, and how it is given`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      const screen = openShell(box, `echo | setsid -w '${TSM}' ${command}`);
      await screen.shown("status=1");
      expect(screen.text).toContain(`${what}: standard input is not a terminal.`);
      expect(screen.text).toContain("</dev/tty");
    });
  }

  test("without any word the sessions are listed where input is no terminal", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const screen = openShell(box, `'${TSM}' </dev/null`);
    await screen.shown("status=0");
    expect(screen.text).not.toContain("\x1b[?1049h");
  });
});
