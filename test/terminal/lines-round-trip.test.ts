import { expect, test } from "bun:test";

import { htmlDocument } from "../../src/terminal/read/html-document.ts";
import { readHistory, type History } from "../../src/terminal/read/read-snapshot.ts";
import { plainLine, plainLines } from "../../src/terminal/read/styled-line.ts";
import { createTerminalBackend } from "../../src/terminal/xterm-backend.ts";
import { vtLine } from "../../src/terminal/read/vt-line.ts";
import { Random, randomProgram } from "./program.ts";
import { cutsOf, readRecordings } from "./recordings.ts";
import { captureOf } from "./capture-of.ts";

const SIZE = { rows: 24, cols: 80 };
const CUTS = 20;

function read(bytes: Uint8Array): History {
  return readHistory({ ...SIZE, bytes });
}

/** The document's text as a reader sees it: without tags, entities decoded. */
function textOfHtml(page: string): string {
  const body = /<pre>\n(.*)\n<\/pre>/s.exec(page)?.[1] ?? "";
  const entities: Record<string, string> = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#x27;": "'",
  };
  return body.replace(/<[^>]*>/g, "").replace(/&[#\w]+;/g, (it) => entities[it] ?? it);
}

/** No control characters except in SGR, links and line ends. */
function expectOnlyLooks(drawn: string): void {
  expect(drawn.replace(/\x1b\[[\d;:]*m|\x1b\]8;[^\x1b]*\x1b\\|\r\n/g, "")).not.toMatch(/\p{Cc}/u);
}

test.each(readRecordings())("$name: lines are the same in every form", ({ bytes }) => {
  const model = createTerminalBackend(SIZE);
  let at = 0;
  for (const cut of cutsOf(bytes, CUTS)) {
    model.consume(bytes.subarray(at, cut));
    at = cut;
    const history = readHistory(captureOf(model, 1000));
    // Drawn on another terminal, the lines have the same text, style and links.
    const drawn = history.lines.map(vtLine).join("\r\n");
    expect(read(Buffer.from(drawn)).lines.map(vtLine)).toEqual(history.lines.map(vtLine));
    expectOnlyLooks(drawn);
    const page = htmlDocument("", history.lines, history.palette);
    const text = textOfHtml(page)
      .split("\n")
      .map((line) => line.replace(/ +$/, ""));
    expect(text.join("\n")).toBe(history.lines.map(plainLine).join("\n"));
    expect(plainLines(history.lines).join("\n")).not.toMatch(/(?!\n)\p{Cc}/u);
  }
  model.close();
});

test("whatever a program prints, only text, styles and links are left", () => {
  const random = new Random(1);
  for (let round = 0; round < 300; round++) {
    const model = createTerminalBackend(SIZE);
    for (let part = 0; part < 10; part++) model.consume(Buffer.from(randomProgram(random, SIZE)));
    const noise = Uint8Array.from({ length: 200 }, () => random.below(256));
    model.consume(noise);
    const { lines } = readHistory(captureOf(model, 1000));
    model.close();
    expectOnlyLooks(lines.map(vtLine).join("\r\n"));
    expect(plainLines(lines).join("")).not.toMatch(/\p{Cc}/u);
  }
});
