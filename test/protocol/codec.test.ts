import { describe, expect, test } from "bun:test";
import wire from "../fixtures/wire.json";
import {
  HEADER_SIZE,
  MAX_PAYLOAD_SIZE,
  marshalHeader,
  marshalMessage,
  parseHeader,
} from "../../src/protocol/frame.ts";
import { encodeInfo, INFO_SIZE, parseInfo } from "../../src/protocol/info.ts";
import {
  decodeExit,
  decodeSize,
  encodeExit,
  encodeSize,
  exitCodeOf,
} from "../../src/protocol/messages.ts";
import { Tag, tagName } from "../../src/protocol/tags.ts";
import { fromHex, toHex, decode } from "./decode-stream.ts";

const vector = (name: string): (typeof wire.messages)[number] => {
  const found = wire.messages.find((message) => message.name === name);
  if (found === undefined) throw new Error(`no vector named ${name}`);
  return found;
};

test("the frozen sizes and tag numbers are those of the protocol", () => {
  expect([HEADER_SIZE, INFO_SIZE, MAX_PAYLOAD_SIZE]).toEqual([
    wire.headerSize,
    wire.infoSize,
    wire.maxPayloadSize,
  ]);
  expect({ ...Tag }).toEqual({
    Input: 0,
    Output: 1,
    Resize: 2,
    Detach: 3,
    DetachAll: 4,
    Kill: 5,
    Info: 6,
    Init: 7,
    History: 8,
    Run: 9,
    Ack: 10,
    Rename: 11,
    Exit: 64,
    Renamed: 65,
    InitReadOnly: 66,
    DetachOthers: 67,
    Environment: 68,
    Attention: 69,
    Tags: 70,
    RunCommand: 71,
    RunState: 72,
    RunOutput: 73,
    Wait: 74,
    Watch: 75,
    Snapshot: 76,
    Labels: 77,
    Switch: 78,
    TerminalMark: 79,
    Integration: 90,
    ResetShell: 91,
    Shown: 92,
    PixelSize: 93,
    DumbTerminal: 94,
  });
});

describe("every message of the vectors", () => {
  for (const message of wire.messages) {
    test(`is written and read as "${message.name}"`, () => {
      const payload = fromHex(message.payloadHex);
      expect(toHex(marshalMessage(message.tag, payload))).toBe(message.messageHex);
      expect(tagName(message.tag)).toBe(message.tagName);
      expect(parseHeader(fromHex(message.messageHex))).toEqual({
        tag: message.tag,
        length: payload.byteLength,
      });
      expect(decode(fromHex(message.messageHex), [])).toEqual([
        { tag: message.tag, hex: message.payloadHex },
      ]);
    });
  }
});

describe("a header", () => {
  test("needs five bytes", () => {
    expect(() => parseHeader(new Uint8Array(4))).toThrow("header too short: 4 < 5");
  });

  test("of a payload too long is not written either", () => {
    expect(() => marshalHeader({ tag: 0, length: MAX_PAYLOAD_SIZE + 1 })).toThrow(
      /payload too long/,
    );
    expect(toHex(marshalHeader({ tag: 0, length: MAX_PAYLOAD_SIZE }))).toBe(wire.limit.headerHex);
  });
});

describe("Info", () => {
  test("is written at the exact offsets", () => {
    const fields = wire.infoFields["info reply"];
    const encoded = encodeInfo({
      clientsLen: BigInt(fields.clientsLen),
      pid: fields.pid,
      cmd: fields.cmd,
      cwd: fields.cwd,
      createdAt: BigInt(fields.createdAt),
      taskEndedAt: BigInt(fields.taskEndedAt),
      taskExitCode: fields.taskExitCode,
    });
    expect(toHex(encoded)).toBe(vector("info reply").payloadHex);
  });

  test("is read with hostile lengths clamped and all 64 bits kept", () => {
    for (const [name, fields] of Object.entries(wire.infoFields)) {
      expect(parseInfo(fromHex(vector(name).payloadHex))).toEqual({
        ...fields,
        clientsLen: BigInt(fields.clientsLen),
        createdAt: BigInt(fields.createdAt),
        taskEndedAt: BigInt(fields.taskEndedAt),
      });
    }
  });

  test("of 551 bytes is refused and one of 600 is read", () => {
    const known = fromHex(vector("info reply").payloadHex);
    expect(() => parseInfo(known.subarray(0, 551))).toThrow("info payload too short: 551 < 552");
    const longer = new Uint8Array(600);
    longer.set(known);
    expect(parseInfo(longer).cmd).toBe("bash -l");
  });

  test("cuts long texts at a character border", () => {
    const facts = {
      clientsLen: 0n,
      pid: 1,
      cmd: "x" + "漢".repeat(100),
      cwd: "/" + "é".repeat(200),
      createdAt: 0n,
      taskEndedAt: 0n,
      taskExitCode: 0,
    };
    const read = parseInfo(encodeInfo(facts));
    expect([read.cmdLen, read.cwdLen]).toEqual([256, 255]);
    expect(read.cmd).toBe("x" + "漢".repeat(85));
    expect(read.cwd).toBe("/" + "é".repeat(127));
  });
});

describe("sizes and exit statuses", () => {
  test("a size is u16 rows, u16 cols", () => {
    expect(toHex(encodeSize({ rows: 24, cols: 80 }))).toBe("18005000");
    expect(decodeSize(fromHex(vector("init with two trailing pixel fields").payloadHex))).toEqual({
      rows: 24,
      cols: 80,
    });
  });

  test("a size of 3 bytes or with an empty side changes nothing", () => {
    expect(decodeSize(fromHex("180050"))).toBeUndefined();
    expect(decodeSize(encodeSize({ rows: 0, cols: 80 }))).toBeUndefined();
    expect(decodeSize(encodeSize({ rows: 24, cols: 0 }))).toBeUndefined();
  });

  test("an exit status carries code and signal", () => {
    expect(decodeExit(encodeExit({ code: 3, signal: 0 }))).toEqual({ code: 3, signal: 0 });
    expect(decodeExit(new Uint8Array(1))).toBeUndefined();
    expect(exitCodeOf({ code: 3, signal: 0 })).toBe(3);
    expect(exitCodeOf({ code: 0, signal: 9 })).toBe(137);
  });
});
