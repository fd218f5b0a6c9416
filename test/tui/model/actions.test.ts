import { describe, expect, test } from "bun:test";

import { ctrl, Driver, KEY, openPicker, openPickerAt } from "../driver.ts";
import { sampleList, sampleSession } from "../sample-sessions.ts";

describe("actions", () => {
  test("enter attaches to the session under the cursor", () => {
    expect(openPickerAt("web").type(KEY.enter).takeEffects()).toEqual([
      { kind: "attach", name: "web" },
    ]);
  });

  test("detach acts at once, on the selection when there is one", () => {
    expect(openPickerAt("web").type("d").takeEffects()).toEqual([
      { kind: "detach", names: ["web"] },
    ]);
    const driver = openPickerAt("api@main").type(" ").type(KEY.down).type(" d");
    expect(driver.takeEffects()).toEqual([{ kind: "detach", names: ["api@main", "web"] }]);
    expect(driver.state.selected.size).toBe(0);
  });

  test("kill asks for confirmation, and only y kills", () => {
    const driver = openPickerAt("web").type("k");
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

  test("a question about a session that has ended is withdrawn", () => {
    const driver = openPickerAt("web").type("k");
    driver.send({ type: "sessions", sessions: [sampleSession("notes")] });
    expect(driver.type("y").takeEffects()).toEqual([]);
    driver.type(KEY.home).type("r");
    driver.send({ type: "sessions", sessions: [] });
    expect(driver.state.prompt).toBeUndefined();
  });

  test("one key selects all sessions, or none", () => {
    const driver = openPicker().type(ctrl("a"));
    expect(driver.state.selected.size).toBe(6);
    expect(driver.type(ctrl("a")).state.selected.size).toBe(0);
  });

  test("selecting a header selects its group", () => {
    const driver = openPicker().type(`${KEY.down} k`);
    expect([...driver.state.selected]).toEqual(["api@feature-x", "api@main", "web"]);
    expect(driver.screen().join("\n")).toContain("kill 3 sessions? y/n");
  });

  test("on a header, an action that needs a session shows an error until the next key", () => {
    const driver = openPicker().type(`${KEY.down}k`);
    expect(driver.state.error).toBe("This is a group. Choose a session.");
    expect(driver.type(KEY.down).state.error).toBeUndefined();
  });

  test("rename edits the old name in place", () => {
    const driver = openPickerAt("notes").type("r\x7f\x7f-2");
    expect(driver.state.prompt).toMatchObject({ edit: { text: "not-2" } });
    driver.type(KEY.enter);
    expect(driver.takeEffects()).toEqual([{ kind: "rename", from: "notes", to: "not-2" }]);
    driver.send({ type: "renamed", from: "notes", to: "not-2" });
    expect(driver.cursorId).toBe("session not-2");
  });

  test("an invalid name is refused before any request", () => {
    const driver = openPickerAt("notes").type(`r${ctrl("u")}web${KEY.enter}`);
    expect(driver.state.error).toBe("A session called web already exists.");
    driver.type(`${ctrl("u")}a/b${KEY.enter}`);
    expect(driver.state.error).toContain("path separators");
    expect(driver.type(KEY.esc).state.prompt).toBeUndefined();
    expect(driver.takeEffects()).toEqual([]);
  });

  test("new asks for a name and a directory", () => {
    const driver = openPicker().type(`nbuild${KEY.enter}`);
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
    const driver = openPicker().type(`nx${KEY.enter}${ctrl("u")}${typed}${KEY.enter}`);
    expect(driver.takeEffects()).toEqual([{ kind: "create", name: "x", dir }]);
  });

  test("copy copies the command, quoted where a shell needs it", () => {
    expect(openPickerAt("web").type("c").takeEffects()).toEqual([
      { kind: "copy", text: "tsm attach web" },
    ]);
    const odd = new Driver({ sessions: [sampleSession("it's $x")] }).type("c");
    expect(odd.takeEffects()).toEqual([{ kind: "copy", text: `tsm attach 'it'\\''s $x'` }]);
    const dash = new Driver({ sessions: [sampleSession("-x")] }).type("c");
    expect(dash.takeEffects()).toEqual([{ kind: "copy", text: "tsm attach -- '-x'" }]);
  });

  test("refresh, layout and quit need one key each", () => {
    const driver = openPicker().type(ctrl("r"));
    expect(driver.takeEffects()).toEqual([{ kind: "refresh" }]);
    expect(driver.type(ctrl("o")).state.mode).toBe("simplified");
    expect(driver.type(ctrl("o")).state.mode).toBe("full");
    for (const key of ["q", KEY.esc, ctrl("c")]) {
      expect(openPicker().type(key).takeEffects()).toEqual([{ kind: "quit" }]);
    }
  });

  test("ctrl+c quits from every question", () => {
    for (const keys of ["k", "r", "n", "/abc"]) {
      expect(
        openPicker()
          .type(keys + ctrl("c"))
          .takeEffects(),
      ).toEqual([{ kind: "quit" }]);
    }
  });

  test("the key that opened the picker closes it", () => {
    const driver = openPicker({ closeKey: "ctrl+]" }).type(ctrl("]"));
    expect(driver.takeEffects()).toEqual([{ kind: "quit" }]);
    expect(openPicker().type(ctrl("]")).takeEffects()).toEqual([]);
  });

  test("the key for workspaces does nothing", () => {
    const driver = openPicker();
    const before = driver.state;
    expect(driver.type("w").state).toEqual(before);
    expect(driver.takeEffects()).toEqual([]);
  });

  test("a failure stays on the log line until the next key", () => {
    const driver = openPicker().send({ type: "failed", message: "session not found: web" });
    driver.send({ type: "sessions", sessions: sampleList().slice(1) });
    expect(driver.screen().join("\n")).toContain("session not found: web");
    driver.type(KEY.down);
    expect(driver.state.error).toBeUndefined();
    expect(driver.state.log.map(({ text }) => text)).toContain("session not found: web");
  });

  test("the log scrolls between its ends", () => {
    const driver = openPicker();
    for (let i = 0; i < 10; i++) driver.send({ type: "detached", name: `s${i}` });
    expect(driver.type("[[").state.logScroll).toBe(2);
    expect(driver.type("[".repeat(50)).state.logScroll).toBe(7);
    expect(driver.type("]".repeat(50)).state.logScroll).toBe(0);
  });
});
