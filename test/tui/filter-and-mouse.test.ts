import { describe, expect, test } from "bun:test";

import { ctrl, Driver, KEY, type DriverOptions } from "./driver.ts";
import { manySessions, sampleList } from "./sample-sessions.ts";

const picker = (options: DriverOptions = {}): Driver =>
  new Driver({ sessions: sampleList(), ...options });

describe("the filter", () => {
  test("typing after / filters, best match first", () => {
    const driver = picker().type("/main");
    expect(driver.ids).toEqual(["session api@main", "session web"]);
    expect(driver.cursorId).toBe("session api@main");
  });

  test("it searches name, branch, repository and directory", () => {
    const found = (query: string): string[] => picker().type(`/${query}`).ids;
    expect(found("notes")).toEqual(["session notes"]);
    expect(found("feature")).toEqual(["session api@feature-x"]);
    expect(found("infra")).toEqual(["session 建置伺服器"]);
    expect(found("基礎")).toEqual(["session 建置伺服器"]);
    expect(found("myapp web")).toEqual(["session web"]);
    expect(found("zzz")).toEqual([]);
  });

  test("the matched letters are marked", () => {
    const [row] = picker().type("/wb").state.rows;
    expect(row).toMatchObject({ matches: { name: new Set([0, 2]) } });
  });

  test("letters are text while the filter is typed, and keys again after tab", () => {
    const driver = picker().type("/k");
    expect(driver.state.prompt).toBeUndefined();
    driver.type(`\x7fweb${KEY.tab}k`);
    expect(driver.state.prompt).toEqual({ kind: "kill", names: ["web"] });
  });

  test("enter attaches to the best match at once", () => {
    const driver = picker().type(`/web${KEY.enter}`);
    expect(driver.takeEffects()).toEqual([{ kind: "attach", name: "web" }]);
  });

  test("escape clears it and keeps the cursor, a second one quits", () => {
    const driver = picker().type(`/web${KEY.esc}`);
    expect(driver.takeEffects()).toEqual([]);
    expect(driver.ids).toHaveLength(7);
    expect(driver.cursorId).toBe("session web");
    expect(driver.type(KEY.esc).takeEffects()).toEqual([{ kind: "quit" }]);
  });

  test("select all selects what it shows", () => {
    const driver = picker().type(`/main${ctrl("a")}`);
    expect([...driver.state.selected]).toEqual(["api@main", "web"]);
  });

  test("a paste goes into it, as one line", () => {
    const driver = picker().type("/\x1b[200~we\x1b[31mb\nk\x1b[201~");
    expect(driver.state.filter.text).toBe("we[31mb");
  });

  test("a paste into the list is not keys", () => {
    const driver = picker().type("\x1b[200~kyq\x1b[201~");
    expect(driver.takeEffects()).toEqual([]);
    expect(driver.state.prompt).toBeUndefined();
  });
});

describe("the palette keymap", () => {
  const palette = (): Driver => picker({ keymap: "palette" });

  test("typing filters at once, including letters that are keys elsewhere", () => {
    expect(palette().type("web").ids).toEqual(["session web"]);
    expect(palette().type("kq").state.filter.text).toBe("kq");
  });

  test("its control keys perform actions", () => {
    const driver = palette().type(`web${ctrl("x")}y`);
    expect(driver.takeEffects()).toEqual([{ kind: "kill", names: ["web"] }]);
    expect(palette().type(ctrl("n") + ctrl("n")).cursorId).toBe("session api@feature-x");
    expect(palette().type(ctrl("n") + ctrl("p")).cursorId).toBe("session 建置伺服器");
    expect(palette().type(KEY.tab).state.selected.size).toBe(1);
    expect(palette().type(ctrl("t")).state.prompt).toMatchObject({ kind: "new-name" });
    expect(
      palette()
        .type(`web${ctrl("d")}`)
        .takeEffects(),
    ).toEqual([{ kind: "detach", names: ["web"] }]);
    expect(
      palette()
        .type(`web${ctrl("y")}`)
        .takeEffects(),
    ).toEqual([{ kind: "copy", text: "tsm attach web" }]);
    expect(palette().type(ctrl("s")).state.sort).toBe("name");
    expect(palette().type(ctrl("f")).state.isFilterFocused).toBe(true);
  });

  test("escape clears the filter, then quits", () => {
    const driver = palette().type(`web${KEY.esc}`);
    expect(driver.takeEffects()).toEqual([]);
    expect(driver.state.filter.text).toBe("");
    expect(driver.type(KEY.esc).takeEffects()).toEqual([{ kind: "quit" }]);
  });
});

describe("the mouse", () => {
  const click = (row: number, col = 5): string => `\x1b[<0;${col + 1};${row + 1}M`;

  test("a click moves the cursor to a row", () => {
    expect(picker().type(click(5)).cursorId).toBe("session api@main");
  });

  test("a quick second click on the same row attaches", () => {
    const driver = picker().type(click(5));
    driver.nowMs += 400;
    expect(driver.type(click(5)).takeEffects()).toEqual([{ kind: "attach", name: "api@main" }]);
    driver.nowMs += 100;
    driver.type(click(4));
    driver.nowMs += 600;
    expect(driver.type(click(4)).takeEffects()).toEqual([]);
    expect(driver.type(click(5) + click(4)).takeEffects()).toEqual([]);
  });

  test("a double click on a header folds it", () => {
    expect(picker().type(click(3) + click(3)).ids).toHaveLength(4);
  });

  test("a click beside the list, or below its end, does nothing", () => {
    const driver = picker().type(click(20) + click(5, 90) + click(0) + click(29));
    expect(driver.cursorId).toBe("session 建置伺服器");
  });

  test("the wheel scrolls the pane under it", () => {
    const driver = new Driver({ sessions: manySessions(100) });
    driver.type("\x1b[<65;5;5M");
    expect(driver.state.top).toBe(3);
    expect(driver.state.cursor).toBe(3);
    driver.type("\x1b[<64;5;5M".repeat(3));
    expect(driver.state.top).toBe(0);
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    driver.send({ type: "preview", name: "session-0", preview: undefined });
    driver.type(KEY.home + KEY.down);
    driver.send({
      type: "preview",
      name: "session-0",
      preview: { name: "session-0", lines, cols: 7 },
    });
    driver.type("\x1b[<64;90;5M");
    expect(driver.state.previewScroll.rows).toBe(3);
  });
});
