import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ClientConnection } from "../../../src/daemon/clients/client-connection.ts";
import { ShellRuns } from "../../../src/daemon/runs/shell-runs.ts";
import { decodeRunState } from "../../../src/protocol/run-command.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/protocol/utf8.ts";
import { AT_PROMPT, FakeRunTerminal } from "./fake-run-terminal.ts";

class Requester {
  listensTo: string | undefined;
  readonly isStalled = false;
  readonly got: unknown[] = [];

  send(tag: Tag, payload: Uint8Array): void {
    if (tag === Tag.RunState) this.got.push(decodeRunState(payload));
    else this.got.push(tag === Tag.RunOutput ? decodeUtf8(payload) : tag);
  }

  asClient(): ClientConnection {
    return this as unknown as ClientConnection;
  }
}

class Session {
  readonly #directory = mkdtempSync(join(tmpdir(), "tsm-runs-"));
  readonly files = {
    path: join(this.#directory, "run"),
    textPath: join(this.#directory, "text"),
  };
  readonly terminal = new FakeRunTerminal();
  readonly events: unknown[] = [];
  readonly runs = new ShellRuns(this.terminal.asTerminal(), this.files, {
    onStart: () => this.events.push("start"),
    onEnd: (code, isHeard) => this.events.push({ code, isHeard }),
    onRefusal: (reason) => this.events.push(reason),
  });

  run(text: string, isPatient = false): Requester {
    const requester = new Requester();
    const request = { text: encodeUtf8(text), isScript: false, isDetached: false, isPatient };
    this.runs.start(requester.asClient(), request);
    return requester;
  }

  /** The nonce of the run command whose file was written last. */
  get nonce(): string {
    return /;s;([0-9a-f]{16})/.exec(readFileSync(this.files.path, "utf8"))?.[1] ?? "";
  }

  /** The shell reads the file, runs the text, and reports both. */
  obey(output: string, code: number): void {
    const { nonce } = this;
    this.terminal.mark({ kind: "run-started", nonce });
    this.terminal.print(output);
    this.terminal.mark({ kind: "run-ended", nonce, code, hasEqualPrompts: false });
  }

  [Symbol.dispose](): void {
    this.runs.end({ code: 0, signal: 0 });
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const STARTED = { kind: "started", hasCrLf: true };
const ended = (code: number) => ({ kind: "ended", code });
const refused = (reason: string, isBusy = true) => ({ kind: "refused", reason, isBusy });

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("a shell at its prompt gets a line that reads the file, and the requester gets the output", () => {
  using session = new Session();
  const requester = session.run("echo on");
  expect(session.terminal.typed).toBe(` \\command . '${session.files.path}'\n`);
  expect(readFileSync(session.files.textPath, "utf8")).toContain("echo on");
  session.obey("on\r\n", 3);
  expect(requester.got).toEqual([STARTED, "on\r\n", ended(3)]);
  expect(session.events).toEqual(["start", { code: 3, isHeard: true }]);
  expect(existsSync(session.files.path)).toBe(false);
  expect(session.terminal.isIntercepted).toBe(false);
});

test("a patient request waits for the one before, an impatient one is refused meanwhile", () => {
  using session = new Session();
  const first = session.run("one");
  const second = session.run("two", true);
  const third = session.run("three");
  expect(third.got).toEqual([refused("another run command is running in it")]);
  session.obey("1", 0);
  jest.runOnlyPendingTimers();
  session.obey("2", 0);
  expect([first.got, second.got]).toEqual([
    [STARTED, "1", ended(0)],
    [STARTED, "2", ended(0)],
  ]);
});

test("a busy shell refuses a request at once, and types nothing", () => {
  using session = new Session();
  session.terminal.state = { kind: "busy", reason: 'its shell runs "vim"' };
  expect(session.run("no").got).toEqual([refused('its shell runs "vim"')]);
  expect(session.terminal.typed).toBe("");
});

test("a user who stops typing between two polls does not get a request refused", () => {
  using session = new Session();
  const idleTimes = [99];
  Object.defineProperty(session.terminal.shell.typing, "idleMs", {
    get: () => idleTimes.shift() ?? 101,
  });
  const requester = session.run("echo on");
  jest.advanceTimersByTime(50);
  session.obey("on", 0);
  expect(requester.got).toEqual([STARTED, "on", ended(0)]);
});

test("a session without a shell refuses even a patient request, for good", () => {
  using session = new Session();
  session.terminal.state = { kind: "none", reason: 'it runs "top"' };
  expect(session.run("no", true).got).toEqual([refused('it runs "top"', false)]);
});

test("a shell that ignores its line is given up, and its file runs nothing any more", () => {
  using session = new Session();
  const requester = session.run("no");
  jest.advanceTimersByTime(2000);
  expect(requester.got).toEqual([
    refused("its shell does not read the file that a run command is in"),
  ]);
  expect(existsSync(session.files.textPath)).toBe(false);
});

test("a plain shell that is back at its prompt without a report is asked for the exit status", () => {
  using session = new Session();
  const requester = session.run("sleep 9");
  const { nonce } = session;
  session.terminal.mark({ kind: "run-started", nonce });
  session.terminal.state = { kind: "busy", reason: 'its shell runs "sleep"' };
  session.terminal.print("^C");
  session.terminal.state = AT_PROMPT;
  session.terminal.typed = "";
  jest.advanceTimersByTime(1000);
  expect(session.terminal.typed).toBe(` \\command . '${session.files.path}'\n`);
  session.terminal.mark({ kind: "run-ended", nonce, code: 130, hasEqualPrompts: false });
  expect(requester.got).toEqual([STARTED, "^C", ended(130)]);
});

test("a reset interrupts, and ends the run once the prompt is proven", () => {
  using session = new Session();
  const runner = session.run("sleep 9");
  session.terminal.mark({ kind: "run-started", nonce: session.nonce });
  session.terminal.state = { kind: "busy", reason: 'its shell runs "sleep"' };
  const requester = new Requester();
  session.runs.reset(requester.asClient());
  jest.advanceTimersByTime(500);
  expect([session.terminal.interrupts, requester.got]).toEqual([1, []]);
  session.terminal.state = AT_PROMPT;
  jest.advanceTimersByTime(500);
  expect(requester.got).toEqual([ended(0)]);
  expect(runner.got).toEqual([STARTED, ended(130)]);
});
