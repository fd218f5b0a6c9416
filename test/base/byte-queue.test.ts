import { describe, expect, test } from "bun:test";

import { ByteQueue } from "../../src/base/byte-queue.ts";
import { countMoves } from "./count-moves.ts";

/** A reader that accepts `room` bytes, and no more until it has room again. */
class NarrowReader {
  room = 0;
  calls = 0;
  readonly accepted: number[] = [];

  readonly write = (bytes: Uint8Array): number => {
    this.calls++;
    if (this.room === 0) return -1;
    const part = bytes.subarray(0, this.room);
    this.room -= part.byteLength;
    this.accepted.push(...part);
    return part.byteLength;
  };
}

const bytesOf = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (from + at) & 0xff);

function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state >> 8;
  }
}

describe("a byte queue", () => {
  test("copies also what is a Buffer, whose slice() shares its memory", () => {
    for (const length of [10, 9000]) {
      const queue = new ByteQueue();
      const lent = Buffer.alloc(length, 1);
      queue.pushCopy(lent);
      queue.pushCopy(lent);
      lent.fill(2);
      expect(queue.copyFirst(2 * length)).toEqual(new Uint8Array(2 * length).fill(1));
    }
  });

  test("keeps every byte in order over random pushes, partial writes and cuts", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const numbers = randomNumbers(seed);
      const random = (below: number): number => numbers.next().value % below;
      const [queue, reader, waiting] = [new ByteQueue(), new NarrowReader(), [] as number[]];
      const written: number[] = [];
      for (let step = 0; step < 2000; step++) {
        const bytes = bytesOf(random(256), random(random(20) === 0 ? 9000 : 30));
        switch (random(8)) {
          case 0:
          case 1:
            queue.push(bytes);
            waiting.push(...bytes);
            break;
          case 2:
          case 3:
            queue.pushCopy(bytes);
            waiting.push(...bytes);
            bytes.fill(0); // its owner uses the memory again
            break;
          case 4:
            queue.skip(bytes.byteLength);
            waiting.splice(0, bytes.byteLength);
            break;
          case 5:
            queue.truncate(Math.max(0, queue.byteLength - bytes.byteLength));
            waiting.splice(Math.max(0, waiting.length - bytes.byteLength));
            break;
          case 6:
            expect([...queue.copyFirst(bytes.byteLength)]).toEqual(
              waiting.slice(0, bytes.byteLength),
            );
            break;
          default:
            reader.room = bytes.byteLength;
            expect(queue.flush(reader.write)).toBe(Math.min(bytes.byteLength, waiting.length));
            written.push(...waiting.splice(0, bytes.byteLength));
        }
        expect(queue.byteLength).toBe(waiting.length);
        expect(queue.isEmpty).toBe(waiting.length === 0);
        expect(queue.first?.[0]).toBe(waiting[0]);
      }
      expect([...queue.copyFirst(Infinity)]).toEqual(waiting);
      expect(reader.accepted).toEqual(written);
    }
  });

  test("stops at a reader that is full or closed, and continues where it stopped", () => {
    const [queue, reader] = [new ByteQueue(), new NarrowReader()];
    queue.push(bytesOf(0, 5));
    queue.push(bytesOf(5, 5));
    expect(queue.flush(() => 0)).toBe(0);
    expect(queue.flush(() => -1)).toBe(0);
    reader.room = 7;
    expect(queue.flush(reader.write)).toBe(7);
    expect(reader.calls).toBe(2); // a piece that is accepted in part is the last one tried
    expect(queue.first).toEqual(bytesOf(7, 3));
    reader.room = 7;
    expect(queue.flush(reader.write)).toBe(3);
    expect(queue.first).toBeUndefined();
    expect(reader.accepted).toEqual([...bytesOf(0, 10)]);
  });

  test("holds and accepts nothing once it is closed", () => {
    const [queue, reader] = [new ByteQueue(), new NarrowReader()];
    queue.push(bytesOf(0, 10));
    queue.skip(3);
    queue.close();
    queue.push(bytesOf(0, 10));
    queue.pushCopy(bytesOf(0, 10));
    reader.room = 100;
    expect(queue.flush(reader.write)).toBe(0);
    expect([queue.byteLength, queue.isClosed, queue.first]).toEqual([0, true, undefined]);
  });

  test("is used again after it was cleared in the middle of a piece", () => {
    const [queue, reader] = [new ByteQueue(), new NarrowReader()];
    queue.push(bytesOf(0, 10));
    queue.skip(4);
    queue.clear();
    queue.pushCopy(bytesOf(20, 3));
    queue.pushCopy(bytesOf(23, 3));
    reader.room = 100;
    queue.flush(reader.write);
    expect(reader.accepted).toEqual([...bytesOf(20, 6)]);
  });

  test("gathers small copies, so that a bound in bytes is one in memory", () => {
    const queue = new ByteQueue();
    const count = 64 * 1024;
    for (let at = 0; at < count; at++) queue.pushCopy(bytesOf(at, 1));
    let [pieces, memory] = [0, 0];
    queue.flush((piece) => {
      pieces++;
      memory += piece.buffer.byteLength;
      return piece.byteLength;
    });
    expect(pieces).toBeLessThanOrEqual(count / 4096 + 2);
    expect(memory).toBeLessThanOrEqual(count + 2 * 4096);
  });

  test("costs a step for each piece and each write, however long it is", () => {
    for (const count of [1000, 50_000]) {
      const [queue, reader] = [new ByteQueue(), new NarrowReader()];
      let writes = 0;
      const moves = countMoves(() => {
        for (let at = 0; at < count; at++) queue.push(bytesOf(at, 3));
        while (!queue.isEmpty) {
          reader.room = 2;
          queue.flush(reader.write);
          writes++;
        }
      });
      expect(writes).toBe(Math.ceil((count * 3) / 2));
      expect(reader.calls).toBeLessThanOrEqual(writes * 3);
      expect(moves).toBeLessThanOrEqual(count);
    }
  });
});
