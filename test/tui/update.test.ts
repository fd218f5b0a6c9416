import { describe, expect, test } from "bun:test";

import { ctrl, Driver, KEY, type DriverOptions } from "./driver.ts";
import { manySessions, NOW_MS, sampleList, sampleSession } from "./sample-sessions.ts";

const picker = (options: DriverOptions = {}): Driver =>
  new Driver({ sessions: sampleList(), ...options });

/** The picker with its cursor on a session. */
function at(name: string, options: DriverOptions = {}): Driver {
  const driver = picker(options);
  for (let tries = 0; driver.cursorId !== `session ${name}`; tries++) {
    if (tries > 20) throw new Error(`no session ${name}`);
    driver.type(KEY.down);
  }
  return driver;
}

describe("the list", () => {
  test("sessions of one repository stand under a header, single ones alone", () => {
    expect(picker().ids).toEqual([
      "session 建置伺服器",
      "group myapp",
      "session api@feature-x",
      "session api@main",
      "session web",
      "session notes",
      "session stuck",
    ]);
  });

  test("the cursor begins at the current session, else at the top", () => {
    expect(picker().cursorId).toBe("session 建置伺服器");
    expect(picker({ current: "notes" }).cursorId).toBe("session notes");
  });

  test("the cursor moves over headers and stops at both ends", () => {
    const driver = picker().type(KEY.down);
    expect(driver.cursorId).toBe("group myapp");
    expect(driver.type(KEY.up.repeat(5)).cursorId).toBe("session 建置伺服器");
    expect(driver.type(KEY.down.repeat(50)).cursorId).toBe("session stuck");
    expect(driver.type(KEY.home).cursorId).toBe("session 建置伺服器");
    expect(driver.type(KEY.end).cursorId).toBe("session stuck");
  });

  test("a header folds and unfolds by arrows and by enter", () => {
    const driver = picker().type(KEY.down + KEY.left);
    expect(driver.ids).toHaveLength(4);
    expect(driver.type(KEY.right).ids).toHaveLength(7);
    expect(driver.type(KEY.enter).ids).toHaveLength(4);
    expect(driver.type(KEY.enter).ids).toHaveLength(7);
    expect(driver.takeEffects()).toEqual([]);
  });

  test("left on a session of a group goes to its header", () => {
    expect(at("web").type(KEY.left).cursorId).toBe("group myapp");
  });

  test("sort goes through all orders and comes back", () => {
    const driver = picker();
    const firsts = ["name", "clients", "age", "memory", "repository"].map((order) => {
      driver.type("s");
      expect(driver.state.sort).toBe(order as typeof driver.state.sort);
      return driver.ids.find((id) => id.startsWith("session"));
    });
    expect(firsts).toEqual([
      "session api@feature-x",
      "session api@feature-x",
      "session api@feature-x",
      "session api@feature-x",
      "session 建置伺服器",
    ]);
  });

  test("sorting keeps the cursor on its session", () => {
    const driver = at("notes").type("ss");
    expect(driver.cursorId).toBe("session notes");
  });

  test("a refresh keeps the cursor on its session while others come and go", () => {
    const driver = at("notes");
    driver.send({
      type: "sessions",
      sessions: [sampleSession("aaa"), ...sampleList().slice(2)],
    });
    expect(driver.cursorId).toBe("session notes");
  });

  test("a session that died disappears without an error, and its place is taken", () => {
    const driver = at("notes").type(" ");
    driver.send({
      type: "sessions",
      sessions: sampleList().filter(({ name }) => name !== "notes"),
    });
    expect(driver.cursorId).toBe("session stuck");
    expect(driver.state.selected.size).toBe(0);
    expect(driver.state.error).toBeUndefined();
    expect(driver.state.log.at(-1)?.text).toBe("ended: notes");
  });

  test("an equal list changes nothing at all", () => {
    const driver = picker();
    const before = driver.state;
    driver.send({ type: "sessions", sessions: sampleList() });
    expect(driver.state).toBe(before);
  });

  test("the cursor stays on the screen among 500 sessions", () => {
    const driver = new Driver({ sessions: manySessions(500) });
    for (const key of [KEY.end, KEY.up.repeat(40), KEY.pageUp.repeat(3), KEY.home, KEY.pageDown]) {
      driver.type(key);
      expect(driver.screen().filter((line) => line.startsWith("▌"))).toHaveLength(1);
    }
    driver.send({ type: "resize", size: { rows: 10, cols: 40 } });
    expect(driver.screen().filter((line) => line.startsWith("▌"))).toHaveLength(1);
  });
});

