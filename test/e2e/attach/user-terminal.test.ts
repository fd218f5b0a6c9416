import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { Tag } from "../../../src/protocol/tags.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../../../src/protocol/terminal-reset.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { OuterTerminal, type OuterOptions } from "../support/outer-terminal.ts";
import { Sandbox, TSM, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

/** What the user has set before. */
const USERS = [
  "\x1b[>5u\x1b[>1u",
  "\x1b[5 q",
  "\x1b]4;1;rgb:11/11/11\x1b\\\x1b]4;200;rgb:22/22/22\x1b\\",
  "\x1b]10;rgb:33/33/33\x1b\\\x1b]11;rgb:44/44/44\x1b\\\x1b]12;rgb:55/55/55\x1b\\",
  "\x1b]2;of the user\x1b\\",
].join("");

/** What a program sets, some of it on the alternate screen. */
const PROGRAMS = [
  "\x1b[>31u\x1b[>3u\x1b[=7u",
  "\x1b[2 q",
  "\x1b]4;1;rgb:aa/aa/aa;200;rgb:bb/bb/bb\x1b\\",
  "\x1b]10;rgb:cc/cc/cc\x07\x1b]11;rgb:dd/dd/dd\x07\x1b]12;rgb:ee/ee/ee\x07",
  "\x1b]2;of the program\x07\x1b[22;0t\x1b]2;another\x07",
  "\x1b[?1049h\x1b[>15u\x1b[=9u",
].join("");

function asPrintf(text: string): string {
  return `printf '${text.replaceAll("\\", "\\\\").replaceAll("\x1b", "\\033").replaceAll("\x07", "\\007")}'`;
}

/** A session whose program sets everything and then does as it is told. */
async function createSession(box: Sandbox, name: string, sets: string): Promise<void> {
  const orders = [
    `s) ${asPrintf(sets)}; echo 's''et' ;;`,
    "e) exit 3 ;;",
    `o) ${asPrintf("\x1b[<9u\x1b[<9u")}; echo ov''er ;;`,
    "w) '$TSM' attach other ;;".replace("$TSM", TSM),
    `r) ${asPrintf("\x1bc")}; echo res''et ;;`,
  ];
  const loop = `while order=$(dd bs=1 count=1 2>/dev/null); do case $order in ${orders.join("")} esac; done`;
  await box.ok("new", name, "sh", "-c", `stty raw -echo; echo up; ${loop}`);
}

interface Setup {
  outer: OuterTerminal;
  shell: Screen;
  before: unknown;
}

/** A shell in a terminal with some text and the user's settings, which attaches. */
async function attach(box: Sandbox, options: OuterOptions = {}, then = ""): Promise<Setup> {
  const outer = new OuterTerminal(options);
  const script = [
    asPrintf(USERS),
    "seq -f 'line %g' 1 10; echo re''ady; read line",
    `'${TSM}' attach work; ${then} echo "status=$?="`,
    "exec cat",
  ].join("; ");
  // With jobs of its own, so that they can be stopped.
  const shell = box.open(["--norc", "-ic", script], { program: "/bin/bash", emulator: outer });
  await shell.shown("ready");
  await until(async () => (await outer.lines()).includes("ready"), "the text");
  const before = outer.userState;
  shell.type("\r");
  await shell.shown("up");
  return { outer, shell, before };
}

async function setAll({ shell, outer, before }: Setup): Promise<void> {
  shell.type("s");
  await shell.shown("set");
  await until(() => !Bun.deepEquals(outer.userState, before), "the program's settings");
  await outer.lines();
}

async function expectAsBefore({ outer, shell, before }: Setup): Promise<void> {
  await shell.until(() => /status=\d+=\r\n/.test(shell.text), "the exit status");
  const lines = await outer.lines();
  expect(outer.userState).toEqual(before);
  expect(lines.slice(0, 11)).toEqual([
    ...Array.from({ length: 10 }, (_, i) => `line ${i + 1}`),
    "ready",
  ]);
  shell.type("typed by the user\r");
  await shell.shown("typed by the user\r\ntyped by the user\r\n");
}

function clientPid(box: Sandbox, shell: Screen): number {
  const pid = box.processes().find((it) => {
    const { stdout } = Bun.spawnSync(["ps", "-o", "ppid=", "-p", String(it)]);
    return Number(stdout.toString()) === shell.pid;
  });
  if (pid === undefined) throw new Error("no client");
  return pid;
}

type Leave = (box: Sandbox, setup: Setup) => unknown;

const WAYS: Record<string, Leave> = {
  "the detach key": (_, { shell }) => shell.type(DETACH),
  "the end of the session": (_, { shell }) => shell.type("e"),
  "SIGTERM to the client": (box, { shell }) => process.kill(clientPid(box, shell), "SIGTERM"),
  "SIGHUP to the client": (box, { shell }) => process.kill(clientPid(box, shell), "SIGHUP"),
  "a lost daemon": (box) => process.kill(box.daemonPid("work"), "SIGKILL"),
};

for (const [what, options] of Object.entries({
  "with a stack of colours": { hasColorStack: true },
  "that answers what it is asked": {},
  "that answers late": { answers: 100 },
})) {
  describe(`a terminal ${what} is as its user had set it after`, () => {
    for (const [how, leave] of Object.entries(WAYS)) {
      test(how, async () => {
        await using box = new Sandbox();
        await createSession(box, "work", PROGRAMS);
        const setup = await attach(box, options);
        await setAll(setup);
        await leave(box, setup);
        await expectAsBefore(setup);
      });
    }
  });
}

describe("a terminal is as its user had set it", () => {
  test("after an attach to a session that has set everything before", async () => {
    await using box = new Sandbox();
    await createSession(box, "work", PROGRAMS);
    const first = box.open(["attach", "work"]);
    await first.shown("up");
    first.type("s");
    await first.shown("set");
    first.type(DETACH);
    await first.exited();
    const setup = await attach(box);
    await until(() => setup.outer.title === "another", "the program's title");
    setup.shell.type(DETACH);
    await expectAsBefore(setup);
  });

  test("after an attach in which nothing was set, and then nothing of it is even touched", async () => {
    await using box = new Sandbox();
    await createSession(box, "work", PROGRAMS);
    const setup = await attach(box, { answers: "never" });
    setup.shell.type(DETACH);
    await setup.shell.until(() => /status=\d+=\r\n/.test(setup.shell.text), "the exit status");
    await setup.outer.lines();
    expect(setup.outer.userState).toEqual(setup.before);
  });

  test("after a session was switched to that has set nothing, and does not inherit", async () => {
    await using box = new Sandbox();
    await createSession(box, "work", PROGRAMS);
    await box.ok("new", "other", "sh", "-c", "stty raw -echo; echo 2nd; exec cat");
    const setup = await attach(box, { hasColorStack: true });
    await setAll(setup);
    setup.shell.type("w");
    await setup.shell.shown("2nd");
    await setup.outer.lines();
    const { colors, style, keyboards } = setup.outer;
    expect([keyboards.normal.at(-1), keyboards.alternate.at(-1)]).toEqual([0, 0]);
    expect(style).toBe("5");
    expect(colors).toEqual((setup.before as { colors: unknown }).colors as never);
    setup.shell.type(DETACH);
    await expectAsBefore(setup);
  });

  test("also when the program has taken more from the keyboard's stack than it had put there", async () => {
    await using box = new Sandbox();
    await createSession(box, "work", PROGRAMS);
    const setup = await attach(box);
    setup.shell.type("o");
    await setup.shell.shown("over");
    setup.shell.type(DETACH);
    await setup.shell.until(() => /status=\d+=\r\n/.test(setup.shell.text), "the exit status");
    await setup.outer.lines();
    // What lay below cannot be known; the flags that were in force are there.
    expect(setup.outer.keyboards.normal.at(-1)).toBe(1);
  });

  test("also when the daemon resets the terminal for a picture that makes up for what was missed", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    daemon.onMessage((client, tag) => {
      if (tag === Tag.Init) client.send(Tag.Output, "up");
      if (tag !== Tag.Input) return; // which comes behind the answers of the terminal
      client.send(Tag.Output, "\x1b[>9u\x1b[2 q\x1b]11;rgb:99/99/99\x07");
      client.send(Tag.Output, `${TERMINAL_RESET}${CLEAR_SCREEN}`);
      client.send(Tag.Output, "once more\x1b[>7u");
    });
    const setup = await attach(box);
    await setup.shell.shown("up");
    await setup.outer.lines();
    setup.shell.type("x");
    await setup.shell.shown("once more");
    await setup.outer.lines();
    expect(setup.outer.keyboards.normal).toEqual([0, 5, 1, 0, 7]);
    expect([setup.outer.style, setup.outer.colors["11"]]).toEqual(["5", "rgb:44/44/44"]);
    setup.shell.type(DETACH);
    await expectAsBefore(setup);
  });

  test("when a client is stopped, and when it is resumed and detaches", async () => {
    await using box = new Sandbox();
    await createSession(box, "work", PROGRAMS);
    const setup = await attach(box, {}, "echo st''opped; read line; fg;");
    await setAll(setup);
    const pid = clientPid(box, setup.shell);
    process.kill(pid, "SIGTSTP");
    await setup.shell.shown("stopped");
    await setup.outer.lines();
    expect(setup.outer.userState).toEqual(setup.before);
    setup.shell.clear();
    setup.shell.type("\r");
    await until(() => setup.outer.title === "another", "the program's title");
    setup.shell.type(DETACH);
    await expectAsBefore(setup);
  });
});

