import { expect, test } from "bun:test";

import {
  decodeIntegration,
  encodeIntegration,
  type IntegrationState,
} from "../../src/protocol/integration.ts";
import {
  shellMarkOf,
  shellMarkPrefix,
  shellMarkScanner,
  type ShellMark,
} from "../../src/protocol/shell-mark.ts";
import { encodeUtf8 } from "../../src/protocol/utf8.ts";

const SECRET = "0123456789abcdef";
const bytesOf = (body: string): Uint8Array => encodeUtf8(`${shellMarkPrefix(SECRET)}${body}\x07`);

/** The marks in a stream that is cut in pieces, and all the rest of it. */
function read(pieces: readonly Uint8Array[]): { marks: (ShellMark | undefined)[]; rest: string } {
  const scanner = shellMarkScanner(SECRET);
  const marks: (ShellMark | undefined)[] = [];
  let rest = "";
  for (const piece of pieces) {
    for (const part of scanner.push(piece)) {
      if (part.kind === "bytes") rest += Buffer.from(part.bytes).toString();
      else marks.push(shellMarkOf(part));
    }
  }
  return { marks, rest: rest + Buffer.from(scanner.flush()).toString() };
}

const MARKS: readonly [body: string, mark: ShellMark | undefined][] = [
  ["p;;0;/a;b é", { kind: "prompt", status: 0, hasOwnMarks: false, directory: "/a;b é" }],
  ["p;m;$?;", { kind: "prompt", status: undefined, hasOwnMarks: true, directory: "" }],
  ["p;;0;/a\nb", { kind: "prompt", status: 0, hasOwnMarks: false, directory: "/a\nb" }],
  ["p;;255;/", { kind: "prompt", status: 255, hasOwnMarks: false, directory: "/" }],
  ["i", { kind: "input", isExact: true }],
  ["i;?", { kind: "input", isExact: false }],
  ["x", { kind: "command" }],
  ["r;", { kind: "ready", problem: undefined }],
  ["r;PS1 is read-only", { kind: "ready", problem: "PS1 is read-only" }],
  ["s;abc", { kind: "run-started", nonce: "abc" }],
  ["e;abc;3;", { kind: "run-ended", nonce: "abc", code: 3, hasEqualPrompts: false }],
  ["e;abc;3;=", { kind: "run-ended", nonce: "abc", code: 3, hasEqualPrompts: true }],
  // ksh93 and yash, after signal 2.
  ["e;abc;258;", { kind: "run-ended", nonce: "abc", code: 130, hasEqualPrompts: false }],
  ["e;abc;386;", { kind: "run-ended", nonce: "abc", code: 130, hasEqualPrompts: false }],
  ["e;abc;;", undefined],
  ["z", undefined],
];

test("a mark is taken out of the stream wherever that is cut, and nothing else is", () => {
  for (const [body, mark] of MARKS) {
    const before = encodeUtf8("a\x1b[31m\x1b]633;TSM_MARK=other;i\x07");
    const all = Buffer.concat([before, bytesOf(body), encodeUtf8("z\x1b")]);
    for (let at = 0; at <= all.byteLength; at++) {
      const { marks, rest } = read([all.subarray(0, at), all.subarray(at)]);
      expect(marks).toEqual([mark]);
      expect(rest).toBe("a\x1b[31m\x1b]633;TSM_MARK=other;i\x07z\x1b");
    }
  }
});

test("a mark with an escape in it, or without end, is output like any other", () => {
  for (const text of [`${shellMarkPrefix(SECRET)}i\x1b\x07`, `${shellMarkPrefix(SECRET)}i`]) {
    expect(read([encodeUtf8(text)])).toEqual({ marks: [], rest: text });
  }
  const endless = `${shellMarkPrefix(SECRET)}${"x".repeat(10_000)}`;
  expect(read([encodeUtf8(endless)])).toEqual({ marks: [], rest: endless });
});

test("the state of an integration has a byte, a time and a reason", () => {
  const shapes: readonly [IntegrationState, hex: string][] = [
    [{ kind: "none" }, "000000000000000000"],
    [{ kind: "works", lastMs: 258 }, "010201000000000000"],
    [{ kind: "never", problem: "" }, "020000000000000000"],
    [{ kind: "never", problem: "no" }, "0200000000000000006e6f"],
    [{ kind: "lost", lastMs: 1 }, "030100000000000000"],
    [{ kind: "starting" }, "040000000000000000"],
  ];
  for (const [state, hex] of shapes) {
    expect(Buffer.from(encodeIntegration(state)).toString("hex")).toBe(hex);
    expect(decodeIntegration(encodeIntegration(state))).toEqual(state);
  }
  expect(decodeIntegration(new Uint8Array(8))).toBeUndefined();
  expect(decodeIntegration(Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined();
});
