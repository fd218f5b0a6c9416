import { expect, test } from "bun:test";
import { ReplyFilter, type ReplyPolicy } from "../../../src/terminal/stream/reply-filter.ts";

const TAKE: ReplyPolicy = { takes: (reply) => !reply.mayBeKey, holdsKeys: true };
const KEEP: ReplyPolicy = { takes: () => false, holdsKeys: false };

const REPLIES = [
  "\x1b[?62;22c",
  "\x1b[?1;2c",
  "\x1b[>0;276;0c",
  "\x1b[24;80R",
  "\x1b[1;1R",
  "\x1b[1;17R",
  "\x1b[?3;7R",
  "\x1b[?3;7;1R",
  "\x1b[?2026;2$y",
  "\x1b[4;1$y",
  "\x1b[8;24;80t",
  "\x1b[4;384;640t",
  "\x1b[?0u",
  "\x1b[0n",
  "\x1b[?997;1n",
  "\x1b[>4;2m",
  "\x1b]11;rgb:0000/0000/0000\x1b\\",
  "\x1b]10;rgb:ffff/ffff/ffff\x07",
  "\x1b]4;7;rgb:e5e5/e5e5/e5e5\x1b\\",
  "\x1bP1$r0;1m\x1b\\",
  "\x1bP0$r\x1b\\",
  "\x1bP1+r544e=787465726D\x1b\\",
  "\x1bP>|xterm(390)\x1b\\",
  "\x1bP!|00000000\x1b\\",
];

const KEYS = [
  "a",
  "\x1b[A",
  "\x1bOP",
  "\x1b[1;2R",
  "\x1b[1;16R",
  "\x1b[1;5A",
  "\x1b[97;5u",
  "\x1b[97;1:3u",
  "\x1b[27;5;13~",
  "\x1b[I",
  "\x1b[O",
  "\x1b[<0;10;20M",
  "\x1b[<0;10;20m",
  "\x1b[M !!",
  "\x1b]x",
  "\x1bx",
  "\x1b\x1b[A",
  "é\r",
];

test("terminal replies are removed and keys stay, in any order", () => {
  for (const reply of REPLIES) {
    for (const key of KEYS) {
      const filter = new ReplyFilter();
      const out = Buffer.from(filter.push(Buffer.from(`${key}${reply}${key}`))).toString();
      expect(out + Buffer.from(filter.flush()).toString()).toBe(key + key);
    }
  }
});

test("a reply is found wherever the input is cut", () => {
  for (const reply of REPLIES) {
    const bytes = Buffer.from(`x${reply}\x1b[B`);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(filterInTwo(bytes, cut).toString()).toBe("x\x1b[B");
    }
  }
});

test("keys arrive whole wherever the input is cut", () => {
  const bytes = Buffer.from(KEYS.join(""));
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(filterInTwo(bytes, cut).equals(bytes)).toBe(true);
  }
});

test("a lone Escape is held until a flush", () => {
  const filter = new ReplyFilter();
  expect(filter.push(Buffer.from("\x1b")).length).toBe(0);
  expect(filter.hasPending).toBe(true);
  expect(Buffer.from(filter.flush()).toString()).toBe("\x1b");
  expect(filter.hasPending).toBe(false);
});

test("a pasted reply stays in the paste", () => {
  const filter = new ReplyFilter();
  const paste = "\x1b[200~\x1b[?62c \x1b]11;rgb:0/0/0\x07\x1b[201~";
  expect(Buffer.from(filter.push(Buffer.from(`${paste}\x1b[?62c`))).toString()).toBe(paste);
});

test("an unterminated string is not held forever", () => {
  const filter = new ReplyFilter();
  let passed = filter.push(Buffer.from("\x1b]11;rgb:")).length;
  for (let i = 0; i < 100; i++) passed += filter.push(Buffer.alloc(100, 0x66)).length;
  expect(passed).toBeGreaterThan(0);
  expect(filter.flush().length).toBeLessThan(5000);
});

