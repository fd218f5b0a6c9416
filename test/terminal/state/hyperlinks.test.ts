import { expect, test } from "bun:test";

import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { TestModel } from "../model.ts";

/** Not a measure of speed: a loaded machine must not fail the test. */
const LONG_MS = 120_000;
const SIZE = { rows: 24, cols: 80 };
/** As `HyperlinkMap` has it. */
const MAX_TOTAL_BYTES = 8 << 20;

function linked(uri: string, text: string): string {
  return `\x1b]8;;${uri}\x1b\\${text}`;
}

function link(uri: string, text: string): string {
  return `${linked(uri, text)}\x1b]8;;\x1b\\`;
}

test("a link is restored with its parameters, also when it is not Latin-1", () => {
  const model = new TestModel(SIZE);
  model.feed("\x1b]8;id=a:x=y;http://a/?b;c\x1b\\one\x1b]8;;\x1b\\");
  model.feed(link("http://ü/日本/😀", "two"));
  const snapshot = Buffer.from(model.restored().snapshot()).toString();
  expect(snapshot).toContain("\x1b]8;id=a:x=y;http://a/?b;c\x1b\\one");
  expect(snapshot).toContain("\x1b]8;;http://ü/日本/😀\x1b\\two");
});

for (const [what, count, uri] of [
  ["short", 100_000, (i: number) => `u${i}`],
  ["long", 6000, (i: number) => `http://host/${"p".repeat(3000)}${i}`],
  ["wide", 20_000, (i: number) => `http://日/${"ü".repeat(500)}${i}`],
] as const) {
  test(
    `the model keeps a bounded number of ${what} links, the archive only those of its lines`,
    () => {
      const model = new TestModel({ ...SIZE, scrollbackLines: 100_000 });
      for (let i = 0; i < count; i++) model.feed(`${link(uri(i), `text ${i}`)}\r\n`);
      expect(model.state.links.totalBytes).toBeLessThanOrEqual(MAX_TOTAL_BYTES);
      const snapshot = Buffer.from(model.snapshot()).toString();
      expect(snapshot).toContain(linked(uri(count - 1), `text ${count - 1}`));
      expect(snapshot).toContain(linked(uri(0), "text 0"));
    },
    LONG_MS,
  );
}

test(
  "a link that is printed repeatedly is kept, however many others are printed in between",
  () => {
    const model = new TestModel(SIZE);
    for (let i = 0; i < 200_000; i++) {
      if (i % 100 === 0) model.feed(`${link("http://often", "often")}\r\n`);
      model.feed(`${link(`http://once/${i}`, "once")}\r\n`);
    }
    model.feed(link("http://often", "last"));
    const snapshot = Buffer.from(model.snapshot()).toString();
    expect(snapshot.match(/8;;http:\/\/often\x1b\\often/g)?.length).toBeGreaterThan(9);
    expect(snapshot).toContain(linked("http://often", "last"));
  },
  LONG_MS,
);

test("one link used everywhere is stored once", () => {
  const model = new TestModel(SIZE);
  for (let i = 0; i < 10_000; i++) model.feed(`${link("http://same", "same")}\r\n`);
  expect(model.state.links.totalBytes).toBeLessThan(1000);
});

test("cells whose links were dropped are read as text without a link", () => {
  const backend = createTerminalBackend({ rows: 5, cols: 80 });
  backend.consume(Buffer.from(link("http://first", "first")));
  backend.consume(Buffer.from("\x1b[3;1H"));
  const filler = "z".repeat(4000);
  for (let i = 0; i < 3000; i++) {
    backend.consume(Buffer.from(`${link(`http://${filler}${i}`, "x")}\r`));
  }
  const snapshot = Buffer.from(backend.snapshot()).toString();
  expect(snapshot).toContain("first");
  expect(snapshot).not.toContain("http://first");
  expect(snapshot).toContain(linked(`http://${filler}2999`, "x"));
  backend.close();
});