describe("actions", () => {
  test("enter attaches to the session under the cursor", () => {
    expect(at("web").type(KEY.enter).takeEffects()).toEqual([{ kind: "attach", name: "web" }]);
  });

  test("detach acts at once, on the selection when there is one", () => {
    expect(at("web").type("d").takeEffects()).toEqual([{ kind: "detach", names: ["web"] }]);
    const driver = at("api@main").type(" ").type(KEY.down).type(" d");
    expect(driver.takeEffects()).toEqual([{ kind: "detach", names: ["api@main", "web"] }]);
    expect(driver.state.selected.size).toBe(0);
  });

  test("kill asks, and only y kills", () => {
    const driver = at("web").type("k");
    expect(driver.takeEffects()).toEqual([]);
    for (const key of ["n", KEY.enter, KEY.esc, " ", "q", "k", "\x1b[200~y\x1b[201~"]) {
      driver.type(key);
      expect(driver.state.prompt).toBeUndefined();
      driver.type("k");
    }
    expect(driver.takeEffects()).toEqual([]);
    expect(driver.type("y").takeEffects()).toEqual([{ kind: "kill", names: ["web"] }]);
    driver.send({ type: "killed", name: "web" });
    expect(driver.ids).not.toContain("session web");
    expect(driver.state.log.map(({ text }) => text)).toEqual(["killed: web"]);
  });

  test("a question about a session that died meanwhile is withdrawn", () => {
    const driver = at("web").type("k");
    driver.send({ type: "sessions", sessions: [sampleSession("notes")] });
    expect(driver.type("y").takeEffects()).toEqual([]);
    driver.type(KEY.home).type("r");
    driver.send({ type: "sessions", sessions: [] });
    expect(driver.state.prompt).toBeUndefined();
  });

  test("all can be selected, and none", () => {
    const driver = picker().type(ctrl("a"));
    expect(driver.state.selected.size).toBe(6);
    expect(driver.type(ctrl("a")).state.selected.size).toBe(0);
  });

  test("selecting a header selects its group", () => {
    const driver = picker().type(`${KEY.down} k`);
    expect([...driver.state.selected]).toEqual(["api@feature-x", "api@main", "web"]);
    expect(driver.screen().join("\n")).toContain("kill 3 sessions? y/n");
  });

  test("an action that needs a session says so on a header, until the next key", () => {
    const driver = picker().type(`${KEY.down}k`);
    expect(driver.state.error).toBe("This is a group: choose a session.");
    expect(driver.type(KEY.down).state.error).toBeUndefined();
  });

  test("rename edits the old name in place", () => {
    const driver = at("notes").type("r\x7f\x7f-2");
    expect(driver.state.prompt).toMatchObject({ edit: { text: "not-2" } });
    driver.type(KEY.enter);
    expect(driver.takeEffects()).toEqual([{ kind: "rename", from: "notes", to: "not-2" }]);
    driver.send({ type: "renamed", from: "notes", to: "not-2" });
    expect(driver.cursorId).toBe("session not-2");
  });

  test("a name that cannot be is refused before anything is asked", () => {
    const driver = at("notes").type(`r${ctrl("u")}web${KEY.enter}`);
    expect(driver.state.error).toBe("There is a session called web already.");
    driver.type(`${ctrl("u")}a/b${KEY.enter}`);
    expect(driver.state.error).toContain("path separators");
    expect(driver.type(KEY.esc).state.prompt).toBeUndefined();
    expect(driver.takeEffects()).toEqual([]);
  });

  test("new asks for name and directory", () => {
    const driver = picker().type(`nbuild${KEY.enter}`);
    expect(driver.state.prompt).toMatchObject({ kind: "new-directory", edit: { text: "~/src" } });
    driver.type(`/x${KEY.enter}`);
    expect(driver.takeEffects()).toEqual([
      { kind: "create", name: "build", dir: "/home/me/src/x" },
    ]);
    driver.send({ type: "created", name: "build" });
    expect(driver.takeEffects()).toEqual([{ kind: "refresh" }]);
    driver.send({ type: "sessions", sessions: [...sampleList(), sampleSession("build")] });
    expect(driver.cursorId).toBe("session build");
  });

  test.each([
    ["", "/home/me/src"],
    ["~", "/home/me"],
    ["~/x", "/home/me/x"],
    ["x/y", "/home/me/src/x/y"],
    ["/tmp", "/tmp"],
  ])("the directory %j is %s", (typed, dir) => {
    const driver = picker().type(`nx${KEY.enter}${ctrl("u")}${typed}${KEY.enter}`);
    expect(driver.takeEffects()).toEqual([{ kind: "create", name: "x", dir }]);
  });

  test("copy gives the command, quoted where a shell needs it", () => {
    expect(at("web").type("c").takeEffects()).toEqual([{ kind: "copy", text: "tsm attach web" }]);
    const odd = new Driver({ sessions: [sampleSession("it's $x")] }).type("c");
    expect(odd.takeEffects()).toEqual([{ kind: "copy", text: `tsm attach 'it'\\''s $x'` }]);
    const dash = new Driver({ sessions: [sampleSession("-x")] }).type("c");
    expect(dash.takeEffects()).toEqual([{ kind: "copy", text: "tsm attach -- '-x'" }]);
  });

  test("refresh, layout and quitting are one key each", () => {
    const driver = picker().type(ctrl("r"));
    expect(driver.takeEffects()).toEqual([{ kind: "refresh" }]);
    expect(driver.type(ctrl("o")).state.mode).toBe("simplified");
    expect(driver.type(ctrl("o")).state.mode).toBe("full");
    for (const key of ["q", KEY.esc, ctrl("c")]) {
      expect(picker().type(key).takeEffects()).toEqual([{ kind: "quit" }]);
    }
  });

  test("ctrl+c quits from every question", () => {
    for (const keys of ["k", "r", "n", "/abc"]) {
      expect(
        picker()
          .type(keys + ctrl("c"))
          .takeEffects(),
      ).toEqual([{ kind: "quit" }]);
    }
  });

  test("the key that opened the picker closes it", () => {
    const driver = picker({ closeKey: "ctrl+]" }).type(ctrl("]"));
    expect(driver.takeEffects()).toEqual([{ kind: "quit" }]);
    expect(picker().type(ctrl("]")).takeEffects()).toEqual([]);
  });

  test("the key for workspaces does nothing while there are none", () => {
    const driver = picker();
    const before = driver.state;
    expect(driver.type("w").state).toEqual(before);
    expect(driver.takeEffects()).toEqual([]);
  });

  test("a failure stays on the log line until the next key", () => {
    const driver = picker().send({ type: "failed", message: "session not found: web" });
    driver.send({ type: "sessions", sessions: sampleList().slice(1) });
    expect(driver.screen().join("\n")).toContain("session not found: web");
    driver.type(KEY.down);
    expect(driver.state.error).toBeUndefined();
    expect(driver.state.log.map(({ text }) => text)).toContain("session not found: web");
  });

  test("the log scrolls between its ends", () => {
    const driver = picker();
    for (let i = 0; i < 10; i++) driver.send({ type: "detached", name: `s${i}` });
    expect(driver.type("[[").state.logScroll).toBe(2);
    expect(driver.type("[".repeat(50)).state.logScroll).toBe(7);
    expect(driver.type("]".repeat(50)).state.logScroll).toBe(0);
  });
});

