import { describe, expect, test } from "bun:test";

import { TerminalUse } from "../../src/client/terminal-use.ts";
import { UserState } from "../../src/client/user-state.ts";

const UNKNOWN = { colors: new Map<string, string>() };

function useOf(...chunks: string[]): TerminalUse {
  const use = new TerminalUse({ onPasteModeOff() {} });
  for (const chunk of chunks) use.follow(Buffer.from(chunk, "latin1"));
  return use;
}

/** What a session's settings are undone with, of all that is not undone in any case. */
function undone(...chunks: string[]): string {
  const untouched = useOf().undoAll(UNKNOWN, "<pop>");
  const [before = "", after = ""] = untouched.split("<pop>");
  const text = useOf(...chunks).undoAll(UNKNOWN, "<pop>");
  expect(text.endsWith(after)).toBe(true);
  // Earlier parts are within the text that is always undone.
  let rest = text.slice(0, -after.length);
  for (const part of before.split(/(?=\x1b)/)) rest = rest.replace(part, "");
  return rest;
}

describe("the settings of a session are undone, and nothing else", () => {
  const cases: [string, string][] = [
    ["text \x1b[1;31mred\x1b[m\x1b[2;3H", "<pop>"],
    ["\x1b[>1u\x1b[>5u", "\x1b[<2u<pop>"],
    ["\x1b[>1u\x1b[<u", "<pop>"],
    ["\x1b[=5;1u", "\x1b[=0;1u<pop>"],
    ["\x1b[?1049h\x1b[>1u", "\x1b[<1u<pop>"],
    ["\x1b[3 q", "\x1b[0 q<pop>"],
    ["\x1b[?12h", "\x1b[?12l\x1b[0 q<pop>"],
    ["\x1b]4;1;#123;7;#456\x07", "\x1b]104;1\x1b\\\x1b]104;7\x1b\\<pop>"],
    ["\x1b]4;1;?\x07\x1b]11;?\x1b\\", "<pop>"],
    ["\x1b]11;#123\x1b\\", "\x1b]111\x1b\\<pop>"],
    ["\x1b]10;#123;#456\x07", "\x1b]110\x1b\\\x1b]111\x1b\\<pop>"],
    ["\x1b]104\x07", "\x1b]104\x1b\\<pop>"],
    ["\x1b[?5h", "\x1b[?5l<pop>"],
    ["\x1b]0;title\x07\x1b]8;;http://x\x1b\\\x1b]133;A\x07\x1b]1337;File=:\x07", "<pop>"],
  ];
  for (const [output, wanted] of cases) {
    test(JSON.stringify(output), () => {
      expect(undone(output)).toBe(wanted);
    });

    test(`${JSON.stringify(output)}, cut anywhere`, () => {
      for (let cut = 1; cut < output.length; cut++) {
        expect(undone(`x${output.slice(0, cut)}`, `${output.slice(cut)}y`)).toBe(wanted);
      }
      expect(undone(...output)).toBe(wanted);
    });
  }
});

describe("a terminal may send reports that nobody typed", () => {
  const cases: [string, boolean][] = [
    ["", false],
    ["\x1b[?1000h", true],
    ["\x1b[?1000h\x1b[?1000l", false],
    ["\x1b[?1002;1006h\x1b[?1002l", false],
    ["\x1b[?1004h", true],
    ["\x1b[?2004h\x1b[?25l", false],
    ["\x1b[>1u", true],
    ["\x1b[>1u\x1b[<u", false],
    ["\x1b[c", true],
    ["\x1b[6n", true],
    ["\x1b[?2026$p", true],
    ["\x1bP+q544e\x1b\\", true],
    ["\x1b]11;?\x07", true],
    ["\x1b[0m\x1b[5m\x1b[3J", false],
  ];
  for (const [output, mayReport] of cases) {
    test(`${JSON.stringify(output)}: ${mayReport}`, () => {
      expect(useOf(output).mayReport).toBe(mayReport);
    });
  }

  test("no longer, once the last question is answered", () => {
    const use = useOf("\x1b]11;?\x07\x1b[c");
    use.noteInput("\x1b]11;rgb:0/0/0\x07");
    expect(use.mayReport).toBe(true);
    expect(use.openAttributeQuestions).toBe(1);
    use.noteInput("\x1b[?62;4c");
    expect(use.mayReport).toBe(false);
  });
});

