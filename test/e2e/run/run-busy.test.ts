import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { encodeUtf8 } from "../../../src/protocol/utf8.ts";
import { SessionRun } from "../../../src/sessions/wire/session-run.ts";
import {
  isInstalled,
  RUN_SHELLS,
  RunBox,
  untilFile,
  type RunShellName,
} from "../support/run-box.ts";

/** What a plain shell does not tell. */
const UNCERTAIN =
  "its shell may have something typed at its prompt, which Ctrl+C there would cancel";

setDefaultTimeout(60_000);

const said = (stdout: string, code = 0) => ({ code, stdout, stderr: "" });
const refused = (reason: string) => ({
  code: 125,
  stdout: "",
  stderr:
    `Cannot run in session "work": ${reason}.\n` +
    "Nothing was run. Wait with --wait, or interrupt it with 'tsm run --reset work'.\n",
});

/** What the shell reads when it starts. */
const STARTUP_FILES: Record<RunShellName, string> = {
  bash: ".profile",
  zsh: ".zshrc",
  fish: ".config/fish/config.fish",
  sh: ".profile",
};

/** Programs that have the terminal: the line that starts them, and the keys that end them. */
const PROGRAMS = [
  { program: "vim", line: "vim -u NONE", ready: "~", leave: ["--enter", "--", ":q!"] },
  { program: "less", line: "less text", ready: "(END)", leave: ["--", "q"] },
  { program: "cat", line: "cat", ready: "cat", leave: ["--keys", "C-d"] },
  { program: "bash", line: "PS1='in> ' bash --norc", ready: "in>", leave: ["--keys", "C-d"] },
];

for (const shell of RUN_SHELLS) {
  describe.skipIf(!isInstalled(shell))(`tsm run in ${shell}`, () => {
    test("is refused at once while another one is running, and types nothing", async () => {
      await using box = new RunBox(shell);
      await box.ok("run", "work", "-d", "--", ...untilFile("go", "exit 4"));
      expect(await box.runIn("work", "echo", "second")).toEqual(
        refused("another run command is running in it"),
      );
      box.file("go", "");
      expect((await box.run(["wait", "work"])).code).toBe(4);
      expect(await box.runIn("work", "echo", "third")).toEqual(said("third\n"));
      expect(await box.ok("history", "work")).not.toContain("second");
    });

    test("waits for others with --wait, in the order in which they came", async () => {
      await using box = new RunBox(shell);
      await box.ok("run", "work", "-d", "--", ...untilFile("go"));
      const runs: SessionRun[] = [];
      for (const word of ["one", "two", "three", "four"]) {
        const text = encodeUtf8(`echo ${word}; echo ${word} >> order`);
        const how = { isScript: false, isDetached: false, isPatient: true };
        runs.push(await SessionRun.start(box.config, "work", { text, ...how }));
      }
      const patient = box.run(["run", "work", "--wait", "--", "cat order"]);
      box.file("go", "");
      const outputs = await Promise.all(runs.map(outputOf));
      expect(outputs).toEqual(["one\n0", "two\n0", "three\n0", "four\n0"]);
      expect((await patient).code).toBe(0);
      expect(await box.runIn("work", "cat order")).toEqual(said("one\ntwo\nthree\nfour\n"));
    });

    for (const { program, line, ready, leave } of PROGRAMS) {
      test.skipIf(Bun.which(program) === null)(
        `is refused in ${program}, which it names and into which it types nothing`,
        async () => {
          await using box = new RunBox(shell);
          box.file("text", "lines\n");
          await box.openPrompt("work");
          await box.typeLine("work", shell === "fish" && program === "bash" ? `env ${line}` : line);
          await box.isOn(program);
          await box.shows("work", ready);
          const before = await box.ok("screen", "work");
          expect(await box.runIn("work", "echo", "no")).toEqual(
            refused(`its shell runs "${program}"`),
          );
          expect(await box.ok("screen", "work")).toBe(before);
          await box.ok("send", "work", ...leave);
          expect(await box.run(["run", "work", "--wait", "--", "echo", "on"])).toEqual(
            said("on\n"),
          );
        },
      );
    }

    test("is refused in a program at once, also right after another command", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "true");
      await box.typeLine("work", "sleep 3; echo sl''ept");
      await box.isOn("sleep");
      // Waiting instead, it would find the prompt again, and run.
      expect(await box.runIn("work", "echo", "no")).toEqual(refused('its shell runs "sleep"'));
      await box.shows("work", "slept");
    });

    test("leaves half a line that 'tsm send' has typed as it is", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      await box.ok("send", "work", "echo ha''lf > half");
      await box.shows("work", "echo ha''lf > half");
      await expectHalfLineKept(box, () => box.ok("send", "work", "--keys", "Enter"));
    });

    test("leaves half a line that a client has typed as it is", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      const screen = box.open(["attach", "work"]);
      screen.type("echo ha''lf > half");
      await box.shows("work", "echo ha''lf > half");
      await expectHalfLineKept(box, () => screen.type("\r"));
    });

    test("is refused while a loop typed by the user is running", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      const loop =
        shell === "fish"
          ? "while not test -e stop; sleep 0.02; end"
          : "while [ ! -e stop ]; do sleep 0.02; done";
      await box.typeLine("work", loop);
      await box.isOn("sleep");
      const result = await box.runIn("work", "echo", "no");
      expect([result.code, result.stdout]).toEqual([125, ""]);
      expect(result.stderr).toStartWith('Cannot run in session "work": its shell ');
      await box.isOn("sleep");
      box.file("stop", "");
      expect(await box.run(["run", "work", "--wait", "--", "echo", "on"])).toEqual(said("on\n"));
    });

    test("is refused while the shell's own 'read' reads", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      await box.typeLine("work", "echo be''gun; read line; echo got $line > got");
      await box.shows("work", "begun");
      expect(await box.runIn("work", "echo", "no")).toEqual(
        refused(
          {
            bash: "its shell reads a line for a command",
            zsh: "its shell reads a line for a command",
            fish: "its shell reads keys for a command, or is at a prompt that it did not report",
            sh: UNCERTAIN,
          }[shell],
        ),
      );
      await box.typeLine("work", "it");
      expect(await box.run(["run", "work", "--wait", "--", "cat", "got"])).toEqual(
        said("got it\n"),
      );
    });

    test.skipIf(shell === "sh")("works in vi's command state, too", async () => {
      await using box = new RunBox(shell);
      const vi = { bash: "set -o vi", zsh: "bindkey -v", fish: "fish_vi_key_bindings", sh: "" };
      await box.runIn("work", vi[shell]);
      await box.ok("send", "work", "--keys", "Escape");
      expect(await box.runIn("work", "echo", "in vi")).toEqual(said("in vi\n"));
      // And in the state to type in, and again behind a line that was taken back.
      expect(await box.runIn("work", "echo", "again")).toEqual(said("again\n"));
      await box.ok("send", "work", "x", "--keys", "BSpace Escape");
      expect(await box.run(["run", "work", "--wait", "--", "echo", "last"])).toEqual(
        said("last\n"),
      );
    });

    test("waits for a shell that starts slowly", async () => {
      await using box = new RunBox(shell);
      mkdirSync(join(box.home, ".config/fish"), { recursive: true });
      box.file(STARTUP_FILES[shell], "sleep 1\n");
      expect(await box.runIn("work", "echo", "up")).toEqual(said("up\n"));
    });

    test("keeps the outputs and codes of two scripts apart", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "true");
      const script = async (who: string): Promise<void> => {
        for (let i = 0; i < 20; i++) {
          const text = `echo ${who}${i}; sh -c 'exit ${i}'`;
          expect(await box.run(["run", "work", "--wait", "--", text])).toEqual(
            said(`${who}${i}\n`, i),
          );
        }
      };
      await Promise.all([script("a"), script("b")]);
    });
  });
}

