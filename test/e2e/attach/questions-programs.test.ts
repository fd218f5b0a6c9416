import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { AnsweringTerminal } from "../support/answering-terminal.ts";
import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

/** Later than tsm waits for it. */
const LATE_MS = 700;

/** What is drawn there does not make the program wait for the client. */
const SMALL = { rows: 10, cols: 40 };

interface Program {
  argv: string[];
  /** Keys that lead to where text can be typed. */
  before: string;
  after: string;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  vim: { argv: ["vim", "-u", "NONE", "-N", "-n"], before: "o", after: "\x1b" },
  nvim: { argv: ["nvim", "--clean", "-n"], before: "o", after: "\x1b" },
  fish: { argv: ["fish", "--no-config"], before: "", after: "\x15" },
};

async function screenOf(box: Sandbox): Promise<string> {
  return await box.ok("screen", "work");
}

/** Types a text into the program, and looks at where it stands: nothing else may. */
async function typesOnly(box: Sandbox, { before, after }: Program, text: string): Promise<void> {
  await box.ok("send", "work", `${before}${text}`);
  await until(async () => (await screenOf(box)).includes(text), text);
  const line = (await screenOf(box)).split("\n").find((it) => it.includes(text)) ?? "";
  expect(line.replace(/^.*[>#] /, "").trim()).toBe(text);
  await box.ok("send", "work", after);
}

/** Waits until the program has drawn its screen and says nothing any more. */
async function settled(box: Sandbox): Promise<void> {
  await box.ok("wait", "work", "--idle", "1", "--timeout", "20");
}

describe.each(Object.entries(PROGRAMS))("%s", (name, program) => {
  const hasProgram = Bun.which(name) !== null;

  test.skipIf(!hasProgram)("gets no late answer for a key", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    using terminal = new AnsweringTerminal(box, ["a", "work"], LATE_MS);
    await terminal.shows("$");
    await box.ok("send", "work", `exec ${program.argv.join(" ")}\r`);
    await settled(box);
    await typesOnly(box, program, "first-text");
  });

  test.skipIf(!hasProgram)(
    "starts while its client is stopped, and gets no key when that goes on",
    async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      using terminal = new AnsweringTerminal(box, ["a", "work"], 0, SMALL);
      await terminal.shows("$");
      terminal.screen.kill("SIGSTOP");
      await box.ok("send", "work", `exec ${program.argv.join(" ")}\r`);
      await settled(box);
      await typesOnly(box, program, "while-stopped");
      terminal.screen.kill("SIGCONT");
      await settled(box);
      await typesOnly(box, program, "gone-on");
    },
  );
});
