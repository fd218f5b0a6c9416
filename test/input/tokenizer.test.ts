import { describe, expect, spyOn, test } from "bun:test";

import { MAX_SEQUENCE_BYTES, SequenceState } from "../../src/input/sequence-state.ts";
import { InputTokenizer, type InputToken, type TokenKind } from "../../src/input/tokenizer.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

type Shown = [TokenKind, string];

/** Reads chunks into tokens; what is pending in the end is flushed. */
function read(chunks: readonly (string | Uint8Array)[]): InputToken[] {
  const tokenizer = new InputTokenizer();
  const tokens: InputToken[] = [];
  for (const chunk of chunks) {
    tokenizer.push(typeof chunk === "string" ? bytesOf(chunk) : chunk);
    for (let token = tokenizer.next(); token !== undefined; token = tokenizer.next()) {
      tokens.push(token);
    }
  }
  const last = tokenizer.flush();
  return last === undefined ? tokens : [...tokens, last];
}

/** Tokens with their texts; neighbouring pieces of text or of a paste as one. */
function show(tokens: readonly InputToken[]): Shown[] {
  const shown: Shown[] = [];
  for (const { kind, bytes } of tokens) {
    const last = shown.at(-1);
    const joins = last?.[0] === kind && (kind === "text" || kind === "paste");
    if (joins) last[1] += textOf(bytes);
    else shown.push([kind, textOf(bytes)]);
  }
  return shown;
}

const ALL: readonly Shown[] = [
  ["text", "a\r\x03\xe6\xbc\xa2"],
  ["csi", "\x1b[A"],
  ["csi", "\x1b[1;5C"],
  ["csi", "\x1b[<0;10;20M"],
  ["csi", "\x1b[?2026;2$y"],
  ["ss3", "\x1bOP"],
  ["string", "\x1b]11;rgb:0/0/0\x1b\\"],
  ["string", "\x1b]11;rgb:0/0/0\x07"],
  ["string", "\x1bP1$r0m\x1b\\"],
  ["string", "\x1b_Gi=1;OK\x1b\\"],
  ["alt", "\x1b"],
  ["text", "x"],
  ["escape", "\x1b"],
  ["escape", "\x1b"],
  ["csi", "\x1b[B"],
  ["paste-start", "\x1b[200~"],
  ["paste", "p\x1b\x1b[20\x1b[A\x1b]x\x1b[200~\x1b[201"],
  ["paste-end", "\x1b[201~"],
  ["broken", "\x1b[12"],
  ["text", "\r"],
  ["broken", "\x1b]"],
  ["text", "\x1c"],
  ["broken", "\x1bO"],
  ["csi", "\x1b[C"],
  ["broken", "\x1b]4;1"],
  ["csi", "\x1b[92;5u"],
  ["broken", "\x1bP1"],
  ["text", "\x07"],
  ["alt", "\x1b"],
  ["text", "\x7f"],
];
const WHOLE = ALL.map(([, text]) => text).join("");

describe("input is parted into text, sequences and pastes", () => {
  test("all at once", () => {
    expect(show(read([WHOLE]))).toEqual([...ALL]);
  });

  test("cut at every byte, and into single bytes", () => {
    for (let cut = 0; cut <= WHOLE.length; cut++) {
      expect(show(read([WHOLE.slice(0, cut), WHOLE.slice(cut)]))).toEqual([...ALL]);
    }
    expect(show(read([...WHOLE]))).toEqual([...ALL]);
  });

  test("the end of the input breaks off what is open", () => {
    expect(show(read(["\x1b"]))).toEqual([["escape", "\x1b"]]);
    expect(show(read(["\x1b["]))).toEqual([["broken", "\x1b["]]);
    expect(show(read(["\x1b]11;rgb\x1b"]))).toEqual([["broken", "\x1b]11;rgb\x1b"]]);
    expect(show(read(["\x1b[200~a\x1b[20"]))).toEqual([
      ["paste-start", "\x1b[200~"],
      ["paste", "a\x1b[20"],
    ]);
  });
});

test("random bytes, cut anywhere: the tokens are the input, and the cuts make no difference", () => {
  let seed = 11;
  const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8;
  const pieces = [
    "\x1b",
    "\x1b[",
    "\x1b]",
    "\x1bP",
    "\x1bO",
    "\x1b\\",
    "\x07",
    ";",
    "200~",
    "201~",
  ];
  for (let round = 0; round < 400; round++) {
    const parts = Array.from({ length: 30 }, () =>
      random() % 2 === 0
        ? (pieces[random() % pieces.length] ?? "")
        : String.fromCharCode(random() % 256),
    );
    const input = parts.join("");
    const whole = read([input]);
    expect(whole.map(({ bytes }) => textOf(bytes)).join("")).toBe(input);
    expect(show(read(parts))).toEqual(show(whole));
    expect(show(read([...input]))).toEqual(show(whole));
  }
});

