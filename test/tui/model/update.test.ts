import { describe, expect, test } from "bun:test";

import { ctrl, Driver, KEY, openPicker, openPickerAt } from "../driver.ts";
import { manySessions, NOW_MS, sampleList, sampleSession } from "../sample-sessions.ts";

describe("the list", () => {
  test("sessions of one repository are under a header, single ones are not", () => {
    expect(openPicker().ids).toEqual([
      "session 建置伺服器",
      "group myapp",
      "session api@feature-x",
      "session api@main",
      "session web",
      "session notes",
      "session stuck",
    ]);
  });

  test("the cursor starts at the current session, or at the top", () => {
    expect(openPicker().cursorId).toBe("session 建置伺服器");
    expect(openPicker({ current: "notes" }).cursorId).toBe("session notes");
  });

  test("the cursor moves over headers and stops at both ends", () => {
    const driver = openPicker().type(KEY.down);
    expect(driver.cursorId).toBe("group myapp");
    expect(driver.type(KEY.up.repeat(5)).cursorId).toBe("session 建置伺服器");
    expect(driver.type(KEY.down.repeat(50)).cursorId).toBe("session stuck");
    expect(driver.type(KEY.home).cursorId).toBe("session 建置伺服器");
    expect(driver.type(KEY.end).cursorId).toBe("session stuck");
  });

  test("a header folds and unfolds by arrows and by enter", () => {
    const driver = openPicker().type(KEY.down + KEY.left);
    expect(driver.ids).toHaveLength(4);
    expect(driver.type(KEY.right).ids).toHaveLength(7);
    expect(driver.type(KEY.enter).ids).toHaveLength(4);
    expect(driver.type(KEY.enter).ids).toHaveLength(7);
    expect(driver.takeEffects()).toEqual([]);
  });

  test("the left arrow on a session of a group goes to its header", () => {
    expect(openPickerAt("web").type(KEY.left).cursorId).toBe("group myapp");
  });

  test("the sort key cycles through all orders", () => {
    const driver = openPicker();
    const firsts = ["name", "clients", "age", "memory", "repo"].map((order) => {
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
    const driver = openPickerAt("notes").type("ss");
    expect(driver.cursorId).toBe("session notes");
  });

  test("a refresh keeps the cursor on its session while others come and go", () => {
    const driver = openPickerAt("notes");
    driver.send({
      type: "sessions",
      sessions: [sampleSession("aaa"), ...sampleList().slice(2)],
    });
    expect(driver.cursorId).toBe("session notes");
  });

  test("a session that ended disappears without an error, and the cursor stays in place", () => {
    const driver = openPickerAt("notes").type(" ");
    driver.send({
      type: "sessions",
      sessions: sampleList().filter(({ name }) => name !== "notes"),
    });
    expect(driver.cursorId).toBe("session stuck");
    expect(driver.state.selected.size).toBe(0);
    expect(driver.state.error).toBeUndefined();
    expect(driver.state.log.at(-1)?.text).toBe("ended: notes");
  });

  test("an equal list changes nothing", () => {
    const driver = openPicker();
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

test("the model never changes a state in place", () => {
  const freeze = (driver: Driver): void => void Object.freeze(driver.state);
  const driver = openPicker();
  const keys = `${KEY.down} ${ctrl("a")}sk${KEY.esc}/we${KEY.esc}r${KEY.esc}nx${KEY.esc}[]`;
  for (const key of [...keys, KEY.up, KEY.left, KEY.right]) {
    freeze(driver);
    driver.type(key);
  }
  expect(driver.nowMs).toBe(NOW_MS);
});