describe("tsm run", () => {
  test("reports that a session without a shell cannot run commands", async () => {
    await using box = new RunBox("sh");
    await box.ok("new", "work", "sleep", "100");
    expect(await box.runIn("work", "true")).toEqual({
      code: 125,
      stdout: "",
      stderr:
        'Cannot run in session "work": it runs "sleep", which is no shell that takes commands.\n' +
        "Nothing was run. Run it in another session.\n",
    });
  });

  test("refuses names that no session can have, and creates nothing", async () => {
    await using box = new RunBox("sh");
    for (const name of ["a/b", "", "..", "a\nb"]) {
      const { code, stdout, stderr } = await box.runIn(name, "true");
      expect([code, stdout]).toEqual([125, ""]);
      expect(stderr).not.toBe("");
    }
    expect(existsSync(box.config.socketDir) ? box.sockets() : []).toEqual([]);
  });

  test("is used wrongly without a command, with an empty script, and with NUL in one", async () => {
    await using box = new RunBox("sh");
    const empty = await box.run(["run", "work"], { stdin: Buffer.from("") });
    expect([empty.code, empty.stdout]).toEqual([2, ""]);
    expect(empty.stderr).toStartWith("The script on standard input is empty: tsm run");
    const zero = await box.run(["run", "work"], { stdin: Buffer.from("echo a\0b\n") });
    expect(zero).toEqual({ code: 2, stdout: "", stderr: "A script cannot contain NUL bytes.\n" });
    const missing = await box.run(["run", "work", "--"]);
    expect([missing.code, missing.stdout]).toEqual([2, ""]);
    expect(missing.stderr).toStartWith("No command after --: tsm run");
    expect((await box.run(["run"])).code).toBe(2);
    expect((await box.run(["run", "work", "--nothing"])).code).toBe(2);
    expect((await box.run(["run", "work", "--interrupt", "--", "true"])).code).toBe(2);
    expect(existsSync(box.config.socketDir) ? box.sockets() : []).toEqual([]);
    const terminal = box.open(["run", "work"]);
    await terminal.shown("No command, and no script on standard input");
    expect(await terminal.exited()).toBe(2);
  });
});

async function outputOf(run: SessionRun): Promise<string> {
  let output = "";
  try {
    for await (const event of run.events()) {
      if (event.kind === "output") output += Buffer.from(event.bytes).toString();
      if (event.kind === "ended") output += event.code;
    }
  } finally {
    run.close();
  }
  return output;
}

/** A plain sh does not tell that a line stands there: it is cancelled. */
async function expectHalfLineKept(box: RunBox, pressEnter: () => unknown): Promise<void> {
  const before = await box.ok("screen", "work");
  const result = await box.runIn("work", "echo", "whole");
  const reason = box.shell === "sh" ? UNCERTAIN : "its shell has something typed at its prompt";
  expect(result).toEqual(refused(reason));
  expect(await box.ok("screen", "work")).toBe(before);
  await pressEnter();
  expect(await box.run(["run", "work", "--wait", "--", "cat", "half"])).toEqual(said("half\n"));
}

test("another shell that has taken the place of the first is known", async () => {
  await using box = new RunBox("bash");
  expect((await box.runIn("work", "exec sh")).code).toBe(0);
  expect(await box.runIn("work", "echo", "on")).toMatchObject({ code: 0, stdout: "on\n" });
  const self = await box.run(["run", "work", "--", "true"], { env: { TSM_SESSION: "work" } });
  expect(self).toMatchObject({ code: 125, stdout: "" });
});
