import { describe, expect, test } from "bun:test";

import { commandText } from "../../../src/cli/run/command-text.ts";

const SHELLS = ["sh", "bash", "zsh", "fish"] as const;
const ROUNDS = 40;
const WORDS_PER_ROUND = 12;
/** What means something to some shell, or to none. */
const PIECES = [
  ..."'\\\"`$!*?[]{}()<>|&;#~^%=@:,.-+/ \t\n\r\x01\x1b\x7faZ09_",
  "ü",
  "漢",
  "😀",
  "\u00a0",
  "\\'",
  "'\\",
  "$(id)",
  "${HOME}",
  "\\n",
  "!!",
  "<<E",
  "--",
  "~root",
];

test("one word is the text itself", () => {
  expect(commandText(["a | b > 'c d'"])).toBe("a | b > 'c d'");
  expect(commandText([""])).toBe("");
});

test("plain words stay readable", () => {
  expect(commandText(["make", "-j4", "CC=gcc", "./a/b.c", "x@y:1,2%"])).toBe(
    "make -j4 CC=gcc ./a/b.c x@y:1,2%",
  );
  expect(commandText(["echo", "a b", ""])).toBe("echo 'a b' ''");
});

for (const shell of SHELLS) {
  describe.skipIf(Bun.which(shell) === null)(`several words in ${shell}`, () => {
    test("arrive as they are, whatever they hold", () => {
      for (let round = 0; round < ROUNDS; round++) {
        const words = randomWords().filter((word) => !isPath(shell, word));
        expect(argumentsIn(shell, words)).toEqual(words);
      }
    });

    test("arrive as they are, each piece and each pair of special ones alone", () => {
      const special = [..."'\\\"$!`*?~#{}%=-^ \n"];
      const pairs = special.flatMap((a) => special.map((b) => a + b));
      const words = [...PIECES, ...pairs, ""].filter((word) => !isPath(shell, word));
      expect(argumentsIn(shell, words)).toEqual(words);
    });

    test("arrive as they are that begin with an equals sign", () => {
      const words = ["=", "=ls", "=no-such-program", "=%", "a=b", "=a=b"];
      expect(argumentsIn(shell, words)).toEqual(words);
    });
  });
}

/** What a program gets as its arguments that a shell runs. */
function argumentsIn(shell: string, words: readonly string[]): string[] {
  const text = commandText(["printf", "%s\\0", ...words]);
  const flags = shell === "fish" ? ["--no-config"] : shell === "zsh" ? ["-f"] : [];
  const { stdout, stderr } = Bun.spawnSync([shell, ...flags, "-c", text], {
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", LANG: "C.UTF-8" },
  });
  expect(stderr.toString()).toBe("");
  return stdout.toString().split("\0").slice(0, -1);
}

/** Zsh takes `=ls` for the path of `ls`. */
function isPath(shell: string, word: string): boolean {
  return shell === "zsh" && /^=[\w./:=,@%+-]*$/.test(word);
}

function randomWords(): string[] {
  return Array.from({ length: WORDS_PER_ROUND }, () => {
    const length = Math.floor(Math.random() * 8);
    return Array.from({ length }, randomPiece).join("");
  });
}

function randomPiece(): string {
  return PIECES[Math.floor(Math.random() * PIECES.length)] ?? "";
}