test("dropping can be switched on or off anywhere: no byte is lost, doubled or out of order", () => {
  const bytes = Buffer.from(`x${KEYS.join("")}`);
  for (let cut = 0; cut <= bytes.length; cut++) {
    for (const [before, after] of [
      [TAKE, KEEP],
      [KEEP, TAKE],
    ] as const) {
      const filter = new ReplyFilter();
      const out = [
        filter.push(bytes.subarray(0, cut), before),
        filter.push(bytes.subarray(cut), after),
        filter.flush(),
      ];
      expect(Buffer.concat(out).toString()).toBe(bytes.toString());
    }
  }
});

test("once the beginning of a reply has passed, its rest passes too; only the next reply is dropped", () => {
  for (const reply of REPLIES) {
    for (let cut = 1; cut < reply.length; cut++) {
      const filter = new ReplyFilter();
      const out = [
        filter.push(Buffer.from(reply.slice(0, cut)), KEEP),
        filter.flush(),
        filter.push(Buffer.from(`${reply.slice(cut)}${reply}y`)),
      ];
      expect(Buffer.concat(out).toString()).toBe(`${reply}y`);
    }
  }
});

test("a paste is recognized even if it began while nothing was dropped, or its first byte came late", () => {
  const paste = "\x1b[200~\x1b[0n\x1b[201~";
  for (let cut = 1; cut < "\x1b[200~".length; cut++) {
    const passing = new ReplyFilter();
    const late = new ReplyFilter();
    const head = Buffer.from(paste.slice(0, cut));
    const rest = Buffer.from(`${paste.slice(cut)}\x1b[0nx`);
    const texts = [
      [passing.push(head, KEEP), passing.flush(), passing.push(rest)],
      [late.push(head), late.flush(), late.push(rest)],
    ].map((parts) => Buffer.concat(parts).toString());
    expect(texts).toEqual([`${paste}x`, `${paste}x`]);
  }
});

test("a key that may begin a reply is not held where keys must not wait", () => {
  const policy: ReplyPolicy = { ...TAKE, holdsKeys: false };
  for (const key of ["\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1bO"]) {
    const filter = new ReplyFilter();
    expect(Buffer.from(filter.push(Buffer.from(`x${key}`), policy)).toString()).toBe(`x${key}`);
    expect(filter.hasPending).toBe(false);
  }
});

test("a reply in two pieces is passed or dropped as a whole, with one decision", () => {
  for (const reply of REPLIES) {
    for (let cut = 3; cut < reply.length; cut++) {
      const seen: string[] = [];
      const filter = new ReplyFilter();
      const policy: ReplyPolicy = {
        takes: (_, bytes) => seen.push(Buffer.from(bytes).toString()) > 0,
        holdsKeys: false,
      };
      const typed = [reply.slice(0, cut), `${reply.slice(cut)}k`].map((part) =>
        Buffer.from(filter.push(Buffer.from(part), policy)).toString(),
      );
      expect(typed).toEqual(["", "k"]);
      expect(seen).toEqual([reply]);
    }
  }
});

test("focus reports are passed or dropped wherever they are cut, except in a paste", () => {
  const typed = "a\x1b[Ib\x1b[200~\x1b[O\x1b[201~\x1b[Oc";
  for (let cut = 0; cut <= typed.length; cut++) {
    const seen: string[] = [];
    const policy: ReplyPolicy = {
      ...TAKE,
      takesFocus: (focus) => seen.push(focus) > 0 && focus === "in",
    };
    const filter = new ReplyFilter();
    const out = [typed.slice(0, cut), typed.slice(cut)].map((part) =>
      Buffer.from(filter.push(Buffer.from(part), policy)).toString(),
    );
    expect(out.join("")).toBe("ab\x1b[200~\x1b[O\x1b[201~\x1b[Oc");
    expect(seen).toEqual(["in", "out"]);
  }
});

/** The filter's output for input that arrives in two pieces. */
function filterInTwo(bytes: Buffer, cut: number): Buffer {
  const filter = new ReplyFilter();
  const first = filter.push(bytes.subarray(0, cut));
  const second = filter.push(bytes.subarray(cut));
  return Buffer.concat([first, second, filter.flush()]);
}
