import { expect, test } from "bun:test";
import { restoreBackendName } from "../../src/terminal/backend.ts";
import { createTerminalBackend } from "../../src/terminal/xterm-backend.ts";
import { TestModel } from "./model.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

function backend(rows = 4, cols = 20, input = ""): ReturnType<typeof createTerminalBackend> {
  const created = createTerminalBackend({ rows, cols });
  created.consume(Buffer.from(input));
  return created;
}

test("the backend has a name", () => {
  expect(restoreBackendName()).toBe("xterm-headless");
});

test("the snapshot of an untouched terminal is almost empty", () => {
  expect(text(backend().snapshot())).toBe("\x1b[H");
});

test("a snapshot of plain lines is just those lines", () => {
  expect(text(backend(4, 20, "one\r\ntwo\r\n$ ").snapshot())).toBe("one\r\ntwo\r\n$ ");
});

test("the normal screen is restored without touching the alternate one", () => {
  const snapshot = text(backend(4, 20, "a\x1b[?1049hb\x1b[?1049l").snapshot());
  expect(snapshot).not.toContain("?1049");
  expect(snapshot).not.toContain("?1047");
});

test("synchronized output is never restored", () => {
  expect(text(backend(4, 20, "\x1b[?2026hx").snapshot())).not.toContain("2026");
});

test("scrollback arrives as scrollback, and the screen is not moved up", () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`).join("\r\n");
  const model = new TestModel({ rows: 5, cols: 20 }).feed(lines);
  const restored = model.restored();
  expect(restored.state.buffer.ybase).toBe(25);
  expect(restored.screen()).toEqual(["line 25", "line 26", "line 27", "line 28", "line 29"]);
  expect(restored.text(0)).toBe("line 0");
});

test("live output continues inside a sequence or character that the snapshot cut", () => {
  const whole = Buffer.from("\x1b[31mé\x1b]2;title\x07\x1bP$qm\x1b\\😀\x1b[1;2Hx\u009b32my");
  const model = new TestModel({ rows: 3, cols: 10 }).feed(whole);
  for (let cut = 0; cut <= whole.length; cut++) {
    const first = new TestModel({ rows: 3, cols: 10 }).feed(whole.subarray(0, cut));
    const restored = first.restored().feed(whole.subarray(cut));
    expect(restored.screen()).toEqual(model.screen());
    expect(restored.state.titles.title).toBe("title");
  }
});

test("a snapshot after a resize has the new size", () => {
  const created = backend(4, 20, "abcdefghij\r\nsecond\r\n");
  created.resize(4, 5);
  const restored = new TestModel({ rows: 4, cols: 5 }).feed(created.snapshot());
  expect(restored.screen()).toEqual(["fghij", "secon", "d", ""]);
});

test("clusters keep their text when lines are reflowed", () => {
  const model = new TestModel({ rows: 6, cols: 10 }).feed("ae\u0301b👍🏽cdo\u0308xyz e\u0301nd\r\n");
  model.resize(6, 5);
  expect(model.screen().slice(0, 4)).toEqual(["ae\u0301b👍🏽", "cdo\u0308xy", "z e\u0301nd", ""]);
  model.resize(6, 20);
  expect(model.screen()[0]).toBe("ae\u0301b👍🏽cdo\u0308xyz e\u0301nd");
});

test("sizes out of range are clamped", () => {
  const created = backend();
  for (const [rows, cols] of [
    [0, 0],
    [-5, 1e9],
    [1e9, Number.NaN],
    [1, 1],
  ] as const) {
    created.resize(rows, cols);
    created.consume(Buffer.from("x\r\ny"));
    expect(created.snapshot().length).toBeGreaterThan(0);
  }
});

test("the preview is the visible screen, styled and trimmed", () => {
  expect(text(backend(4, 20, "plain\r\n\x1b[1;31mred\x1b[m  \r\n\r\n").preview())).toBe(
    "plain\r\n\x1b[1;31mred\x1b[m",
  );
  expect(
    text(
      backend(4, 20, "\x1b]8;;http://x.example\x07l\x1b]8;;\x07\x1b]2;t\x07世\x1b[?25l").preview(),
    ),
  ).toBe("l世");
  expect(text(backend().preview())).toBe("");
});

test("the backend reports which screen is shown", () => {
  const created = backend();
  expect(created.inAltScreen()).toBe(false);
  created.consume(Buffer.from("\x1b[?1049h"));
  expect(created.inAltScreen()).toBe(true);
});

test("replies go to onReply while output is being read", () => {
  const replies: string[] = [];
  const created = createTerminalBackend({
    rows: 4,
    cols: 20,
    onReply: (bytes) => replies.push(text(bytes)),
  });
  created.consume(Buffer.from("\x1b[c\x1b[6n"));
  expect(replies).toEqual(["\x1b[?62;22c", "\x1b[1;1R"]);
});

test("a failure inside the model is reported, and a new model takes over", () => {
  const faults: string[] = [];
  let isBroken = true;
  const created = createTerminalBackend({
    rows: 4,
    cols: 20,
    onReply: () => {
      if (isBroken) throw new Error("boom");
    },
    onFault: (message) => faults.push(message),
  });
  created.consume(Buffer.from("before\x1b[c"));
  isBroken = false;
  created.consume(Buffer.from("after"));
  expect(faults).toEqual(["terminal model rebuilt after output: boom"]);
  expect(text(created.preview())).toBe("after");
});

test("every call after close does nothing", () => {
  const created = backend();
  created.close();
  created.close();
  created.consume(Buffer.from("x"));
  created.resize(1, 2);
  expect(created.snapshot().length).toBe(0);
  expect(created.preview().length).toBe(0);
  expect(created.inAltScreen()).toBe(false);
});

test("the normal screen's cursor stays on its line when the terminal grows while the alternate screen is shown", () => {
  const lines = Array.from({ length: 50 }, (_, i) => `line ${i + 1}`).join("\r\n");
  const model = createTerminalBackend({ rows: 10, cols: 40 });
  model.consume(Buffer.from(`${lines}\r\n$ less\x1b[?1049h\x1b[Hpager`));
  model.resize(20, 60);
  const restored = createTerminalBackend({ rows: 20, cols: 60 });
  restored.consume(model.snapshot());
  restored.consume(Buffer.from("\x1b[?1049l\r\n$ back"));
  const shown = Bun.stripANSI(Buffer.from(restored.preview()).toString()).split("\r\n");
  expect(shown.slice(-3)).toEqual(["line 50", "$ less", "$ back"]);
});
