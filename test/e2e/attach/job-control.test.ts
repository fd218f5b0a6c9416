import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, constants, openSync, readFileSync, readlinkSync } from "node:fs";
import { constants as os } from "node:os";

import { FATAL_SIGNALS } from "../../../src/system/fatal-signals.ts";
import { loadLibc, TCOOFF, TCOON } from "../../../src/system/system-calls.ts";
import { PickerScreen } from "../support/picker-screen.ts";
import { isRunning, Sandbox, TSM, until } from "../support/sandbox.ts";

setDefaultTimeout(120_000);

/** Everything of tsm that draws in the user's terminal, and what it shows of a session `work`. */
const TAKERS: readonly (readonly [args: readonly string[], shown: string])[] = [
  [["attach", "work"], "a picture"],
  [["attach", "--read-only", "work"], "a picture"],
  [["tui"], "▌ work"],
  [["palette"], "▌ work"],
  [["list", "--watch"], "work "],
  [["tail", "-f", "work"], "a picture"],
];

/** A session that has modes on and shows a picture. */
async function createSession(box: Sandbox): Promise<void> {
  const modes = "\\033[?1049h\\033[?1003h\\033[?1006h\\033[?2004h\\033[?1h\\033[?25l";
  await box.ok("new", "work", "sh", "-c", `stty -echo; printf '${modes}a pic''ture'; exec cat`);
}

