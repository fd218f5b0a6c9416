import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readlinkSync } from "node:fs";
import { marshalHeader } from "../../../src/protocol/frame.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { isRunning, Sandbox, until, type Screen } from "../support/sandbox.ts";
import { attachFromShell } from "../support/attach-from-shell.ts";
import { captureOf } from "../../terminal/capture-of.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

const SIZE = { rows: 24, cols: 80 };

/** Everything that a program can leave behind in a terminal, each in its own way. */
const SET_EVERYTHING = [
  "\x1b[?1049h", // alternate screen
  "\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1006h", // mouse
  "\x1b[?2004h\x1b[?1004h", // paste, focus
  "\x1b[>31u\x1b[>5u", // kitty keyboard flags, twice
  "\x1b[>4;2m", // modifyOtherKeys
  "\x1b[?1h\x1b=", // cursor keys, keypad
  "\x1b[4h\x1b[?7l", // insert, no wrap
  "\x1b[5;10r\x1b[?6h", // scroll region, origin
  "\x1b[3 q\x1b[?25l", // cursor style, hidden
  "\x1b[1;3;4;7;31;44m", // pen
  "\x1b]8;;http://example.org\x1b\\", // hyperlink
  "\x1b(0\x0e", // line drawing
  "\x1b]4;1;#123456\x1b\\\x1b]11;#222222\x1b\\", // palette
  "\x1b]2;a title\x1b\\",
].join("");

/** A session whose program sets everything, says `set`, and does as it is told then. */
async function createSession(box: Sandbox): Promise<void> {
  const script = [
    "stty raw -echo",
    `printf '${SET_EVERYTHING.replaceAll("\\", "\\\\").replaceAll("\x1b", "\\033").replaceAll("\x0e", "\\016")}'`,
    "printf 's''et'",
    'while order=$(dd bs=1 count=1 2>/dev/null); do case "$order" in',
    "  e) exit 3;; t) kill -TERM $$;; p) printf 'more output';;",
    "esac; done",
  ].join("\n");
  await box.ok("new", "work", "sh", "-c", script);
}

/** Pid of the client that runs in the shell. */
function clientPid(box: Sandbox, shell: Screen): number {
  const children = box.processes().filter((pid) => parentOf(pid) === shell.pid);
  if (children.length !== 1 || children[0] === undefined) throw new Error("no client");
  return children[0];
}

function parentOf(pid: number): number {
  const { stdout } = Bun.spawnSync(["ps", "-o", "ppid=", "-p", String(pid)]);
  return Number(stdout.toString());
}

/** Waits for the end of the client; the terminal has its modes again, and nothing else is left. */
async function expectRestored(shell: Screen, status: number): Promise<void> {
  await shell.shown("status=");
  await shell.until(() => /status=\d+=\r\n/.test(shell.text), "the exit status");
  const before = /before=(\S+)=/.exec(shell.text)?.[1];
  const [, after, code] = /after=(\S+)= status=(\d+)=/.exec(shell.text) ?? [];
  expect(before).toMatch(/^[0-9a-f:]{20,}$/);
  expect(after).toBe(before);
  expect(code).toBe(String(status));
  expectCleanModes(shell);
}

/**
 * The terminal after all this output is what a new one would be that has shown the last lines only:
 * a snapshot tells every mode there is. Above the screen stand the lines from before the attach.
 */
function expectCleanModes(shell: Screen): void {
  const all = shell.output;
  expect(all.includes("\x1b[?1049h")).toBe(true); // it was really set
  const cleared = all.lastIndexOf("\x1b[H\x1b[2J") + "\x1b[H\x1b[2J".length;
  const lastLines = all
    .subarray(cleared)
    .toString("utf8")
    .replace("\x1b[23;0t", "")
    .replace("\x1b[c", "");
  expect(lastLines).not.toContain("\x1b");
  expect(snapshotAfter(all)).toBe(
    snapshotAfter(Buffer.from(`${SCROLLED}\x1b[H\x1b[2J${lastLines}`)),
  );
}

/** What stood on the screen before the attach is above it. */
const SCROLLED = `\x1b[${SIZE.rows};1H\n`;

function snapshotAfter(output: Uint8Array): string {
  const backend = createTerminalBackend(SIZE);
  try {
    backend.consume(output);
    return Buffer.from(captureOf(backend, 0).bytes).toString("latin1");
  } finally {
    backend.close();
  }
}

/** Bytes that a terminal must have got, whatever a model of it knows. */
const RESETS = [
  "\x1b[?1049l",
  "\x1b[?1000l",
  "\x1b[?1002l",
  "\x1b[?1003l",
  "\x1b[?1006l",
  "\x1b[?2004l",
  "\x1b[?1004l",
  "\x1b[>4m",
  "\x1b[<2u", // of the alternate screen
  "\x1b[<1u",
  "\x1b[?25h",
  "\x1b[0 q",
  "\x1b[0m",
  "\x1b[r",
  "\x1b(B",
];

