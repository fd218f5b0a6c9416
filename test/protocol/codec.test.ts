import { describe, expect, test } from "bun:test";

import wire from "../fixtures/wire.json";
import { FrameDecoder } from "../../src/protocol/decoder.ts";
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

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const vector = (name: string): (typeof wire.messages)[number] => {
  const found = wire.messages.find((message) => message.name === name);
  if (found === undefined) throw new Error(`no vector named ${name}`);
  return found;
};

interface Received {
  tag: number;
  hex: string;
}

/** Nothing of an earlier message is left: the next one is read from its first byte. */
function expectBetweenMessages(decoder: FrameDecoder): void {
  const tags: number[] = [];
  decoder.push(marshalMessage(9), (tag) => tags.push(tag));
  expect(tags).toEqual([9]);
}

/** Feeds a stream in pieces that end at the given offsets. */
function decode(stream: Uint8Array, cuts: readonly number[]): Received[] {
  const decoder = new FrameDecoder();
  const received: Received[] = [];
  let from = 0;
  for (const to of [...cuts, stream.byteLength]) {
    decoder.push(stream.slice(from, to), (tag, payload) =>
      received.push({ tag, hex: toHex(payload) }),
    );
    from = to;
  }
  expectBetweenMessages(decoder);
  return received;
}

/** A small seeded generator, so that a failure can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

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

describe("the decoder", () => {
  const stream = fromHex(wire.messages.map((message) => message.messageHex).join(""));
  const expected = wire.messages.map(({ tag, payloadHex }) => ({ tag, hex: payloadHex }));

  test("accepts a cut at every byte of the stream", () => {
    for (let cut = 0; cut <= stream.byteLength; cut++) {
      expect(decode(stream, [cut])).toEqual(expected);
    }
  });

  test("accepts a stream that comes byte by byte", () => {
    expect(
      decode(
        stream,
        Array.from({ length: stream.byteLength }, (_, i) => i),
      ),
    ).toEqual(expected);
  });

  test("accepts random cuts", () => {
    const random = seededRandom(7);
    for (let round = 0; round < 500; round++) {
      const cuts = Array.from({ length: 1 + Math.floor(random() * 12) }, () =>
        Math.floor(random() * stream.byteLength),
      ).sort((a, b) => a - b);
      expect(decode(stream, cuts)).toEqual(expected);
    }
  });

  test("accepts a payload of exactly 16 MiB that comes in pieces", () => {
    const decoder = new FrameDecoder();
    const lengths: number[] = [];
    decoder.push(fromHex(wire.limit.headerHex), () => lengths.push(-1));
    const piece = new Uint8Array(1024 * 1024).fill(7);
    for (let i = 0; i < 16; i++) {
      decoder.push(piece, (_, payload) =>
        lengths.push(payload.byteLength, payload[0] ?? 0, payload.at(-1) ?? 0),
      );
    }
    expect(lengths).toEqual([MAX_PAYLOAD_SIZE, 7, 7]);
  });

  test("takes no more after a no, and goes on from there later", () => {
    const stream = Buffer.concat([
      marshalMessage(1, Buffer.from("one")),
      marshalMessage(2),
      marshalMessage(1, Buffer.from("three")),
    ]);
    for (let cut = 0; cut <= stream.byteLength; cut++) {
      const decoder = new FrameDecoder();
      const received: string[] = [];
      const onMessage = (tag: number, payload: Uint8Array): void => {
        received.push(`${tag} ${Buffer.from(payload).toString()}`);
      };
      let rest: Uint8Array = Buffer.alloc(0);
      let refusals = 0;
      for (const chunk of [stream.subarray(0, cut), stream.subarray(cut)]) {
        rest = Buffer.concat([rest, chunk]);
        rest = rest.subarray(decoder.push(rest, onMessage, (tag) => tag === 1));
        if (decoder.isRefused) refusals++;
      }
      expect(received).toEqual(["1 one"]);
      expect(refusals).toBeGreaterThan(0);
      expect(decoder.push(rest, onMessage)).toBe(rest.byteLength);
      expect(received).toEqual(["1 one", "2 ", "1 three"]);
      expect(decoder.isRefused).toBe(false);
      expectBetweenMessages(decoder);
    }
  });

  test("keeps no more of a payload than is asked for, or hands it over as it comes", () => {
    const limits = [{ maxBytes: 0 }, { maxBytes: 3 }, { maxBytes: 4, isStream: true }];
    const stream = Buffer.concat([
      marshalMessage(0, Buffer.alloc(1000)),
      marshalMessage(1, Buffer.from("12345")),
      marshalMessage(2, Buffer.from("abcdefghij")),
      marshalMessage(2, Buffer.from("klmn")),
      marshalMessage(2),
      marshalMessage(1, Buffer.from("12")),
    ]);
    for (const size of [1, 2, 7, 100, stream.byteLength]) {
      const decoder = new FrameDecoder((tag) => limits[tag] ?? { maxBytes: 0 });
      const received: string[] = [];
      for (let at = 0; at < stream.byteLength; at += size) {
        decoder.push(stream.subarray(at, at + size), (tag, payload) => {
          received.push(`${tag} ${Buffer.from(payload).toString()}`);
        });
        expect(decoder.gatheredBytes).toBeLessThanOrEqual(4);
      }
      const isLong = (message: string): boolean => /^2 [a-j]/.test(message);
      expect(received.filter((message) => !isLong(message))).toEqual([
        "0 ",
        "1 123",
        "2 klmn",
        "2 ",
        "1 12",
      ]);
      const parts = received.filter(isLong).map((message) => message.slice(2));
      expect(parts.join("")).toBe("abcdefghij");
      expectBetweenMessages(decoder);
    }
  });

  test("hands over a stream in parts that are not long, however long its message is", () => {
    const decoder = new FrameDecoder(() => ({ maxBytes: 10, isStream: true }));
    const parts: number[] = [];
    const message = marshalMessage(0, new Uint8Array(1_000_000));
    decoder.push(message, (_, payload) => void parts.push(payload.byteLength));
    expect(Math.max(...parts)).toBeLessThanOrEqual(64 * 1024);
    expect(parts.reduce((sum, length) => sum + length, 0)).toBe(1_000_000);
    expectBetweenMessages(decoder);
  });

  test("refuses a longer announced length as soon as the header is there", () => {
    for (const { hex } of wire.invalid.filter(({ name }) => name.startsWith("payload length"))) {
      const decoder = new FrameDecoder();
      expect(() => decoder.push(fromHex(hex), () => {})).toThrow(/payload too long/);
    }
  });

  test("survives random bytes: it throws the frame error or waits", () => {
    const random = seededRandom(11);
    for (let round = 0; round < 300; round++) {
      const decoder = new FrameDecoder();
      const noise = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256));
      try {
        decoder.push(noise, (_, payload) => expect(payload.byteLength).toBeLessThan(400));
      } catch (error) {
        expect(String(error)).toContain("payload too long");
      }
    }
  });
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
