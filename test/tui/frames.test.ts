import { describe, expect, test } from "bun:test";

import type { Preview } from "../../src/tui/model/state.ts";
import { TestModel } from "../terminal/model.ts";
import { ctrl, Driver, KEY, type DriverOptions } from "./driver.ts";
import { drawFrame } from "../../src/tui/view/view.ts";
import { Renderer } from "../../src/tui/run/renderer.ts";
import { themeOf } from "../../src/tui/view/theme.ts";
import { manySessions, sampleList, sampleSession } from "./sample-sessions.ts";

// Times of day stand in the log.
process.env["TZ"] = "UTC";

const preview = (name: string): Preview => ({
  name,
  lines: [`\x1b[32m~/src/${name}\x1b[m $ bun test`, "", "漢字 and 😀 in a line", " 12 pass"],
  cols: 30,
});

function picker(options: DriverOptions = {}): Driver {
  const driver = new Driver({ sessions: sampleList(), current: "web", ...options });
  return driver.send({ type: "preview", name: "web", preview: preview("web") });
}

describe("a picture of", () => {
  test.each([
    [120, 36],
    [100, 24],
    [80, 24],
    [60, 24],
    [40, 10],
    [20, 5],
  ])("the full layout at %d×%d", (cols, rows) => {
    expect(picker({ size: { cols, rows } }).picture()).toMatchSnapshot();
  });

  test.each([
    [120, 36],
    [80, 24],
    [40, 10],
  ])("the simplified layout at %d×%d", (cols, rows) => {
    const driver = picker({ size: { cols, rows }, mode: "simplified", keymap: "palette" });
    expect(driver.picture()).toMatchSnapshot();
  });

  test("a filter with matches", () => {
    expect(picker().type("/main").picture()).toMatchSnapshot();
  });

  test("a filter without matches", () => {
    expect(
      picker({ size: { cols: 60, rows: 12 } })
        .type("/zzz")
        .picture(),
    ).toMatchSnapshot();
  });

  test("the question before a kill", () => {
    expect(
      picker({ size: { cols: 80, rows: 14 } })
        .type("k")
        .picture(),
    ).toMatchSnapshot();
  });

  test("a rename in its row", () => {
    expect(
      picker({ size: { cols: 80, rows: 14 } })
        .type("rx")
        .picture(),
    ).toMatchSnapshot();
  });

  test("the questions for a new session, with an error", () => {
    const driver = picker({ size: { cols: 80, rows: 14 } }).type(`nweb${KEY.enter}`);
    expect(driver.picture()).toMatchSnapshot();
    driver.type(`2${KEY.enter}`);
    expect(driver.picture()).toMatchSnapshot();
  });

  test("a selection, a folded group and the log", () => {
    const driver = picker({ size: { cols: 80, rows: 24 } }).type(`${KEY.left} ${KEY.left}`);
    driver.send({ type: "detached", name: "web" }).send({ type: "killed", name: "notes" });
    expect(driver.picture()).toMatchSnapshot();
  });

  test("no sessions", () => {
    expect(new Driver({ size: { cols: 60, rows: 10 }, sessions: [] }).picture()).toMatchSnapshot();
  });

  test("the time before the first list", () => {
    const driver = new Driver({ size: { cols: 60, rows: 10 } });
    expect(driver.screen().join("\n")).not.toContain("Looking");
    driver.nowMs += 200;
    expect(driver.send({ type: "ignored" }).picture()).toMatchSnapshot();
  });
});

test("without help the list has one more line", () => {
  const size = { cols: 40, rows: 10 };
  const text = picker({ size, showHelp: false }).screen().join("\n");
  expect(text).not.toContain("attach");
});

test("a held session shows its command's exit status", () => {
  const sessions = [sampleSession("build", { pid: "", memory: 0, exitCode: 3 })];
  const text = new Driver({ sessions, current: "", size: { cols: 80, rows: 24 } })
    .screen()
    .join("\n");
  expect(text).toContain("exited 3 · 0 clients");
});

