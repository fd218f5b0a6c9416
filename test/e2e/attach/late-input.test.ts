import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { OuterTerminal, type OuterOptions } from "../support/outer-terminal.ts";
import { Sandbox, TSM, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const KITTY_DETACH = "\x1b[57442;5:1u\x1b[92;5:1u";
/** What a terminal reports behind that key: releases, the mouse, focus, and a late answer. */
const LATE = {
  "key releases": ["\x1b[>31u", KITTY_DETACH, "\x1b[92;5:3u\x1b[57442;1:3u"],
  "mouse reports": ["\x1b[?1003h\x1b[?1006h", DETACH, "\x1b[<35;10;5M\x1b[<35;11;5M"],
  "focus reports": ["\x1b[?1004h", DETACH, "\x1b[O\x1b[I"],
  answers: ["\x1b]11;?\x1b\\\x1b[>c", DETACH, "\x1b]11;rgb:1/2/3\x1b\\\x1b[>0;276;0c"],
} as const;

function asPrintf(text: string): string {
  return `printf '${text.replaceAll("\\", "\\\\").replaceAll("\x1b", "\\033")}'`;
}

/**
 * A shell that attaches to a session with a program, and then shows what is typed to it. Resolves when
 * the terminal has answered what it is asked at the attach, if it does.
 */
async function attach(box: Sandbox, program: string, options: OuterOptions): Promise<Screen> {
  await box.ok(
    "new",
    "work",
    "sh",
    "-c",
    `stty raw -echo; echo go; dd bs=1 count=1; ${program}; echo up; exec cat >/dev/null`,
  );
  const script = `'${TSM}' attach work; stty raw -echo; echo "status=$?="; exec cat -v`;
  const emulator = new OuterTerminal(options);
  const shell = box.open(["-c", script], { program: "/bin/bash", emulator });
  await shell.shown("go");
  shell.type("g");
  await shell.shown("up");
  if (options.answers !== "never") await emulator.answered;
  return shell;
}

/** What `cat -v` has shown of what was typed to the shell. */
function typedToShell(shell: Screen): string {
  return shell.text.split("status=0=")[1]?.trim() ?? "";
}

for (const [what, [mode, key, late]] of Object.entries(LATE)) {
  describe(`${what} that come when the user has left`, () => {
    for (const [gapMs, answers] of [
      [0, 20],
      [30, 60],
      [100, 150],
    ] as const) {
      test(`${gapMs} ms later are not typed into the shell, and what the user types is`, async () => {
        await using box = new Sandbox();
        const shell = await attach(box, asPrintf(mode), { answers });
        shell.type(key);
        if (gapMs > 0) await Bun.sleep(gapMs); // reports come as late as that, whatever else happens
        shell.type(late);
        await shell.shown("status=0=");
        shell.type("typed");
        await shell.until(() => typedToShell(shell).endsWith("typed"), "what is typed");
        expect(typedToShell(shell)).toBe("typed");
      });
    }

    test("also when a signal ends the client", async () => {
      await using box = new Sandbox();
      const shell = await attach(box, asPrintf(mode), { answers: 50 });
      const client = box.processes().find((pid) => parentOf(pid) === shell.pid) ?? 0;
      process.kill(client, "SIGTERM");
      shell.type(late);
      await shell.shown("status=0=");
      shell.type("typed");
      await shell.until(() => typedToShell(shell).endsWith("typed"), "what is typed");
      expect(typedToShell(shell)).toBe("typed");
    });
  });
}

function parentOf(pid: number): number {
  const { stdout } = Bun.spawnSync(["ps", "-o", "ppid=", "-p", String(pid)]);
  return Number(stdout.toString());
}

test("a terminal that never answers holds its user up for a moment only", async () => {
  await using box = new Sandbox();
  const shell = await attach(box, asPrintf("\x1b[?1003h"), { answers: "never" });
  shell.type(`${DETACH}`);
  await shell.shown("status=0=");
  shell.type("typed");
  await shell.until(() => typedToShell(shell).endsWith("typed"), "what is typed");
});

describe("a paste that never ends", () => {
  const program = "printf '\\033[?2004h'";

  test("is over after some seconds of silence: then keys act again", async () => {
    await using box = new Sandbox();
    const screen = await openSession(box, program);
    screen.type("\x1b[200~abc");
    screen.type(DETACH);
    await screen.shown("abc^\\");
    await Bun.sleep(3500); // the silence itself
    screen.type(DETACH);
    await screen.shown("[detached from work]");
  });

  test("is over when the program wants no pastes any more", async () => {
    await using box = new Sandbox();
    const screen = await openSession(box, `${program}; { sleep 1; printf '\\033[?2004l'off; } & :`);
    screen.type("\x1b[200~abc");
    await screen.shown("off");
    screen.type(DETACH);
    await screen.shown("[detached from work]");
  });

  test("one that is slow, and ends, is a paste up to its end", async () => {
    await using box = new Sandbox();
    const screen = await openSession(box, program);
    screen.type("\x1b[200~abc");
    for (const piece of ["d\x1ce", "f\x1c"]) {
      await Bun.sleep(2000); // slow, and less than that silence
      screen.type(piece);
    }
    await screen.shown("abcd^\\ef^\\");
    screen.type(`\x1b[201~${DETACH}`);
    await screen.shown("[detached from work]");
  });
});

async function openSession(box: Sandbox, program: string): Promise<Screen> {
  await box.ok("new", "work", "sh", "-c", `stty raw -echo; ${program}; echo up; exec cat -v`);
  const screen = box.open(["attach", "work"]);
  await screen.shown("up");
  return screen;
}
