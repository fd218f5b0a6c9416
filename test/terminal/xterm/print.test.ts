import { expect, test } from "bun:test";
import { TestModel } from "../model.ts";

function columnsOf(text: string): number {
  return new TestModel({ rows: 3, cols: 20 }).feed(text).state.buffer.x;
}

test("a cluster is as wide as the character it shows", () => {
  expect(columnsOf("e\u0301")).toBe(1);
  expect(columnsOf("世")).toBe(2);
  expect(columnsOf("👩\u200d👩\u200d👧\u200d👦")).toBe(2);
  expect(columnsOf("👍🏽")).toBe(2);
  expect(columnsOf("🇩🇪")).toBe(2);
  expect(columnsOf("🇩🇪🇫🇷")).toBe(4);
  expect(columnsOf("❤")).toBe(1);
  expect(columnsOf("❤\ufe0f")).toBe(2);
  expect(columnsOf("1\ufe0f\u20e3")).toBe(2);
  expect(columnsOf("각")).toBe(2);
  expect(columnsOf("\u1100\u1161\u11a8")).toBe(2);
  expect(columnsOf("a\u200bb")).toBe(2);
  expect(columnsOf("x\u00ad")).toBe(2);
});

test("a combining mark after a sequence still joins the cell on its left", () => {
  const model = new TestModel({ rows: 3, cols: 20 }).feed("e\x1b[31m\u0301x");
  expect(model.screen()[0]).toBe("e\u0301x");
});

test("a combining mark without a base cell is dropped", () => {
  expect(new TestModel({ rows: 3, cols: 20 }).feed("\u0301a").screen()[0]).toBe("a");
});

test("a cell in the last column that an emoji selector widens moves to the next line", () => {
  for (const [text, cell] of [
    ["abc❤\ufe0fd", "❤\ufe0f"],
    ["abc1\ufe0f\u20e3d", "1\ufe0f\u20e3"],
  ] as const) {
    const model = new TestModel({ rows: 3, cols: 4 }).feed(text);
    expect(model.screen().slice(0, 2)).toEqual(["abc", `${cell}d`]);
    expect(model.state.buffer.lines.get(1)?.isWrapped).toBe(true);
  }
  const model = new TestModel({ rows: 3, cols: 4 }).feed("\x1b[?7labc❤\ufe0f");
  expect(model.screen().slice(0, 2)).toEqual(["abc❤", ""]);
});

test("a wide character that does not fit moves to the next line", () => {
  const model = new TestModel({ rows: 3, cols: 4 }).feed("abc世");
  expect(model.screen().slice(0, 2)).toEqual(["abc", "世"]);
  expect(model.state.buffer.lines.get(1)?.isWrapped).toBe(true);
});

test("overwriting half of a wide character blanks the other half", () => {
  expect(new TestModel({ rows: 3, cols: 10 }).feed("世界\x1b[1;2Hx").screen()[0]).toBe(" x界");
  expect(new TestModel({ rows: 3, cols: 10 }).feed("世界\x1b[1;1Hx").screen()[0]).toBe("x 界");
});

test("text in the line drawing character set is shown as lines", () => {
  expect(new TestModel({ rows: 3, cols: 10 }).feed("\x1b(0lqk\x1b(Bq").screen()[0]).toBe("┌─┐q");
});

test("REP repeats the last printed character, and only right after it", () => {
  const feed = (text: string): string | undefined =>
    new TestModel({ rows: 3, cols: 10 }).feed(text).screen()[0];
  expect(feed("ab\x1b[3b")).toBe("abbbb");
  expect(feed("世\x1b[2b")).toBe("世世世");
  expect(feed("ab\x1b[m\x1b[3b")).toBe("ab");
});
