import { expect, test } from "bun:test";
import { TestModel } from "../model.ts";

function ask(input: string, size = { rows: 24, cols: 80 }): string {
  return new TestModel(size).feed(input).replies.join("");
}

test("device attributes, version and status queries are answered once", () => {
  expect(ask("\x1b[c")).toBe("\x1b[?62;22c");
  expect(ask("\x1b[0c")).toBe("\x1b[?62;22c");
  expect(ask("\x1b[>c")).toBe("\x1b[>0;276;0c");
  expect(ask("\x1b[=c")).toBe("\x1bP!|00000000\x1b\\");
  expect(ask("\x1b[>0q")).toBe("\x1bP>|tsm\x1b\\");
  expect(ask("\x1b[5n")).toBe("\x1b[0n");
  expect(ask("\x1b[?996n")).toBe("\x1b[?997;1n");
});

test("the reported cursor is inside the screen while a wrap is pending, and relative to the margin in origin mode", () => {
  expect(ask("\x1b[3;5H\x1b[6n")).toBe("\x1b[3;5R");
  expect(ask("12345\x1b[6n", { rows: 3, cols: 5 })).toBe("\x1b[1;5R");
  expect(ask("\x1b[5;10r\x1b[?6h\x1b[2;3H\x1b[6n\x1b[?6n")).toBe("\x1b[2;3R\x1b[?2;3R");
});

test("modes are reported with their current state", () => {
  expect(ask("\x1b[?25$p\x1b[?25l\x1b[?25$p")).toBe("\x1b[?25;1$y\x1b[?25;2$y");
  expect(ask("\x1b[?2004h\x1b[?2004$p")).toBe("\x1b[?2004;1$y");
  expect(ask("\x1b[?2031h\x1b[?2031$p\x1b[?2048$p")).toBe("\x1b[?2031;1$y\x1b[?2048;2$y");
  expect(ask("\x1b[?1003h\x1b[?1006h\x1b[?1003$p\x1b[?1006$p\x1b[?1000$p")).toBe(
    "\x1b[?1003;1$y\x1b[?1006;1$y\x1b[?1000;2$y",
  );
  expect(ask("\x1b[4h\x1b[4$p\x1b[20$p")).toBe("\x1b[4;1$y\x1b[20;2$y");
  expect(ask("\x1b[?4711$p\x1b[99$p")).toBe("\x1b[?4711;0$y\x1b[99;0$y");
  expect(ask("\x1b[?1049h\x1b[?1049$p")).toBe("\x1b[?1049;1$y");
});

test("settings are reported with their current values", () => {
  expect(ask("\x1b[1;4:3;38;5;123;48;2;1;2;3;58:5:9m\x1bP$qm\x1b\\")).toBe(
    "\x1bP1$r0;1;4:3;38;5;123;48;2;1;2;3;58:5:9m\x1b\\",
  );
  expect(ask("\x1b[3;9r\x1bP$qr\x1b\\")).toBe("\x1bP1$r3;9r\x1b\\");
  expect(ask("\x1bP$q q\x1b\\\x1b[5 q\x1bP$q q\x1b\\")).toBe("\x1bP1$r2 q\x1b\\\x1bP1$r5 q\x1b\\");
  expect(ask('\x1bP$q"p\x1b\\')).toBe('\x1bP1$r62;1"p\x1b\\');
  expect(ask('\x1b[1"q\x1bP$q"q\x1b\\')).toBe('\x1bP1$r1"q\x1b\\');
  expect(ask("\x1bP$qnonsense\x1b\\")).toBe("\x1bP0$r\x1b\\");
});

test("keyboard protocols are reported for the current screen", () => {
  expect(ask("\x1b[>5u\x1b[?u\x1b[?1049h\x1b[?u\x1b[>1u\x1b[?u\x1b[?1049l\x1b[?u")).toBe(
    "\x1b[?5u\x1b[?0u\x1b[?1u\x1b[?5u",
  );
  expect(ask("\x1b[>4;2m\x1b[?4m")).toBe("\x1b[>4;2m");
});

test("colours are reported as set, or else as those of a dark terminal", () => {
  expect(ask("\x1b]11;?\x07")).toBe("\x1b]11;rgb:0000/0000/0000\x1b\\");
  expect(ask("\x1b]10;?\x1b\\")).toBe("\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\");
  expect(ask("\x1b]11;#102030\x07\x1b]11;?\x07")).toBe("\x1b]11;rgb:1010/2020/3030\x1b\\");
  expect(ask("\x1b]4;1;?;16;?;231;?;232;?\x07")).toBe(
    "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\\x1b]4;16;rgb:0000/0000/0000\x1b\\" +
      "\x1b]4;231;rgb:ffff/ffff/ffff\x1b\\\x1b]4;232;rgb:0808/0808/0808\x1b\\",
  );
  expect(ask("\x1b]4;1;rgb:12/34/56\x07\x1b]4;1;?\x07\x1b]104;1\x07\x1b]4;1;?\x07")).toBe(
    "\x1b]4;1;rgb:1212/3434/5656\x1b\\\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
  );
});

test("sizes are reported in characters, and in pixels if known", () => {
  expect(ask("\x1b[18t\x1b[19t\x1b[14t\x1b[15t\x1b[16t")).toBe("\x1b[8;24;80t\x1b[9;24;80t");
  expect(ask("\x1b[?2048h")).toBe("\x1b[48;24;80;0;0t");
  const model = new TestModel({ rows: 24, cols: 80 });
  model.state.pixels = { xPixels: 805, yPixels: 490 };
  model.feed("\x1b[14t\x1b[16t\x1b[?2048h");
  expect(model.replies.join("")).toBe("\x1b[4;490;805t\x1b[6;20;10t\x1b[48;24;80;490;805t");
});

test("known capabilities are reported, others refused", () => {
  const hex = (text: string): string => Buffer.from(text).toString("hex").toUpperCase();
  expect(ask(`\x1bP+q${hex("TN")}\x1b\\`)).toBe(
    `\x1bP1+r${hex("TN")}=${hex("xterm-256color")}\x1b\\`,
  );
  expect(ask(`\x1bP+q${hex("Co")};${hex("zz")}\x1b\\`)).toBe(
    `\x1bP1+r${hex("Co")}=${hex("256")}\x1b\\\x1bP0+r${hex("zz")}\x1b\\`,
  );
});

test("titles are never reported", () => {
  expect(ask("\x1b]2;echo bad\x07\x1b[20t\x1b[21t")).toBe("");
});