describe("answers of the terminal are removed from the input", () => {
  const ANSWERS =
    "\x1bP1$r5 q\x1b\\\x1b]10;rgb:1/2/3\x1b\\\x1b]11;rgb:4/5/6\x07\x1b[?5u\x1b[7;9R\x1b[?62;4c";

  function feed(pieces: readonly string[]): { user: UserState; typed: string } {
    let typed = "";
    const user = new UserState((late) => (typed += Buffer.from(late).toString("latin1")));
    user.ask();
    for (const piece of pieces) {
      typed += Buffer.from(user.take(Buffer.from(piece, "latin1"))).toString("latin1");
    }
    typed += Buffer.from(user.end()).toString("latin1");
    return { user, typed };
  }

  test("wherever they are cut, and keys between them stay in order", () => {
    const keys = ["a", "\x1b[A", "\x1bOP", "\xc3\xa9", "\x1b[1;5C", "\x1b"];
    const parts = ANSWERS.split(/(?<=\\|\x07|u|R|c)(?=\x1b)/);
    expect(parts).toHaveLength(6);
    const text = parts.map((part, i) => `${keys[i - 1] ?? ""}${part}`).join("");
    for (let cut = 0; cut <= text.length; cut++) {
      const { user, typed } = feed([text.slice(0, cut), text.slice(cut)]);
      expect(typed).toBe(keys.slice(0, 5).join(""));
      expect(user.cursorStyle).toBe("5");
      expect(user.colors).toEqual(
        new Map([
          ["10", "rgb:1/2/3"],
          ["11", "rgb:4/5/6"],
        ]),
      );
      expect([user.keyboardFlags, user.position]).toEqual([5, { row: 7, col: 9 }]);
    }
    expect(feed([...text]).typed).toBe(keys.slice(0, 5).join(""));
  });

  test("answers after the last one are for the program", () => {
    const later = "\x1b[?62;4c\x1b[1;1R\x1b]11;rgb:7/7/7\x07";
    expect(feed([`${ANSWERS}${later}`]).typed).toBe(later);
  });

  test("pasted text is no answer", () => {
    const paste = "\x1b[200~\x1b[?5u\x1b[?62;4c\x1b[201~";
    const { user, typed } = feed([`${paste}${ANSWERS}`]);
    expect(typed).toBe(paste);
    expect(user.position).toEqual({ row: 7, col: 9 });
  });

  test("each other sequence is reported once, also when its beginning has passed", () => {
    const others: string[] = [];
    const user = new UserState(
      () => {},
      (sequence) => others.push(sequence),
    );
    user.ask();
    for (const piece of ["\x1b[", "A\x1b", "[?62", ";4c", "\x1b[?1", ";2c"])
      user.take(Buffer.from(piece));
    expect(others).toEqual(["\x1b[A", "\x1b[?1;2c"]);
  });

  test("a palette colour is asked for once, and its answer is removed once", () => {
    const { user } = feed([ANSWERS]);
    expect(user.askPalette([1, 2])).toBe("\x1b]4;1;?\x1b\\\x1b]4;2;?\x1b\\");
    expect(user.askPalette([2])).toBe("");
    const answer = Buffer.from("\x1b]4;2;rgb:1/1/1\x1b\\");
    expect(user.take(answer).byteLength).toBe(0);
    expect(Buffer.from(user.take(answer))).toEqual(answer);
    expect(user.colors.get("4;2")).toBe("rgb:1/1/1");
  });
});
