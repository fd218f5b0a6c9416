import { describe, expect, test } from "bun:test";

import vectors from "../fixtures/keys-and-switch.json";
import { attachKeys, type KeyAction } from "../../src/client/keys.ts";
import { KeyScanner } from "../../src/input/key-scanner.ts";

interface Scan {
  /** All that the session gets, the rest of a held sequence included. */
  forward: string;
  action: KeyAction | undefined;
  rest: string;
}

/** Types the chunks until one holds a key; what stands behind it is left. */
const DEFAULT_KEYS = attachKeys({ detachKey: "ctrl+\\", pickerKey: "ctrl+]" });

function scan(chunks: readonly Uint8Array[], scanner = new KeyScanner(DEFAULT_KEYS)): Scan {
  const forward: Uint8Array[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const result = scanner.push(chunk);
    forward.push(result.forward.slice());
    if (result.action === undefined) continue;
    const rest = [result.rest, ...chunks.slice(index + 1)];
    return { forward: textOf(forward), action: result.action, rest: textOf(rest) };
  }
  forward.push(scanner.flush());
  return { forward: textOf(forward), action: undefined, rest: "" };
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const textOf = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString("latin1");
const singleBytes = (text: string): Uint8Array[] => [...text].map(bytesOf);
const show = (text: string): string => JSON.stringify(text);

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

describe("a key of the client", () => {
  const keys: [string, KeyAction][] = [
    ...vectors.detachKeys.detach.map((key): [string, KeyAction] => [key, "detach"]),
    ...vectors.detachKeys.picker.map((key): [string, KeyAction] => [key, "picker"]),
  ];

  for (const [key, action] of keys) {
    test(`${show(key)}: ${action}; text before it is typed, text after it is not`, () => {
      const found = { forward: "before \xff", action, rest: "\x1b[Abehind\x1c" };
      const typed = found.forward + key + found.rest;
      expect(scan([bytesOf(typed)])).toEqual(found);
    });

    test(`${show(key)}: ${action}, wherever it is cut; at most a lone ESC has gone out`, () => {
      for (let cut = 1; cut < key.length; cut++) {
        const chunks = [bytesOf(`ab${key.slice(0, cut)}`), bytesOf(`${key.slice(cut)}cd`)];
        const result = scan(chunks);
        expect([result.action, result.rest]).toEqual([action, "cd"]);
        expect(["ab", "ab\x1b"]).toContain(result.forward);
      }
      expect(scan(singleBytes(`ab${key}cd`)).action).toBe(action);
    });
  }

  for (const text of vectors.detachKeys.notDetach) {
    test(`${show(text)} is none, and reaches the session whole, wherever it is cut`, () => {
      const typed = { forward: text, action: undefined, rest: "" };
      for (let cut = 0; cut <= text.length; cut++) {
        expect(scan([bytesOf(text.slice(0, cut)), bytesOf(text.slice(cut))])).toEqual(typed);
      }
      expect(scan(singleBytes(text))).toEqual(typed);
    });
  }

  test("inside a paste is text, and a key again after it", () => {
    const paste = `${PASTE_START}a\x1cb\x1b[92;5uc\x1d${PASTE_END}`;
    const found: Scan = { forward: paste, action: "detach", rest: "x" };
    for (let cut = 0; cut <= paste.length; cut++) {
      const chunks = [bytesOf(paste.slice(0, cut)), bytesOf(`${paste.slice(cut)}\x1cx`)];
      expect(scan(chunks)).toEqual(found);
    }
    expect(scan(singleBytes(`${paste}\x1cx`))).toEqual(found);
  });

  test("with further modifiers besides Ctrl is still a key; without Ctrl it never is", () => {
    for (let modifiers = 0; modifiers < 256; modifiers++) {
      const hasControl = (modifiers & 4) !== 0;
      const { action } = scan([bytesOf(`\x1b[92;${modifiers + 1}u`)]);
      expect(action).toBe(hasControl ? "detach" : undefined);
    }
  });

  test("with associated text is still a key", () => {
    expect(scan([bytesOf("\x1b[92;5;28u")]).action).toBe("detach");
    expect(scan([bytesOf("\x1b[93:125:92;5:2;1u")]).action).toBe("picker");
  });

  test("after ESC is two keys: Escape and ours", () => {
    expect(scan([bytesOf("\x1b\x1cx")])).toEqual({ forward: "\x1b", action: "detach", rest: "x" });
    expect(scan(singleBytes("\x1b\x1cx")).action).toBe("detach");
  });

  test("can be another, or none", () => {
    const keys = attachKeys({ detachKey: "ctrl+q", pickerKey: "none" });
    const press = (text: string): KeyAction | undefined =>
      scan([bytesOf(text)], new KeyScanner(keys)).action;
    expect(press("\x11")).toBe("detach");
    expect(press("\x1b[113;5u")).toBe("detach");
    expect(press("\x1c\x1d\x1b[92;5u")).toBeUndefined();
  });
});

describe("what is no key", () => {
  test("passes unchanged, all bytes and all escape sequences, wherever they are cut", () => {
    const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i))
      .filter((char) => char !== "\x1c" && char !== "\x1d")
      .join("");
    const typed = `${all}\x1b[A\x1bOP\x1b[1;5C\x1b[<0;10;20M\x1b[\x1b[B\x1b\x1b\x1b[I日\x1b[92;5`;
    for (let cut = 0; cut <= typed.length; cut++) {
      const chunks = [bytesOf(typed.slice(0, cut)), bytesOf(typed.slice(cut))];
      expect(scan(chunks).forward).toBe(textOf([bytesOf(typed)]));
    }
    expect(scan(singleBytes(typed)).forward).toBe(textOf([bytesOf(typed)]));
  });

  test("is not held back: Escape goes out at once", () => {
    const scanner = new KeyScanner(DEFAULT_KEYS);
    expect(textOf([scanner.push(bytesOf("a\x1b")).forward])).toBe("a\x1b");
    expect(scanner.isHolding).toBe(false);
  });

  test("is held back while it may become a key, and can be had at once", () => {
    const scanner = new KeyScanner(DEFAULT_KEYS);
    expect(textOf([scanner.push(bytesOf("a\x1b[92;")).forward])).toBe("a");
    expect(scanner.isHolding).toBe(true);
    expect(textOf([scanner.flush()])).toBe("\x1b[92;");
    expect(scanner.isHolding).toBe(false);
  });

  test("is held back no longer when it is too long for a key", () => {
    const scanner = new KeyScanner(DEFAULT_KEYS);
    const endless = `\x1b[${"1;".repeat(1000)}`;
    expect(textOf([scanner.push(bytesOf(endless)).forward, scanner.flush()])).toBe(endless);
    const slowly = singleBytes(endless).map((byte) => scanner.push(byte).forward.slice());
    expect(textOf([...slowly, scanner.flush()])).toBe(endless);
    expect(scanner.isHolding).toBe(false);
  });

  test("is scanned in linear time: a megabyte of cut sequences", () => {
    const flood = bytesOf("\x1b[1;1A\x1b[<35;1;1M".repeat(60_000));
    const scanner = new KeyScanner(DEFAULT_KEYS);
    let forwarded = 0;
    for (let at = 0; at < flood.byteLength; at += 1001) {
      forwarded += scanner.push(flood.subarray(at, at + 1001)).forward.byteLength;
    }
    expect(forwarded + scanner.flush().byteLength).toBe(flood.byteLength);
  });
});
