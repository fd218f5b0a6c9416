import { describe, expect, test } from "bun:test";

import { TypistQueues } from "../../../src/daemon/terminal/typist-queues.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** A program's terminal that accepts input only when the test lets it, like a full kernel buffer. */
class SlowPty {
  readonly typed: string[] = [];
  #waiting: string[] = [];

  get pendingInputBytes(): number {
    return this.#waiting.reduce((sum, text) => sum + text.length, 0);
  }

  write(bytes: Uint8Array): void {
    this.#waiting.push(Buffer.from(bytes).toString("latin1"));
  }

  read(): void {
    this.typed.push(...this.#waiting);
    this.#waiting = [];
  }
}

function typing(): { pty: SlowPty; input: TypistQueues<object>; readAll(): void } {
  const pty = new SlowPty();
  const input = new TypistQueues<object>(pty);
  const readAll = (): void => {
    while (pty.pendingInputBytes > 0) {
      pty.read();
      input.feed();
    }
  };
  return { pty, input, readAll };
}

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("input of several clients for a program that is slow to read", () => {
  test("comes in turns: a key does not wait for another client's paste", () => {
    const { pty, input, readAll } = typing();
    const [paster, typist] = [{}, {}];
    input.push(paster, bytes("p".repeat(MIB)));
    input.push(typist, bytes("k"));
    readAll();
    const all = pty.typed.join("");
    expect(all.length).toBe(MIB + 1);
    expect(all.indexOf("k")).toBeLessThan(16 * KIB);
  });

  test("stays in order for each of them", () => {
    const { pty, input, readAll } = typing();
    const typists = ["a", "b", "c"].map((letter) => ({ letter, sent: "", is: {} }));
    for (let round = 0; round < 300; round++) {
      for (const typist of typists) {
        const text = `${typist.letter}${round}${typist.letter.repeat(round % 97)};`;
        typist.sent += text;
        input.push(typist.is, bytes(text));
      }
    }
    readAll();
    const all = pty.typed.join("");
    expect(all.length).toBe(typists.reduce((sum, { sent }) => sum + sent.length, 0));
    // With one letter each, and digits that belong to it, the pieces tell whose they are.
    const pieces = pty.typed.map((piece) => ({ piece, letter: /[abc]/.exec(piece)?.[0] }));
    for (const { letter, sent } of typists) {
      const own = pieces.filter((it) => it.letter === letter).map(({ piece }) => piece);
      expect(own.join("")).toBe(sent);
    }
  });

  test("is never cut inside a key's sequence or a character, where other input could come between", () => {
    const { pty, input, readAll } = typing();
    const [first, second] = [{}, {}];
    for (const unit of ["\x1b[1;5A", "\x1b[<0;100;200M", "é", "日", "😀"]) {
      pty.typed.length = 0;
      const text = Buffer.from(`.${unit.repeat(20_000)}`);
      input.push(first, text);
      input.push(second, Buffer.from("x".repeat(50_000)));
      readAll();
      for (const piece of pty.typed.filter((it) => !it.includes("x"))) {
        const shown = Buffer.from(piece, "latin1").toString("utf8");
        expect(shown.replace(/^\./, "").replaceAll(unit, "")).toBe("");
      }
    }
  });

  test("has a bound, beyond which only a share of each client's input is accepted", () => {
    const { pty, input, readAll } = typing();
    const [paster, typist] = [{}, {}];
    let pushed = 0;
    while (!input.isFull(paster)) {
      input.push(paster, bytes("p".repeat(64 * KIB)));
      pushed += 64 * KIB;
    }
    expect(pushed).toBeLessThanOrEqual(16 * MIB + 128 * KIB);
    expect(input.isFull(typist)).toBe(false);
    input.push(typist, bytes("t".repeat(64 * KIB)));
    expect(input.isFull(typist)).toBe(true);
    readAll();
    expect(input.isFull(paster)).toBe(false);
    expect(pty.typed.join("").length).toBe(pushed + 64 * KIB);
  });
});