describe("the terminal's answers do not reach the program", () => {
  for (const answers of [0, 30, 400, "twice"] as const) {
    test(`given ${answers === "twice" ? "twice" : `after ${answers} ms`}`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work", "sh", "-c", "stty raw -echo; echo up; exec od -An -v -tx1 -w1");
      const setup = await attach(box, { answers });
      setup.shell.type("a");
      await setup.outer.answered; // an answer that reached the program would come before the b
      setup.shell.type(`b${"c".repeat(5000)}`);
      await setup.shell.shown(" 63");
      const bytes = [...setup.shell.text.matchAll(/ ([\da-f]{2})\n/g)].map(([, byte]) => byte);
      if (answers !== "twice") expect(bytes.slice(0, 3)).toEqual(["61", "62", "63"]);
      else expect(bytes).toContain("61");
      setup.shell.type(DETACH);
      await setup.shell.until(() => /status=\d+=\r\n/.test(setup.shell.text), "the exit status");
    });
  }

  test("and what is typed at once is the session's, in its order", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "stty raw -echo; echo up; exec cat -v");
    const outer = new OuterTerminal({ answers: 20 });
    const screen = box.open(["attach", "work"], { emulator: outer });
    await screen.shown("\x1b[c");
    const text = Array.from({ length: 300 }, (_, i) => `${i}\x1b[A,`);
    for (const part of text) {
      screen.type(part);
      await Bun.sleep(0);
    }
    screen.type("end");
    await screen.shown("end");
    expect(screen.text).toContain(text.join("").replaceAll("\x1b", "^["));
    screen.type(DETACH);
    expect(await screen.exited()).toBe(0);
  });
});
