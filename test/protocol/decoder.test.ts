import { describe, expect, test } from "bun:test";
import wire from "../fixtures/wire.json";
import { FrameDecoder } from "../../src/protocol/decoder.ts";
import { MAX_PAYLOAD_SIZE, marshalMessage } from "../../src/protocol/frame.ts";
import { decode, expectBetweenMessages, fromHex } from "./decode-stream.ts";

/** A small seeded generator, so that a failure can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

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

  test("handles no more after a refusal, and continues from there later", () => {
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