describe("what has no end", () => {
  const endless = [
    ["a control sequence", "\x1b[", "1;"],
    ["a string", "\x1b]52;c;", "QUJD"],
  ] as const;
  for (const [what, begin, body] of endless) {
    test(`${what} is broken off, and passes on as text`, () => {
      const tokenizer = new InputTokenizer();
      const input = begin + body.repeat(20_000);
      let passed = 0;
      for (let at = 0; at < input.length; at += 7) {
        tokenizer.push(bytesOf(input.slice(at, at + 7)));
        for (let token = tokenizer.next(); token !== undefined; token = tokenizer.next()) {
          passed += token.bytes.byteLength;
        }
        expect(tokenizer.pending.byteLength).toBeLessThanOrEqual(MAX_SEQUENCE_BYTES);
      }
      expect(passed + tokenizer.pending.byteLength).toBe(input.length);
      expect(tokenizer.pending.byteLength).toBe(0);
    });
  }

  test("a string that is broken off within its terminator leaves the ESC to what follows", () => {
    const long = `\x1b]${"x".repeat(MAX_SEQUENCE_BYTES - 3)}`;
    expect(show(read([`${long}\x1b[92;5u`]))).toEqual([
      ["broken", long],
      ["csi", "\x1b[92;5u"],
    ]);
  });

  test("a paste passes piece by piece, and keeps no more than what may be its end", () => {
    const tokenizer = new InputTokenizer();
    tokenizer.push(bytesOf("\x1b[200~"));
    expect(tokenizer.next()?.kind).toBe("paste-start");
    for (let i = 0; i < 1000; i++) {
      tokenizer.push(bytesOf("x\x1b[201"));
      while (tokenizer.next() !== undefined);
      expect(tokenizer.pending.byteLength).toBe(5);
    }
  });

  test("a paste can be given up, also in what might have been its end", () => {
    for (const [pending, token] of [
      ["", ["csi", "\x1b[92;5u"]],
      ["\x1b", ["csi", "\x1b[92;5u"]],
      ["\x1b[", ["csi", "\x1b[92;5u"]],
      ["\x1b[2", ["csi", "\x1b[29;5u"]],
    ] as const) {
      const tokenizer = new InputTokenizer();
      tokenizer.push(bytesOf(`\x1b[200~a${pending}`));
      while (tokenizer.next() !== undefined);
      tokenizer.endPaste();
      expect(tokenizer.isInPaste).toBe(false);
      tokenizer.push(bytesOf(token[1].slice(pending.length)));
      const next = tokenizer.next();
      expect([next?.kind, textOf(next?.bytes ?? bytesOf(""))]).toEqual([...token]);
    }
  });
});

test("every byte is followed once or twice, whatever the input and its cuts", () => {
  const inputs = [
    WHOLE.repeat(50),
    "\x1b".repeat(20_000),
    "\x1b[".repeat(10_000),
    `\x1b]${"x".repeat(20_000)}`,
    "\x1b]\x1b".repeat(7000),
    `\x1b[200~${"\x1b[201".repeat(4000)}`,
  ];
  const step = spyOn(SequenceState.prototype, "step");
  try {
    for (const input of inputs) {
      for (const size of [1, 13, input.length]) {
        step.mockClear();
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < input.length; at += size) {
          chunks.push(bytesOf(input.slice(at, at + size)));
        }
        read(chunks);
        expect(step.mock.calls.length).toBeLessThanOrEqual(2 * input.length);
      }
    }
  } finally {
    step.mockRestore();
  }
});

describe("what is pending can be released before its rest comes", () => {
  test("and is understood with the rest, wherever it is cut", () => {
    for (const sequence of ["\x1b[1;5C", "\x1bOP", "\x1b]11;rgb:0/0/0\x1b\\", "\x1b[200~"]) {
      for (let cut = 1; cut < sequence.length; cut++) {
        const tokenizer = new InputTokenizer();
        tokenizer.push(bytesOf(sequence.slice(0, cut)));
        expect(tokenizer.next()).toBeUndefined();
        expect(textOf(tokenizer.release())).toBe(sequence.slice(0, cut));
        expect(tokenizer.release().byteLength).toBe(0);
        tokenizer.push(bytesOf(sequence.slice(cut)));
        const token = tokenizer.next();
        expect(textOf(token?.bytes ?? bytesOf(""))).toBe(sequence);
        expect(token?.releasedBytes).toBe(cut);
      }
    }
  });

  test("byte by byte: what is released and what was not are the input", () => {
    for (const released of [1, 2, 3]) {
      const tokenizer = new InputTokenizer();
      let out = "";
      for (const [index, char] of [...WHOLE].entries()) {
        tokenizer.push(bytesOf(char));
        for (let token = tokenizer.next(); token !== undefined; token = tokenizer.next()) {
          out += textOf(token.bytes.subarray(token.releasedBytes));
        }
        if (index % released === 0) out += textOf(tokenizer.release());
      }
      expect(out + textOf(tokenizer.release())).toBe(WHOLE);
    }
  });

  test("all that is in no token can be had as bytes", () => {
    const tokenizer = new InputTokenizer();
    tokenizer.push(bytesOf("\x1b[Axy\x1b[B"));
    tokenizer.push(bytesOf("z\x1b["));
    expect(tokenizer.next()?.kind).toBe("csi");
    expect(textOf(tokenizer.takeRest())).toBe("xy\x1b[Bz\x1b[");
    tokenizer.push(bytesOf("A"));
    expect(tokenizer.next()).toMatchObject({ kind: "text" });
  });
});