describe("the terminal is restored after", () => {
  const ways: [how: string, leave: Leave, status: number][] = [
    ["the detach key", ({ shell }) => shell.type(DETACH), 0],
    ["a detach by somebody else", ({ box }) => box.ok("detach", "work"), 0],
    ["the end of the session", ({ shell }) => shell.type("e"), 3],
    ["the end of the session by a signal", ({ shell }) => shell.type("t"), 143],
    ["a kill of the session", ({ box }) => box.ok("kill", "work"), 129],
    ["SIGKILL to the daemon", ({ box }) => process.kill(box.daemonPid("work"), "SIGKILL"), 1],
    ["SIGTERM to the client", signal("SIGTERM"), 143],
    ["SIGHUP to the client", signal("SIGHUP"), 129],
    ["SIGINT to the client", signal("SIGINT"), 130],
    ["SIGQUIT to the client", signal("SIGQUIT"), 131],
  ];

  for (const [how, leave, status] of ways) {
    test(how, async () => {
      await using box = new Sandbox();
      await createSession(box);
      const shell = attachFromShell(box);
      await shell.shown("set");
      const attached = shell.output.byteLength;
      await leave({ box, shell });
      await expectRestored(shell, status);
      const leaving = shell.output.subarray(attached).toString("latin1");
      for (const reset of RESETS) expect(leaving).toContain(reset);
      shell.type("typed for cat\r");
      await shell.until(() => shell.text.split("typed for cat").length === 3, "echo and cat");
    });
  }

  test("a daemon that breaks the protocol", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    const shell = attachFromShell(box);
    const client = await daemon.attached();
    client.send(Tag.Output, SET_EVERYTHING);
    client.send(Tag.Output, "set");
    await shell.shown("set");
    const header = marshalHeader({ tag: Tag.Output, length: 0 });
    client.sendBytes(header.fill(0xff, 1));
    await expectRestored(shell, 1);
    expect(shell.text).toContain('Cannot attach session "work": ');
    expect(shell.text).not.toMatch(/^\s+at /m);
  });

  test("an output that is closed while the input is not", async () => {
    await using box = new Sandbox();
    await createSession(box);
    const other = box.open(["1000"], { program: "sleep" });
    const device = readlinkSync(`/proc/${other.pid}/fd/1`);
    const shell = attachFromShell(box, `>${device}`);
    await other.shown("set");
    other.close();
    await until(() => !existsSync(device), "the other terminal to be gone");
    shell.type("p"); // what the session says now has nowhere to go
    await shell.until(() => /status=\d+=\r\n/.test(shell.text), "the exit status");
    const [, before, after, status] =
      /before=(\S+)=[^]*after=(\S+)= status=(\d+)=/.exec(shell.text) ?? [];
    expect([after, status]).toEqual([before, "1"]);
    expect(await box.ok("ls")).toMatch(/^work +\d+ +- /m);
  });
});

test("closing a terminal ends its client, and the session keeps running", async () => {
  await using box = new Sandbox();
  await createSession(box);
  const client = box.open(["attach", "work"]);
  await client.shown("set");
  client.terminal.close();
  await until(() => !isRunning(client.pid), "the client to end");
  await until(async () => /^work +\d+ +- /m.test(await box.ok("ls")), "the session to be left");
});

test("a client that was stopped and resumed sets up the terminal again", async () => {
  await using box = new Sandbox();
  await createSession(box);
  const shell = attachFromShell(box);
  await shell.shown("set");
  const { localFlags: rawFlags } = shell.terminal;
  const pid = clientPid(box, shell);
  process.kill(pid, "SIGSTOP");
  await until(() => /^State:\s+T/m.test(statusOf(pid)), "the client to stop");
  const device = readlinkSync(`/proc/${shell.pid}/fd/0`);
  Bun.spawnSync(["stty", "-F", device, "sane"]); // as a shell does
  expect(shell.terminal.localFlags).not.toBe(rawFlags);
  process.kill(pid, "SIGCONT");
  await until(() => shell.terminal.localFlags === rawFlags, "raw mode");
  await shell.until(() => shell.text.split("\x1b[?1049h").length === 3, "the picture");
  shell.type(DETACH);
  await expectRestored(shell, 0);
});

type Leave = (on: { box: Sandbox; shell: Screen }) => unknown;

function signal(name: NodeJS.Signals): Leave {
  return ({ box, shell }) => process.kill(clientPid(box, shell), name);
}

function statusOf(pid: number): string {
  return Bun.spawnSync(["cat", `/proc/${pid}/status`]).stdout.toString();
}
