import { describe, expect, test } from "bun:test";

import { handedOnInput } from "../../../src/tui/input/handed-on-input.ts";
import type { InputEvent } from "../../../src/tui/input/input-event.ts";
import { KeyParser } from "../../../src/tui/input/key-parser.ts";

function drain(parser: KeyParser): InputEvent[] {
  const events: InputEvent[] = [];
  for (let event = parser.next(); event !== undefined; event = parser.next()) events.push(event);
  return events;
}

function parse(...chunks: (string | Uint8Array)[]): InputEvent[] {
  const parser = new KeyParser();
  const events = chunks.flatMap((chunk) => {
    parser.push(Buffer.from(chunk));
    return drain(parser);
  });
  const last = parser.flush();
  return last === undefined ? events : [...events, last];
}

function describeEvent(event: InputEvent): string {
  switch (event.type) {
    case "key":
      return event.name;
    case "paste":
      return `paste ${JSON.stringify(event.text)}`;
    case "mouse":
      return `${event.kind} ${event.col},${event.row}`;
    case "ignored":
      return "-";
  }
}

const names = (...chunks: (string | Uint8Array)[]): string[] => parse(...chunks).map(describeEvent);

describe("keys of a plain terminal", () => {
  test.each([
    ["a", "a"],
    ["R", "R"],
    ["/", "/"],
    [" ", "space"],
    ["\r", "enter"],
    ["\n", "enter"],
    ["\t", "tab"],
    ["\x7f", "backspace"],
    ["\b", "ctrl+h"],
    ["\x00", "ctrl+space"],
    ["\x01", "ctrl+a"],
    ["\x1d", "ctrl+]"],
    ["\x1c", "ctrl+\\"],
    ["\x1b", "esc"],
    ["é", "é"],
    ["漢", "漢"],
    ["😀", "😀"],
    ["\x1bx", "alt+x"],
    ["\x1bé", "alt+é"],
    ["\x1b[", "alt+["],
    ["\x1bO", "alt+O"],
    ["\x1b]", "alt+]"],
    ["\x1b[A", "up"],
    ["\x1bOA", "up"],
    ["\x1b[1;5D", "ctrl+left"],
    ["\x1b[1;3C", "alt+right"],
    ["\x1b[1;2B", "shift+down"],
    ["\x1b[Z", "shift+tab"],
    ["\x1b[H", "home"],
    ["\x1b[4~", "end"],
    ["\x1b[5~", "pageup"],
    ["\x1b[6;5~", "ctrl+pagedown"],
    ["\x1b[3~", "delete"],
    ["\x1bOP", "f1"],
    ["\x1b[24~", "f12"],
  ])("%j is %s", (bytes, name) => {
    expect(names(bytes)).toEqual([name]);
  });

  test("a key that types something carries its text, others carry none", () => {
    expect(parse("a")).toEqual([{ type: "key", name: "a", text: "a" }]);
    expect(parse(" ")).toEqual([{ type: "key", name: "space", text: " " }]);
    expect(parse("\x1b[A")).toEqual([{ type: "key", name: "up", text: "" }]);
    expect(parse("\x1bx")).toEqual([{ type: "key", name: "alt+x", text: "" }]);
  });
});

describe("keys of newer protocols", () => {
  test.each([
    ["\x1b[97u", "a"],
    ["\x1b[97;5u", "ctrl+a"],
    ["\x1b[97;5:1u", "ctrl+a"],
    ["\x1b[97;5:2u", "ctrl+a"],
    ["\x1b[97:65;2u", "A"],
    ["\x1b[27u", "esc"],
    ["\x1b[13u", "enter"],
    ["\x1b[9;2u", "shift+tab"],
    ["\x1b[32u", "space"],
    ["\x1b[127;5u", "ctrl+backspace"],
    ["\x1b[57414u", "enter"],
    ["\x1b[93;5u", "ctrl+]"],
    ["\x1b[91;5u", "esc"],
    ["\x1b[27;5;97~", "ctrl+a"],
    ["\x1b[27;2;9~", "shift+tab"],
    ["\x1b[27;3;120~", "alt+x"],
    ["\x1b[1;5:1A", "ctrl+up"],
  ])("%j is %s", (bytes, name) => {
    expect(names(bytes)).toEqual([name]);
  });

  test("releases, keys with super and private keys are ignored", () => {
    for (const bytes of ["\x1b[97;5:3u", "\x1b[97;9u", "\x1b[57358u", "\x1b[1;1:3A"]) {
      expect(names(bytes)).toEqual(["-"]);
    }
  });
});

test("mouse reports are clicks and wheel turns, counted from 0", () => {
  expect(names("\x1b[<0;5;3M\x1b[<0;5;3m\x1b[<64;1;1M\x1b[<65;300;200M\x1b[<2;1;1M")).toEqual([
    "press 4,2",
    "-",
    "wheel-up 0,0",
    "wheel-down 299,199",
    "-",
  ]);
});

test("a paste is one event, whatever it holds", () => {
  const inside = "q\x1b[A\x03\r\n\x1b[200~é";
  expect(names(`\x1b[200~${inside}\x1b[201~x`)).toEqual([`paste ${JSON.stringify(inside)}`, "x"]);
});

test("answers to queries of other programs are no keys", () => {
  const answers =
    "\x1b[?62;c\x1b[5;10R\x1b]11;rgb:0/0/0\x1b\\\x1bP1+r\x1b\\\x1b]10;x\x07\x1b[I\x1b[O";
  expect(new Set(names(`${answers}a`))).toEqual(new Set(["-", "a"]));
});

