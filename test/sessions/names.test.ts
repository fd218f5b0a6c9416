import { describe, expect, test } from "bun:test";

import vectors from "../fixtures/names.json";
import { TsmError } from "../../src/base/errors.ts";
import { socketPath } from "../../src/config/paths.ts";
import {
  isSessionAddress,
  isSessionName,
  maxSessionNameLen,
  quoteName,
  validateSessionAddress,
  validateSessionName,
} from "../../src/sessions/names.ts";

const config = { socketDir: "/tmp/tsm-0", logDir: "/tmp/tsm-0.logs" };

/** The error that a name is refused with. */
function refusal(name: string): TsmError {
  try {
    validateSessionName(name, config);
  } catch (error) {
    if (error instanceof TsmError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(name)} is accepted`);
}

describe("a session name", () => {
  for (const name of vectors.validate.ok) {
    test(`can be ${JSON.stringify(name)}`, () => {
      expect(() => validateSessionName(name, config)).not.toThrow();
      expect(isSessionName(name, config)).toBe(true);
    });
  }

  for (const [name = "", problem = ""] of vectors.validate.error) {
    test(`${JSON.stringify(name)} ${problem}`, () => {
      expect(refusal(name).message).toContain(`it ${problem}.`);
      expect(refusal(name).code).toBe("invalid-name");
      expect(isSessionName(name)).toBe(false);
    });
  }

  test("has no control character: neither C0 nor DEL nor C1", () => {
    const codes = [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i)];
    for (const code of codes.slice(1)) {
      const { message } = refusal(`a${String.fromCharCode(code)}b`);
      expect(message).toContain("it must not contain control characters.");
      expect(message).not.toMatch(/\p{Cc}/u);
    }
  });

  test("has no invisible character, and none that changes the direction of text", () => {
    for (const char of ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u3164", "\u2028"]) {
      const { message } = refusal(`a${char}b`);
      expect(message).toContain("it must not contain invisible characters.");
      expect(message).not.toContain(char);
    }
    for (const name of ["👩‍💻", "❤️", "e\u0301"]) expect(isSessionName(name, config)).toBe(true);
  });

  test("cannot be the name of one of tsm's own files, but may resemble one", () => {
    for (const name of [".bash", ".zsh", ".fish", ".focus.json"]) {
      expect(refusal(name).message).toContain("it is reserved for tsm's own files.");
    }
    for (const name of [".bashrc", "bash", ".focus", ".BASH"]) {
      expect(isSessionName(name, config)).toBe(true);
    }
  });

  test("is valid Unicode, since half a character has no bytes", () => {
    expect(refusal("a\ud800").message).toContain("it must be valid Unicode.");
  });

  test("is never longer than a file's name, wherever it is checked", () => {
    const name = "x".repeat(256);
    for (const check of [validateSessionName, validateSessionAddress]) {
      expect(() => check(name)).toThrow(
        "it is 256 bytes long, and a file's name takes at most 255",
      );
    }
    expect(isSessionName(name)).toBe(false);
    expect(isSessionAddress(name)).toBe(false);
  });

  test("may be as long as a socket path allows, in bytes, and the message names the limit", () => {
    const limit = maxSessionNameLen(config);
    expect(isSessionName("x".repeat(limit), config)).toBe(true);
    expect(refusal("x".repeat(limit + 1)).message).toContain(
      `it is ${limit + 1} bytes long, and a socket in /tmp/tsm-0 takes at most ${limit}.`,
    );
    const wide = "日".repeat(Math.floor(limit / 3) + 1);
    expect(refusal(wide).message).toContain(`it is ${Buffer.byteLength(wide)} bytes long`);
  });

  test("that is far too long is cut in the message", () => {
    expect(refusal("x".repeat(5000)).message.length).toBeLessThan(250);
  });

  test("has no room at all in a directory whose path is too long, and 0 is the limit then", () => {
    const deep = { socketDir: `/${"d".repeat(200)}`, logDir: "" };
    expect(maxSessionNameLen(deep)).toBe(0);
    expect(isSessionName("a", deep)).toBe(false);
  });
});

test("the longest name makes the longest path that sockaddr_un holds with its closing NUL", () => {
  const longest = "n".repeat(maxSessionNameLen(config));
  const structBytes = process.platform === "darwin" ? 104 : 108;
  expect(Buffer.byteLength(socketPath(config, longest))).toBe(structBytes - 1);
});

test("a quoted name cannot move the cursor, and shows every character", () => {
  expect(quoteName('a"b')).toBe('"a\\"b"');
  expect(quoteName("日本")).toBe('"日本"');
  expect(quoteName("\x1b[2J\n\x9b\x7f")).toBe('"\\u001b[2J\\n\\u009b\\u007f"');
});

describe("the name of an existing session", () => {
  test("may be one that a new session cannot get here", () => {
    for (const name of ["a\tb", "a\nb", "\x1b[2J", "a\u202eb", "a\u200bb"]) {
      expect(isSessionName(name, config)).toBe(false);
      expect(isSessionAddress(name, config)).toBe(true);
    }
  });

  test("can be every name that a new session can get here", () => {
    for (const name of vectors.validate.ok) expect(isSessionAddress(name, config)).toBe(true);
  });

  test("is the name of a file in that directory, but not of tsm's own files", () => {
    const names = ["", "a/b", "a\0b", ".", "..", "..x", "\ud83d", ".bash", "x".repeat(200)];
    for (const name of names) {
      expect(isSessionAddress(name, config)).toBe(false);
      expect(() => validateSessionAddress(name, config)).toThrow("Invalid session name");
    }
  });
});