/** The only process of the sandbox whose arguments are these. */
function pidOf(box: Sandbox, args: readonly string[]): number {
  const wanted = [TSM, ...args, ""].join("\0");
  const pids = box.processes().filter((pid) => argumentsOf(pid) === wanted);
  if (pids.length !== 1 || pids[0] === undefined) throw new Error(`${pids.length} of ${args}`);
  return pids[0];
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

function isStopped(pid: number): boolean {
  return isRunning(pid) && /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

/** An interactive shell with job control in which a command of tsm runs. */
class Job {
  readonly user: PickerScreen;
  readonly #box: Sandbox;
  readonly #args: readonly string[];

  constructor(box: Sandbox, args: readonly string[]) {
    this.#box = box;
    this.#args = args;
    const env = { PS1: "shell>", TERM: "xterm" };
    this.user = new PickerScreen(box, ["--norc", "--noediting", "-i"], {
      program: "/bin/bash",
      env,
    });
  }

  /** Waits for the prompt, starts the command, and waits for what it shows. */
  async start(shown: string): Promise<number> {
    await this.user.until(/^shell>$/m);
    this.type(`${TSM} ${this.#args.join(" ")}`);
    await this.user.until(shown);
    return pidOf(this.#box, this.#args);
  }

  type(line: string): void {
    this.user.type(`${line}\r`);
  }

  /** Waits until the shell has the terminal, with an empty line. */
  async prompt(): Promise<void> {
    await this.user.until(/shell>\s*$/);
  }

  /** Clears the screen, so that only what is drawn from then on is there. */
  async clear(): Promise<void> {
    this.type("clear; echo cleared");
    await this.user.until(/^cleared\nshell>\s*$/m);
  }
}

describe("stopped and continued by a shell", () => {
  for (const [args, shown] of TAKERS) {
    const command = args.join(" ");
    test(`'tsm ${command}' gives the terminal back and draws all again (SIGTSTP)`, async () => {
      await using box = new Sandbox();
      await createSession(box);
      const job = new Job(box, args);
      const pid = await job.start(shown);
      process.kill(pid, "SIGTSTP");
      await until(() => isStopped(pid), "it to be stopped");
      await job.prompt();
      expect(job.user.leftovers()).toEqual([]);
      await job.clear();
      job.type("fg");
      if (args[0] === "tail") {
        await until(() => !isStopped(pid), "it to go on"); // it only shows what comes
      } else {
        await job.user.until(() => job.user.text.includes(shown));
      }
      process.kill(pid, "SIGTERM");
      await job.user.until(/Terminated/);
      await job.prompt();
      expect(job.user.leftovers()).toEqual([]);
    });
  }

  for (const [args, shown] of TAKERS.slice(0, 5)) {
    test(`'tsm ${args.join(" ")}' draws all again after SIGSTOP`, async () => {
      await using box = new Sandbox();
      await createSession(box);
      const job = new Job(box, args);
      const pid = await job.start(shown);
      process.kill(pid, "SIGSTOP");
      await until(() => isStopped(pid), "it to be stopped");
      await job.user.until(/Stopped/);
      await job.clear();
      job.type("fg");
      await job.user.until(() => job.user.text.includes(shown) && !job.user.text.includes("clear"));
      process.kill(pid, "SIGTERM");
      await job.user.until(/Terminated/);
      expect(job.user.leftovers()).toEqual([]);
    });
  }

  for (const [args, shown] of TAKERS.slice(0, 5)) {
    test(`'tsm ${args.join(" ")}' waits in the background for the terminal`, async () => {
      await using box = new Sandbox();
      await createSession(box);
      const job = new Job(box, args);
      const pid = await job.start(shown);
      process.kill(pid, "SIGTSTP");
      await job.prompt();
      await job.clear();
      job.type("bg");
      await job.user.until(/\[1\].*&$/m);
      // Until it has been seen to wait, by the shell as well.
      await until(async () => {
        job.type("jobs");
        await Bun.sleep(20);
        return isStopped(pid) && /\[1\].*Stopped/.test(job.user.text);
      }, "it to wait for the terminal");
      expect(job.user.leftovers()).toEqual([]);
      expect(job.user.text).not.toContain(shown);
      job.type("fg");
      await job.user.until(() => job.user.text.includes(shown) && !job.user.text.includes("clear"));
      process.kill(pid, "SIGTERM");
      await job.user.until(/Terminated/);
      expect(job.user.leftovers()).toEqual([]);
    });
  }
});

test("a stop signal has no lasting effect where no shell could resume the client", async () => {
  await using box = new Sandbox();
  await createSession(box);
  const user = new PickerScreen(box, ["attach", "work"]); // leads a session: an orphaned group
  await user.until("a picture");
  user.screen.clear();
  process.kill(user.screen.pid, "SIGTSTP");
  await user.screen.shown("a picture");
  user.type("\x1c");
  expect(await user.screen.exited()).toBe(0);
});

test("what a session prints while its client is stopped is there afterwards, once", async () => {
  await using box = new Sandbox();
  await box.ok(
    "new",
    "work",
    "sh",
    "-c",
    "stty -echo; echo first; while read -r line; do echo $line; done",
  );
  const job = new Job(box, ["attach", "work"]);
  const pid = await job.start("first");
  await box.ok("send", "work", "--enter", "before");
  await job.user.until(/^before$/m);
  process.kill(pid, "SIGTSTP");
  await job.prompt();
  await box.ok("send", "work", "--enter", "meanwhile");
  await until(async () => (await box.ok("screen", "work")).includes("meanwhile"), "the output");
  await job.clear();
  job.type("fg");
  await job.user.until(/^meanwhile$/m);
  await box.ok("send", "work", "--enter", "after");
  await job.user.until(/^after$/m);
  expect(job.user.lines.slice(0, 4)).toEqual(["first", "before", "meanwhile", "after"]);
  job.user.type("typed\r");
  await job.user.until(/^typed$/m);
});

test("a picker that was opened in a session draws itself again", async () => {
  await using box = new Sandbox();
  await createSession(box);
  const job = new Job(box, ["attach", "work"]);
  const pid = await job.start("a picture");
  job.user.type("\x1d");
  await job.user.until("▌ work");
  process.kill(pid, "SIGTSTP");
  await job.prompt();
  expect(job.user.leftovers()).toEqual([]);
  await job.clear();
  job.type("fg");
  await job.user.until("▌ work");
  job.user.type("\x1b");
  await job.user.until(() => !job.user.text.includes("1 session"));
  await job.user.until("a picture");
  job.user.type("\x1c");
  await job.user.until("[detached from work]");
  expect(job.user.leftovers()).toEqual([]);
});

describe("the terminal is given back before the program dies", () => {
  for (const signal of FATAL_SIGNALS) {
    test(`of ${signal}`, async () => {
      await using box = new Sandbox();
      await createSession(box);
      for (const [args, shown] of TAKERS) {
        const user = new PickerScreen(box, args);
        await user.until(shown);
        // The last lines alone set nothing.
        if (args[0] !== "tail") expect(user.leftovers()).not.toEqual([]);
        process.kill(user.screen.pid, signal);
        // Ctrl+C is how a list that is shown again and again is ended.
        const isUsual = signal === "SIGINT" && args.includes("--watch");
        const status = isUsual ? 0 : 128 + os.signals[signal];
        expect({ args, status: await user.screen.exited() }).toEqual({ args, status });
        expect({ args, left: user.leftovers() }).toEqual({ args, left: [] });
      }
    });
  }
});

describe("on a terminal that reads nothing", () => {
  /** Stops all output, as Ctrl+S does. */
  async function stopOutput(user: PickerScreen): Promise<void> {
    const { O_RDWR, O_NOCTTY } = constants;
    const fd = openSync(readlinkSync(`/proc/${user.screen.pid}/fd/0`), O_RDWR | O_NOCTTY);
    loadLibc().tcflow(fd, TCOOFF);
    resume = () => {
      loadLibc().tcflow(fd, TCOON);
      closeSync(fd);
    };
  }
  let resume = (): void => {};

  for (const [args, shown] of TAKERS) {
    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      test(`'tsm ${args.join(" ")}' still ends on ${signal}`, async () => {
        await using box = new Sandbox();
        await createSession(box);
        const user = new PickerScreen(box, args);
        await user.until(shown);
        await stopOutput(user);
        try {
          // More than the terminal holds, and something that is drawn.
          await box.ok("send", "work", "--enter", "x".repeat(2000));
          for (let i = 0; i < 40; i++) await box.ok("send", "work", "--enter", `line ${i}`);
          await box.ok("new", "other", "cat");
          process.kill(user.screen.pid, signal);
          expect(await user.screen.exited()).toBe(128 + os.signals[signal]);
        } finally {
          resume();
        }
      });
    }
  }
});
