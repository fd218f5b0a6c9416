import { expect, test } from "bun:test";

import { htmlDocument } from "../../src/terminal/read/html-document.ts";
import { readHistory } from "../../src/terminal/read/read-snapshot.ts";
import { createTerminalBackend } from "../../src/terminal/xterm-backend.ts";
import { vtLine } from "../../src/terminal/read/vt-line.ts";
import { captureOf } from "./capture-of.ts";

function historyOf(output: string, rows = 6, cols = 40) {
  const model = createTerminalBackend({ rows, cols });
  model.consume(Buffer.from(output));
  const snapshot = captureOf(model, 1000);
  model.close();
  return readHistory(snapshot);
}

const vt = (output: string): string => historyOf(output).lines.map(vtLine).join("\n");

const document = (output: string, title = "work"): string => {
  const { lines, palette } = historyOf(output);
  return htmlDocument(title, lines, palette);
};

/** The content of the <pre> element. */
const html = (output: string): string =>
  /<pre>\n(.*)\n<\/pre>/s.exec(document(output))?.[1] ?? "no <pre>";

const SGR = {
  bold: ["1", "font-weight:bold"],
  dim: ["2", "color:#898989"],
  italic: ["3", "font-style:italic"],
  underline: ["4", "text-decoration:underline"],
  double: ["4:2", "text-decoration:underline double"],
  curly: ["4:3", "text-decoration:underline wavy"],
  dotted: ["4:4", "text-decoration:underline dotted"],
  dashed: ["4:5", "text-decoration:underline dashed"],
  "underline colour": ["4;58:2::1:2:3", "text-decoration:underline #010203"],
  inverse: ["7", "color:#000000;background:#e5e5e5"],
  invisible: ["8", "color:transparent"],
  strikethrough: ["9", "text-decoration:line-through"],
  overline: ["53", "text-decoration:overline"],
  "16 colours": ["31;103", "color:#cd0000;background:#ffff00"],
  "256 colours": ["38;5;208;48;5;240", "color:#ff8700;background:#585858"],
  RGB: ["38;2;1;2;3;48;2;4;5;6", "color:#010203;background:#040506"],
} as const;

for (const [name, [sgr, css]] of Object.entries(SGR)) {
  test(`${name}: the style is kept for terminals and in HTML`, () => {
    expect(vt(`a\x1b[${sgr}mb\x1b[mc`)).toBe(`a\x1b[${sgr}mb\x1b[mc`);
    expect(html(`a\x1b[${sgr}mb\x1b[mc`)).toBe(`a<span style="${css}">b</span>c`);
  });
}

test("blinking is kept for terminals and dropped in HTML", () => {
  expect(vt("\x1b[5ma")).toBe("\x1b[5ma\x1b[m");
  expect(html("\x1b[5ma")).toBe("a");
});

test("an underline with its own style does not change the lines next to it", () => {
  expect(html("\x1b[4:3;9ma")).toBe(
    '<span style="text-decoration:line-through"><span style="text-decoration:underline wavy">a</span></span>',
  );
});

test("each line begins and ends with the default style, also inside a link", () => {
  const link = "\x1b]8;;https://a.example/\x1b\\";
  expect(vt(`${link}\x1b[1ma\r\nb`)).toBe(
    `${link}\x1b[1ma\x1b[m\x1b]8;;\x1b\\\n${link}\x1b[1mb\x1b[m\x1b]8;;\x1b\\`,
  );
});

test("wrapped lines are joined for terminals and in HTML", () => {
  const output = `\x1b[1m${"x".repeat(50)}`;
  expect(vt(output)).toBe(`${output}\x1b[m`);
  expect(html(output)).toBe(`<span style="font-weight:bold">${"x".repeat(50)}</span>`);
});

test("trailing spaces stay if they have a background", () => {
  expect(vt("\x1b[44ma  \x1b[m  ")).toBe("\x1b[44ma  \x1b[m");
  expect(vt("\x1b[1ma  \x1b[m")).toBe("\x1b[1ma\x1b[m");
});

test("only text, SGR and links are written for terminals", () => {
  const hostile =
    "a\x1b]0;title\x07\x1b]52;c;AAAA\x07\x1b[6n\x1b[?1000h\x1bPq\x1b\\\x07\x9b5n\x1b[2 qb\x1b]1337;x\x07";
  expect(vt(hostile)).toBe("ab");
});

test("links are kept for terminals, whatever their address", () => {
  const output = "\x1b]8;id=1;weird:x\x1b\\a\x1b]8;;\x1b\\b";
  expect(vt(output)).toBe(output);
});

test("a link in HTML is escaped", () => {
  const output = `\x1b]8;;https://a.example/?a=1&b="><script>'\x1b\\a<b\x1b[1mc\x1b[m\x1b]8;;\x1b\\d`;
  expect(html(output)).toBe(
    '<a href="https://a.example/?a=1&amp;b=&quot;&gt;&lt;script&gt;&#x27;" rel="noreferrer noopener">' +
      'a&lt;b<span style="font-weight:bold">c</span></a>d',
  );
});

test("only addresses that cannot run code become links in HTML", () => {
  const hrefOf = (uri: string): string | undefined =>
    /href="([^"]*)"/.exec(html(`\x1b]8;;${uri}\x1b\\text\x1b]8;;\x1b\\`))?.[1];
  for (const uri of ["http://a/", "HTTPS://a/", "mailto:a@b", "ftp://a/", "file:///etc/hosts"]) {
    expect(hrefOf(uri)).toBe(uri);
  }
  for (const uri of [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//a/",
    "x",
  ]) {
    expect(hrefOf(uri)).toBeUndefined();
  }
});

test("text and title are escaped in HTML", () => {
  const page = document(`<script>alert("1")</script> & 'b'`, "</title><script>");
  expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;b&#x27;");
  expect(page).toContain("<title>&lt;/title&gt;&lt;script&gt;</title>");
  expect(page).not.toContain("<script");
});

test("a document is self-contained", () => {
  const page = document("a");
  expect(page).toStartWith('<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n');
  expect(page).not.toMatch(/ (?:src|href)=|url\(|@import/);
});

test("the program's own palette is used in HTML", () => {
  const own =
    "\x1b]4;1;#123456\x07\x1b]4;200;rgb:aa/bb/cc\x07\x1b]10;#ffeedd\x07\x1b]11;#010101\x07";
  expect(html(`${own}\x1b[31ma\x1b[38;5;200mb\x1b[39;7mc`)).toBe(
    '<span style="color:#123456">a</span><span style="color:#aabbcc">b</span>' +
      '<span style="color:#010101;background:#ffeedd">c</span>',
  );
  expect(document(own)).toContain("body { margin: 1em; color: #ffeedd; background: #010101; }");
});

test("a colour that the program set by name has its usual value", () => {
  expect(html("\x1b]4;1;tomato\x07\x1b[31ma")).toBe('<span style="color:#cd0000">a</span>');
});