test("no line is wider than the screen, at any size, with any text", () => {
  const odd = [
    "漢字漢字漢字漢字漢字漢字漢字",
    "e\u0301\u200b\u202eabc",
    "👩‍👩‍👧👩‍👩‍👧 family",
    "x".repeat(300),
    "a\x1b[2Jb\tc",
  ];
  const sessions = odd.map((text, at) =>
    sampleSession(text, {
      branch: text,
      repo: at % 2 === 0 ? text : "",
      agentLine: text,
      cmd: text,
      startedIn: text,
    }),
  );
  for (const mode of ["full", "simplified"] as const) {
    for (let cols = 1; cols <= 130; cols += cols < 60 ? 1 : 7) {
      for (const rows of [1, 2, 3, 5, 8, 10, 13, 14, 20, 24, 40]) {
        const driver = new Driver({ sessions, mode, size: { rows, cols } });
        const lines = odd.map((text) => `\x1b[31m${text.replaceAll(/[\x1b\t]/g, "")}\x1b[m`);
        driver.send({
          type: "preview",
          name: odd[0] ?? "",
          preview: { name: odd[0] ?? "", lines, cols: 300 },
        });
        for (const keys of [
          "",
          KEY.right,
          "/x漢",
          `${KEY.esc}r`,
          `${KEY.esc}k`,
          `${KEY.esc}nab${KEY.enter}`,
        ]) {
          driver.type(keys);
          const frame = drawFrame(driver.state, themeOf("rgb"));
          expect(frame.lines).toHaveLength(rows);
          for (const line of frame.lines) {
            expect(line.cols).toBeLessThanOrEqual(cols);
            expect(line.text).not.toMatch(/\x1b\[2J|\t|\u202e/);
          }
          if (frame.cursor !== undefined) {
            expect(frame.cursor.col).toBeLessThan(cols);
            expect(frame.cursor.row).toBeLessThan(rows);
          }
        }
      }
    }
  }
});

test("a terminal shows each line as intended, with any wide characters", () => {
  for (const cols of [40, 80, 81, 100, 121]) {
    const driver = picker({ size: { rows: 24, cols } }).type(`${KEY.home}`);
    const model = new TestModel({ rows: 24, cols });
    model.feed(new Renderer(cols).render(drawFrame(driver.state, themeOf("rgb"))));
    expect(model.screen()).toEqual(driver.screen());
  }
});

test("without colours none is written, and with 16 only those", () => {
  const driver = picker().type("/we");
  driver.send({
    type: "preview",
    name: "web",
    preview: { name: "web", lines: ["\x1b[38;2;250;10;10;1mred\x1b[48;5;21mblue\x1b[m"], cols: 7 },
  });
  const text = (depth: "none" | "16" | "256"): string =>
    drawFrame(driver.state, themeOf(depth))
      .lines.map((line) => line.text)
      .join("\n");
  const params = (of: string): string[] =>
    [...of.matchAll(/\x1b\[([\d;]*)m/g)].flatMap(([, all = ""]) => all.split(";"));
  expect(params(text("none")).filter((param) => Number(param) >= 30)).toEqual([]);
  expect(params(text("16"))).not.toContain("38");
  expect(text("16")).toContain("\x1b[91m\x1b[1mred");
  expect(text("256")).toContain("\x1b[38;5;196m\x1b[1mred");
});

describe("the renderer", () => {
  const theme = themeOf("rgb");

  test("writes nothing when nothing has changed", () => {
    const driver = picker();
    const renderer = new Renderer(120);
    expect(renderer.render(drawFrame(driver.state, theme))).not.toBe("");
    driver.send({ type: "sessions", sessions: sampleList() });
    expect(renderer.render(drawFrame(driver.state, theme))).toBe("");
  });

  test("writes only the lines that have changed, inside synchronized output", () => {
    const driver = picker();
    const renderer = new Renderer(120);
    renderer.render(drawFrame(driver.state, theme));
    const bytes = renderer.render(drawFrame(driver.type(KEY.down).state, theme));
    const rows = [...bytes.matchAll(/\x1b\[(\d+);1H/g)].map(([, row]) => Number(row) - 1);
    expect(rows.length).toBeLessThan(14);
    expect(rows).toContain(6);
    expect(bytes.startsWith("\x1b[?2026h")).toBe(true);
    expect(bytes.endsWith("\x1b[?2026l")).toBe(true);
  });

  test("changes any screen to any other as a full redraw would", () => {
    const driver = new Driver({ sessions: manySessions(40), size: { rows: 20, cols: 90 } });
    const renderer = new Renderer(90);
    const model = new TestModel({ rows: 20, cols: 90 });
    model.feed(renderer.render(drawFrame(driver.state, theme)));
    const keys = [
      KEY.down,
      KEY.pageDown,
      KEY.left,
      "/ses7",
      KEY.esc,
      "k",
      "y",
      "s",
      ctrl("o"),
      "n",
      "漢字",
      KEY.esc,
      ctrl("o"),
      KEY.end,
    ];
    for (const key of keys) {
      model.feed(renderer.render(drawFrame(driver.type(key).state, theme)));
      expect(model.screen()).toEqual(driver.screen());
    }
  });

  test("a storm of resizes ends with the right screen", () => {
    const driver = picker();
    const renderer = new Renderer(120);
    const model = new TestModel({ rows: 30, cols: 120 });
    for (let i = 0; i < 60; i++) {
      const size = { rows: 3 + ((i * 7) % 40), cols: 8 + ((i * 13) % 130) };
      model.resize(size.rows, size.cols);
      renderer.reset(size.cols);
      driver.send({ type: "resize", size });
      model.feed(renderer.render(drawFrame(driver.state, theme)));
      expect(model.screen()).toEqual(driver.screen());
    }
  });
});