test("every cut gives the same events", () => {
  const whole = Buffer.from(
    "a漢\x1b[A\x1bOB\x1b[1;5Dé\x1b[97;5u\x1b[<0;12;34M\x1b[200~p漢\x1b[20\x1b[201~\x1bx😀\x1b[27;5;98~\r",
  );
  const expected = names(whole);
  expect(expected).toHaveLength(13);
  for (let cut = 1; cut < whole.length; cut++) {
    expect(names(whole.subarray(0, cut), whole.subarray(cut))).toEqual(expected);
  }
  expect(names(...Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(expected);
});

test("an ESC waits for what may follow, and is Escape when nothing does", () => {
  const parser = new KeyParser();
  parser.push(Buffer.from("\x1b"));
  expect(parser.next()).toBeUndefined();
  expect(parser.isWaiting).toBe(true);
  expect(parser.flush()).toEqual({ type: "key", name: "esc", text: "" });
  expect(parser.isWaiting).toBe(false);
});

test("a character that begins sequences is one with Alt when another key follows at once", () => {
  expect(names("\x1b]\r")).toEqual(["alt+]", "enter"]);
  expect(names("\x1bO\x1b[A")).toEqual(["alt+O", "up"]);
  expect(names("\x1b[\x1b[A")).toEqual(["alt+[", "up"]);
});

test("a report that is cut types nothing", () => {
  expect(names("\x1b]11;rgb:0000/00")).toEqual(["-"]);
  expect(names("\x1b[<35;1", "\rq")).toEqual(["-", "enter", "q"]);
});

test("two Escapes and an arrow are three keys", () => {
  expect(names("\x1b\x1b\x1b[A")).toEqual(["esc", "esc", "up"]);
});

test("input after an event is still there as bytes", () => {
  const parser = new KeyParser();
  parser.push(Buffer.from("\x1b[B\rls\x1b[A\r"));
  expect(parser.next()).toMatchObject({ name: "down" });
  expect(parser.next()).toMatchObject({ name: "enter" });
  expect(Buffer.from(parser.takeRest()).toString()).toBe("ls\x1b[A\r");
  expect(parser.next()).toBeUndefined();
});

test("random bytes never throw and never get stuck", () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8;
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from({ length: 40 }, () =>
      random() % 3 === 0 ? 0x1b : random() % 256,
    );
    const parser = new KeyParser();
    parser.push(bytes);
    drain(parser);
    parser.push(Buffer.from("\x1b[201~\x1b\\"));
    drain(parser);
    parser.flush();
    parser.push(Buffer.from("z"));
    expect(describeEvent(drain(parser).at(-1) ?? { type: "ignored" })).toMatch(/^(alt\+)?z$/);
  }
});

test("more input than a person types is dropped", () => {
  const parser = new KeyParser();
  parser.push(new Uint8Array(3 << 20).fill(0x61));
  expect(parser.takeRest().byteLength).toBe(1 << 20);
  parser.push(Buffer.from(`\x1b[200~${"x".repeat(200_000)}\x1b[201~`));
  expect(parser.next()).toMatchObject({ type: "paste", text: "x".repeat(64 << 10) });
});

test("input is handed on as a plain terminal would have sent it", () => {
  const typed = "ls\x1b[<0;1;2M\x1b[<0;1;2m\x1b[99;5u\x1b[27u\x1b[120;3u\x1b[97;5:3u漢\x1b[A";
  const plain = Buffer.from(handedOnInput(Buffer.from(typed))).toString();
  expect(plain).toBe("ls\x03\x1b\x1bx漢\x1b[A");
  expect(Buffer.from(handedOnInput(Buffer.from("\x1b[200~a\x1b[201~b"))).toString()).toBe("ab");
  const binary = Uint8Array.of(0xff, 0xfe, 0x1b, 0x80);
  expect(Uint8Array.from(handedOnInput(binary))).toEqual(binary);
});

test("a paste without an end can be ended, and keys are keys again", () => {
  const parser = new KeyParser();
  parser.push(Buffer.from("\x1b[200~ab"));
  expect(parser.next()).toBeUndefined();
  expect(parser.isInPaste).toBe(true);
  expect(parser.endPaste()).toEqual({ type: "paste", text: "ab" });
  parser.push(Buffer.from("q"));
  expect(parser.next()).toMatchObject({ type: "key" });
});

test("keys of the keypad do what the same keys beside it do", () => {
  const parser = new KeyParser();
  const keypad = [...Array(28).keys()].map((key) => `\x1b[${57399 + key}u`).join("");
  parser.push(Buffer.from(keypad));
  const names = drain(parser).map((event) => (event.type === "key" ? event.name : event.type));
  const cursor = "left right up down pageup pagedown home end insert delete".split(" ");
  expect(names).toEqual([..."0123456789./*-+", "enter", "=", ",", ...cursor]);
});

test("keys that only the kitty protocol reports are handed on as a plain terminal sends them", () => {
  const plainOf = (typed: string): string =>
    Buffer.from(handedOnInput(Buffer.from(typed))).toString();
  expect(plainOf("\x1b[57400u\x1b[57414u\x1b[57419u")).toBe("1\r\x1b[A");
  expect(plainOf("\x1b[97;2u\x1b[97;4u\x1b[32;5u\x1b[9;2u\x1b[13;2u")).toBe("A\x1bA\0\x1b[Z\r");
  expect(plainOf("\x1b[57428u\x1b[57441;3u\x1b[55296u.")).toBe(".");
});

test("the end of a paste whose beginning was read is not handed on", () => {
  const parser = new KeyParser();
  parser.push(Buffer.from("\x1b[200~a"));
  drain(parser);
  parser.push(Buffer.from("b\x1b[201~c"));
  expect(Buffer.from(handedOnInput(parser.takeRest())).toString()).toBe("bc");
});
