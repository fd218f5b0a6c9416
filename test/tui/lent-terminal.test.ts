import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { TsmError } from "../../src/base/errors.ts";
import type { LocalTerminal } from "../../src/client/local-terminal.ts";
import { defaultSettings } from "../../src/config/settings.ts";
import type { PickerChoice } from "../../src/tui/model/picker-choice.ts";
import type { PickerSource } from "../../src/tui/model/picker-source.ts";
import type { PickerTerminal } from "../../src/tui/run/picker-terminal.ts";
import { runPicker } from "../../src/tui/run/run-picker.ts";
import { KEY } from "./driver.ts";
import { FakeTerminal } from "./fake-terminal.ts";
import { sampleList, sampleSession, SampleSource } from "./sample-sessions.ts";

setDefaultTimeout(15_000);

function show(
  terminal: FakeTerminal,
  source: PickerSource = new SampleSource(sampleList()),
): Promise<PickerChoice> {
  return runPicker({
    terminal,
    source,
    settings: defaultSettings().tui,
    env: { TERM: "xterm-256color", HOME: "/home/me" },
    cwd: "/home/me",
    current: "notes",
  });
}

test("the attach client's own terminal can be lent", () => {
  const lend = (terminal: LocalTerminal): PickerTerminal => terminal;
  expect(lend).toBeFunction();
});

test("a lent terminal has the modes off again, and keys typed after enter are in the choice", async () => {
  const terminal = new FakeTerminal();
  const choice = show(terminal);
  await terminal.until("▌ notes *");
  terminal.type(`${KEY.down}\rabc`);
  const { rest, ...chosen } = await choice;
  expect(chosen).toEqual({ kind: "attach", name: "stuck" });
  expect(Buffer.from(rest).toString()).toBe("abc");
  expect(terminal.model.state.isAlt).toBe(false);
  expect(terminal.events).toBeUndefined();
  expect(terminal.rest).toBe("");
});

test("modes that a session left on are off while the picker uses a lent terminal", async () => {
  const terminal = new FakeTerminal();
  terminal.write(
    Buffer.from("\x1b[?1049h\x1b[?1003h\x1b[?1h\x1b[5;9r\x1b[?6h\x1b(0\x1b[44m\x1b]2;cut"),
  );
  const choice = show(terminal);
  await terminal.until("▌ notes *");
  expect(terminal.model.state.core.coreMouseService.activeProtocol).toBe("VT200");
  expect(terminal.model.screen()[0]).toMatch(/^ {2}tsm/);
  terminal.type("q");
  await choice;
  expect(terminal.model.state.isAlt).toBe(false);
});

test("keys typed before the picker had the terminal act on it", async () => {
  const terminal = new FakeTerminal({ rows: 24, cols: 100 }, `/web${KEY.enter}x`);
  expect(await show(terminal)).toMatchObject({ kind: "attach", name: "web" });
});

test("a defect while drawing rejects, and the terminal is restored", async () => {
  const terminal = new FakeTerminal();
  const broken = sampleSession("broken");
  Object.defineProperty(broken, "agentLine", {
    get: () => {
      throw new TypeError("a defect");
    },
  });
  expect(show(terminal, new SampleSource([broken]))).rejects.toThrow("a defect");
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(terminal.model.state.isAlt).toBe(false);
});

test("a terminal that is gone ends the picker", async () => {
  const terminal = new FakeTerminal();
  const choice = show(terminal);
  await terminal.until("▌ notes *");
  terminal.events?.onGone();
  expect(await choice).toMatchObject({ kind: "quit" });
});

describe("what fails", () => {
  test("a failed action is shown with its remedy, and the list stays usable", async () => {
    const terminal = new FakeTerminal();
    const source = new SampleSource(sampleList());
    const choice = show(terminal, source);
    await terminal.until("▌ notes *");
    source.failure = new TsmError("not-found", "session not found", { remedy: "Run 'tsm ls'." });
    terminal.type("d");
    await terminal.until("session not found. Run 'tsm ls'.");
    terminal.type("q");
    await choice;
  });

  test("a list that cannot be read is reported, keys work, and it is read again", async () => {
    const terminal = new FakeTerminal();
    const source = new SampleSource(sampleList());
    const list = source.list.bind(source);
    source.list = () => Promise.reject(new TsmError("io", "Cannot read the directory."));
    const choice = show(terminal, source);
    await terminal.until("Cannot read the directory.");
    source.list = list;
    terminal.type("\x12");
    await terminal.until("6 sessions");
    terminal.type("q");
    await choice;
  });

  test("a failed preview leaves an empty pane", async () => {
    const terminal = new FakeTerminal();
    const source = new SampleSource(sampleList());
    let asked = 0;
    const preview = source.preview.bind(source);
    source.preview = (name) => {
      asked++;
      return name === "web" ? preview(name) : Promise.reject(new Error("gone"));
    };
    const choice = show(terminal, source);
    await terminal.until("▌ notes *");
    terminal.type(KEY.up);
    await terminal.until("~/src/web $");
    expect(asked).toBe(2);
    expect(terminal.text).not.toContain("gone");
    terminal.type("q");
    await choice;
  });
});

test("a session that ends while shown disappears together with its preview", async () => {
  const terminal = new FakeTerminal();
  const source = new SampleSource(sampleList());
  const choice = show(terminal, source);
  await terminal.until("~/src/notes $");
  source.sessions = [];
  terminal.type("\x12");
  await terminal.until("No sessions yet.");
  expect(terminal.text).not.toContain("~/src/notes");
  terminal.type("q");
  await choice;
});

test("a hostile preview reaches the terminal as letters only", async () => {
  const terminal = new FakeTerminal();
  const source = new SampleSource(sampleList());
  source.text = "\x1b]0;evil\x07\x1b[?1003h\x1b[6n\x1bP$qm\x1b\\\x1b[2J\x1b[1;1Hshown\x9b31m";
  const choice = show(terminal, source);
  await terminal.until("shown");
  expect(terminal.output).not.toMatch(/evil|\?1003h|\x1b\[6n|\x1bP|\x9b/);
  expect(terminal.model.replies).toEqual([]);
  terminal.type("q");
  await choice;
});

describe("what is under way when the picker ends", () => {
  test("is awaited, and keys typed meanwhile are passed on", async () => {
    const terminal = new FakeTerminal();
    const source = new SampleSource(sampleList());
    const killed = Promise.withResolvers<void>();
    source.kill = () => killed.promise;
    const choice = show(terminal, source);
    await terminal.until("▌ notes *");
    terminal.type("kyq");
    terminal.type("ls\r");
    expect(await Promise.race([choice, Promise.resolve("waits")])).toBe("waits");
    killed.resolve();
    const { rest, ...chosen } = await choice;
    expect(chosen).toEqual({ kind: "quit", current: "notes" });
    expect(Buffer.from(rest).toString()).toBe("ls\r");
  });

  test("reports the current session's new name", async () => {
    const terminal = new FakeTerminal();
    const choice = show(terminal);
    await terminal.until("▌ notes *");
    terminal.type("r2\rq");
    expect(await choice).toMatchObject({ kind: "quit", current: "notes2" });
  });
});