describe("the filter", () => {
  test("typing after / filters, best match first", () => {
    const driver = picker().type("/main");
    expect(driver.ids).toEqual(["session api@main", "session web"]);
    expect(driver.cursorId).toBe("session api@main");
  });

  test("it looks at name, branch, repository and directory", () => {
    const found = (query: string): string[] => picker().type(`/${query}`).ids;
    expect(found("notes")).toEqual(["session notes"]);
    expect(found("feature")).toEqual(["session api@feature-x"]);
    expect(found("infra")).toEqual(["session 建置伺服器"]);
    expect(found("基礎")).toEqual(["session 建置伺服器"]);
    expect(found("myapp web")).toEqual(["session web"]);
    expect(found("zzz")).toEqual([]);
  });

  test("the matched letters are known", () => {
    const [row] = picker().type("/wb").state.rows;
    expect(row).toMatchObject({ matches: { name: new Set([0, 2]) } });
  });

  test("letters are text while it is typed, and keys again after tab", () => {
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

  test("a paste into the list presses no keys", () => {
    const driver = picker().type("\x1b[200~kyq\x1b[201~");
    expect(driver.takeEffects()).toEqual([]);
    expect(driver.state.prompt).toBeUndefined();
  });
});

describe("the palette keymap", () => {
  const palette = (): Driver => picker({ keymap: "palette" });

  test("typing filters at once, also letters that are keys elsewhere", () => {
    expect(palette().type("web").ids).toEqual(["session web"]);
    expect(palette().type("kq").state.filter.text).toBe("kq");
  });

  test("its control keys act", () => {
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

  test("a click puts the cursor on a row", () => {
    expect(picker().type(click(5)).cursorId).toBe("session api@main");
  });

  test("a second click on the same row attaches, in time only", () => {
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

  test("the wheel scrolls what it is over", () => {
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

test("the model never changes a state in place", () => {
  const freeze = (driver: Driver): void => void Object.freeze(driver.state);
  const driver = picker();
  const keys = `${KEY.down} ${ctrl("a")}sk${KEY.esc}/we${KEY.esc}r${KEY.esc}nx${KEY.esc}[]`;
  for (const key of [...keys, KEY.up, KEY.left, KEY.right]) {
    freeze(driver);
    driver.type(key);
  }
  expect(driver.nowMs).toBe(NOW_MS);
});
