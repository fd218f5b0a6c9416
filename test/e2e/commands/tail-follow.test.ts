import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { PipedCommand } from "../support/piped-command.ts";
import { Sandbox, TSM, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

/** Shell that waits until {@link release} is called with that word. */
const wait = (word: string): string => `until [ -e ${word} ]; do sleep 0.01; done`;

function release(box: Sandbox, word: string): void {
  writeFileSync(join(box.root, word), "");
}

async function sessionOf(box: Sandbox, script: string): Promise<void> {
  await box.ok("new", "work", "sh", "-c", `stty -echo; ${script}`);
}

async function sessionShows(box: Sandbox, text: string): Promise<void> {
  await until(async () => (await box.ok("screen", "work")).includes(text), `${text} on the screen`);
}

test("live output comes byte for byte, and the session's exit status is the end", async () => {
  await using box = new Sandbox();
  const live = "\\033[31mlive\\033[m\\n\\033]2;title\\007\\377";
  await sessionOf(box, `echo old; ${wait("go")}; printf '${live}'; ${wait("end")}; exit 7`);
  await sessionShows(box, "old");
  const tail = new PipedCommand(box, ["tail", "-f", "work"]);
  await tail.printed("old\n");
  release(box, "go");
  await tail.printed("\xff");
  release(box, "end");
  expect(await tail.ended()).toEqual({
    code: 7,
    stdout: "old\n\x1b[31mlive\x1b[m\r\n\x1b]2;title\x07\xff",
    stderr: "",
  });
});

test("with --plain live output is text", async () => {
  await using box = new Sandbox();
  const live = "\\033[31mlive\\033[m\\r\\n50%%\\r100%%\\r\\n\\033]2;title\\007end";
  await sessionOf(box, `printf 'old\\n$ '; ${wait("go")}; printf '${live}'; kill -9 $$`);
  await sessionShows(box, "old\n$");
  const tail = new PipedCommand(box, ["tail", "-f", "--plain", "-n", "1", "work"]);
  await tail.printed("$ ");
  release(box, "go");
  expect(await tail.ended()).toEqual({
    code: 137,
    stdout: "$ live\n50%\n100%\nend",
    stderr: "",
  });
});

test("with --json each line is an object, the open one when it is complete", async () => {
  await using box = new Sandbox();
  await sessionOf(
    box,
    `printf 'old\\n$ '; ${wait("go")}; printf '"li\\033[1mve"\\r\\nend'; exit 0`,
  );
  await sessionShows(box, "old\n$");
  const tail = new PipedCommand(box, ["tail", "-f", "--json", "work"]);
  await tail.printed('{"line":"old"}\n');
  release(box, "go");
  const { code, stdout } = await tail.ended();
  expect(code).toBe(0);
  expect(stdout).toBe('{"line":"old"}\n{"line":"$ \\"live\\""}\n{"line":"end"}\n');
});

test("a signal ends it, and not the session", async () => {
  await using box = new Sandbox();
  await sessionOf(box, "echo here; exec cat");
  await sessionShows(box, "here");
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    const tail = new PipedCommand(box, ["tail", "-f", "work"]);
    await tail.printed("here");
    tail.kill(signal);
    expect((await tail.ended()).code).toBe(code);
  }
  expect(await box.ok("ls", "--short")).toBe("work\n");
});

const RESETS = ["\x1b[?1000l", "\x1b[?1049l", "\x1b[<1u", "\x1b[?25h", "\x1b[0m", "\x1b[r"];

test("Ctrl+C gives the terminal back as it was", async () => {
  await using box = new Sandbox();
  await sessionOf(box, `echo here; ${wait("go")}; printf '\\033[?1049h\\033[31mfull'; exec cat`);
  await sessionShows(box, "here");
  const screen = box.open(["tail", "-f", "work"]);
  await screen.shown("here");
  release(box, "go");
  await screen.shown("\x1b[31mfull");
  screen.type("\x03");
  expect(await screen.exited()).toBe(130);
  for (const reset of RESETS) expect(screen.text).toContain(reset);
});

test("the terminal is given back when the session ends, and left alone where it got text", async () => {
  await using box = new Sandbox();
  await sessionOf(box, `echo here; ${wait("go")}; exit 3`);
  await sessionShows(box, "here");
  const raw = box.open(["tail", "-f", "work"]);
  const plain = box.open(["tail", "-f", "--plain", "work"]);
  await Promise.all([raw.shown("here"), plain.shown("here")]);
  release(box, "go");
  expect(await Promise.all([raw.exited(), plain.exited()])).toEqual([3, 3]);
  for (const reset of RESETS) expect(raw.text).toContain(reset);
  expect(raw.text).not.toContain("\x1b]104"); // what the session has not changed is left alone
  expect(plain.text).toBe("here\r\n");
});

test("a daemon that is lost is an error", async () => {
  await using box = new Sandbox();
  await sessionOf(box, "echo here; exec cat");
  await sessionShows(box, "here");
  const tail = new PipedCommand(box, ["tail", "-f", "work"]);
  await tail.printed("here");
  process.kill(box.daemonPid("work"), "SIGKILL");
  expect(await tail.ended()).toEqual({
    code: 1,
    stdout: "here\n",
    stderr: "Lost session \"work\": its daemon is gone.\nRun 'tsm ls' to see what is left.\n",
  });
});

test("without a reader it ends quietly", async () => {
  await using box = new Sandbox();
  await sessionOf(box, `echo here; ${wait("go")}; yes`);
  await sessionShows(box, "here");
  const tail = new PipedCommand(box, ["tail", "-f", "work"]);
  await tail.printed("here");
  await tail.closeOutput();
  release(box, "go");
  expect(await tail.exited()).toBe(0);
  const script = `"${TSM}" tail -f work | head -n 1 > first; "${TSM}" ls --short`;
  const shell = box.open(["-c", script], { program: "/bin/sh" });
  await shell.shown("work");
  expect(await shell.exited()).toBe(0);
});

test("a reader that stops slows no other, and gets a message about the missed output", async () => {
  await using box = new Sandbox();
  const script =
    `echo here; ${wait("go")}; seq 500000; printf '\\033]2;done\\007'; ` +
    "until [ -e end ]; do echo tick; sleep 0.02; done";
  await sessionOf(box, script);
  await sessionShows(box, "here");
  const tail = new PipedCommand(box, ["tail", "-f", "--plain", "work"]);
  await tail.printed("here");
  release(box, "go");
  // Nobody reads the pipe now, and the session goes on to the end of its output.
  await until(
    async () => (await box.ok("screen", "--json", "work")).includes('"title":"done"'),
    "all output",
  );
  await tail.printed("tick");
  release(box, "end");
  const { code, stderr } = await tail.ended();
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'Some output was skipped: session "work" printed faster than it could be written.\n',
  });
});

test("a flood of lines arrives whole", async () => {
  await using box = new Sandbox();
  await sessionOf(box, `echo here; ${wait("go")}; seq 100000`);
  await sessionShows(box, "here");
  const tail = new PipedCommand(box, ["tail", "-f", "--plain", "work"]);
  await tail.printed("here");
  release(box, "go");
  const { code, stdout, stderr } = await tail.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const numbers = Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join("");
  expect(stdout === `here\n${numbers}`).toBe(true);
});
