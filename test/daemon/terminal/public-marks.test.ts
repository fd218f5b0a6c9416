import { expect, test } from "bun:test";

import { PublicMarks } from "../../../src/daemon/terminal/public-marks.ts";
import { encodeUtf8 } from "../../../src/protocol/utf8.ts";

const FACTS = () => ({ sessionName: "work", directory: "/a b" });

/** A shell that prints text before and in its prompt, and in its commands. */
class Shell {
  readonly #marks = new PublicMarks();
  #sent = "";

  prints(text: string): this {
    this.#marks.watch(encodeUtf8(text));
    return this;
  }

  prompts(text = "", status = 0, hasOwnMarks = false): this {
    const mark = { kind: "prompt", status, hasOwnMarks, directory: "" } as const;
    this.#sent += this.#marks.replace(mark, FACTS);
    this.prints(text);
    this.#sent += this.#marks.replace({ kind: "input", isExact: true }, FACTS);
    return this;
  }

  runs(text = ""): this {
    this.#sent += this.#marks.replace({ kind: "command" }, FACTS);
    return this.prints(text);
  }

  /** What was sent for it since the last time, in short. */
  sent(): string {
    const kinds = [...this.#sent.matchAll(/\x1b\](133;\w(?:;\d+)?|7|2);?[^\x07]*\x07/g)];
    this.#sent = "";
    return kinds.map((match) => (match[1] ?? "").replace("133;", "")).join(" ");
  }
}

test("terminals get each mark once and in order, the directory and a title", () => {
  const shell = new Shell().prompts();
  expect(shell.sent()).toBe("7 2 A B");
  expect(shell.runs("output").prompts("", 3).sent()).toBe("C D;3 7 2 A B");
  expect(shell.prompts().sent()).toBe("7 2 A B");
});

test("marks that a set-up sends before or in its prompts are not sent twice", () => {
  const before = new Shell().prints("\x1b]133;A\x07").prompts();
  expect(before.sent()).toBe("7 2");
  expect(before.runs().prints("\x1b]133;D\x07\x1b]133;A\x07").prompts().sent()).toBe("7 2");
  const inside = new Shell().prompts("\x1b]7;file://mine\x07\x1b]0;mine\x07");
  expect(inside.sent()).toBe("7 2 A B");
  expect(inside.runs().prompts().sent()).toBe("C D;0 A B");
  expect(new Shell().prompts("", 0, true).runs().prompts("", 0, true).sent()).toBe("7 2 7 2");
});

test("a mark that a program prints once does not count as the set-up's", () => {
  const shell = new Shell().prompts();
  shell.runs("\x1b]133;A\x07\x1b]133;B\x07\x1b]7;file://other/\x07\x1b]0;vim\x07").prompts();
  expect(shell.sent()).toBe("7 2 A B C D;0 7 2 A B");
  expect(shell.runs().prompts().sent()).toBe("C D;0 7 2 A B");
});

test("a mark that the set-up no longer sends is sent by the daemon again", () => {
  const shell = new Shell().prints("\x1b]133;A\x07").prompts();
  shell.runs().prompts();
  expect(shell.sent()).toBe("7 2 7 2 A B");
});

test("a sequence is seen wherever the output is cut", () => {
  const text = "x\x1b]133;A\x07";
  for (let at = 0; at <= text.length; at++) {
    const shell = new Shell().prints(text.slice(0, at)).prints(text.slice(at)).prompts();
    expect(shell.sent()).toBe("7 2");
  }
});

test("the directory is percent-encoded as a path of a URL", () => {
  const marks = new PublicMarks();
  const mark = {
    kind: "prompt",
    status: 0,
    hasOwnMarks: false,
    directory: "/a b%é;'#(漢/~x*!",
  } as const;
  expect(marks.replace(mark, FACTS)).toContain("/a%20b%25%C3%A9%3B%27%23%28%E6%BC%A2/~x%2A%21\x07");
});
