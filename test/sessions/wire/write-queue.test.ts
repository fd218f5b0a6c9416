import { describe, expect, test } from "bun:test";

import {
  WriteQueue,
  type LaterFrame,
  type LaterFrames,
} from "../../../src/sessions/wire/write-queue.ts";

/** A socket that accepts `room` bytes, then no more until its room is increased. */
class NarrowSocket {
  room = 0;
  readonly taken: number[] = [];

  readonly write = (bytes: Uint8Array): number => {
    const part = bytes.subarray(0, this.room);
    this.room -= part.byteLength;
    this.taken.push(...part);
    return part.byteLength;
  };
}

/** Queueing is only visible if the socket accepts nothing at first. */
const full = (): number => 0;

const bytesOf = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (from + i) & 0xff);

describe("a write queue", () => {
  test("sends at once what the socket accepts, and keeps a copy of the rest", () => {
    for (const frame of [bytesOf(0, 10), Buffer.from(bytesOf(0, 10))]) {
      const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
      socket.room = 4;
      expect(queue.send(frame, socket.write)).toBe(4);
      frame.fill(0xff);
      socket.room = 100;
      queue.send(bytesOf(10, 5), socket.write);
      queue.flush(socket.write);
      expect(socket.taken).toEqual([...bytesOf(0, 15)]);
    }
  });

  test("writes nothing of a later frame before the earlier ones", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    queue.send(bytesOf(0, 3), full);
    socket.room = 100;
    expect(queue.send(bytesOf(3, 3), socket.write)).toBe(0);
    queue.flush(socket.write);
    expect(socket.taken).toEqual([...bytesOf(0, 6)]);
  });

  test("writes everything in order, however little the socket accepts at once", () => {
    for (const step of [1, 2, 3, 7, 100]) {
      const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
      for (let frame = 0; frame < 20; frame++) queue.send(bytesOf(frame * 10, 10), full);
      while (queue.byteLength > 0) {
        socket.room = step;
        const before = queue.byteLength;
        const written = queue.flush(socket.write);
        expect(written).toBe(Math.min(step, before));
        expect(queue.byteLength).toBe(before - written);
      }
      expect(socket.taken).toEqual([...bytesOf(0, 200)]);
    }
  });

  test("survives a socket that accepts nothing, or is closed", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    queue.send(bytesOf(0, 3), full);
    expect(queue.flush(() => 0)).toBe(0);
    expect(queue.flush(() => -1)).toBe(0);
    expect(queue.byteLength).toBe(3);
    socket.room = 3;
    expect(queue.flush(socket.write)).toBe(3);
    expect(socket.taken).toEqual([0, 1, 2]);
  });

  test("accepts frames during a flush", () => {
    const [queue, taken] = [new WriteQueue(), [] as number[]];
    queue.send(bytesOf(0, 2), full);
    queue.flush((bytes) => {
      if (taken.length === 0) queue.send(bytesOf(2, 2), full);
      taken.push(...bytes);
      return bytes.byteLength;
    });
    expect(taken).toEqual([0, 1, 2, 3]);
    expect(queue.byteLength).toBe(0);
  });

  test("drops only whole frames: a partly written one is still completed", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    for (let frame = 0; frame < 5; frame++) queue.send(bytesOf(frame * 10, 10), full);
    socket.room = 13;
    queue.flush(socket.write);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 30, isAtBorder: true });
    expect(queue.byteLength).toBe(7);
    queue.send(bytesOf(100, 2), full);
    socket.room = 100;
    queue.flush(socket.write);
    expect(socket.taken).toEqual([...bytesOf(0, 20), 100, 101]);
    expect(queue.byteLength).toBe(0);
  });

  test("drops everything when no frame is partly written, also at a frame border", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    for (let frame = 0; frame < 3; frame++) queue.send(bytesOf(frame * 10, 10), full);
    socket.room = 10;
    queue.flush(socket.write);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 20, isAtBorder: true });
    expect(queue.byteLength).toBe(0);
    expect(queue.flush(socket.write)).toBe(0);
  });

  test("keeps frames up to the first border", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    socket.room = 10;
    queue.send(bytesOf(0, 10), socket.write, false, false);
    for (let frame = 1; frame < 5; frame++) {
      queue.send(bytesOf(frame * 10, 10), socket.write, false, frame >= 2);
    }
    expect(queue.dropBehindBorder()).toEqual({ bytes: 20, isAtBorder: true });
    socket.room = 100;
    queue.flush(socket.write);
    expect(socket.taken).toEqual([...bytesOf(0, 30)]);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 0, isAtBorder: true });
  });

  test("keeps everything without a border", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    socket.room = 3;
    queue.send(bytesOf(0, 10), socket.write, false, false);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 0, isAtBorder: false });
    socket.room = 10;
    queue.flush(socket.write);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 0, isAtBorder: false });
  });

  test("counts bytes correctly over many frames, pushed and written alternately", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    let pushed = 0;
    for (let round = 0; round < 1000; round++) {
      const length = (round * 7) % 13;
      queue.send(bytesOf(pushed, length), full);
      pushed += length;
      socket.room = 6;
      queue.flush(socket.write);
    }
    socket.room = pushed;
    queue.flush(socket.write);
    expect(queue.byteLength).toBe(0);
    expect(socket.taken).toEqual([...bytesOf(0, pushed)]);
  });
});

describe("frames that are made later", () => {
  test("are made only when the socket accepts them, in order with the others", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    const made: number[] = [];
    queue.send(bytesOf(0, 5), full);
    queue.sendLater(laterFrames(5, 4, 10, made));
    queue.send(bytesOf(45, 5), full);
    expect(queue.byteLength).toBe(50);
    expect(queue.heldBytes).toBe(10);
    expect(made).toEqual([]);
    for (const [room, madeThen] of [
      [4, 0],
      [2, 1],
      [10, 2],
      [9, 3],
    ] as const) {
      socket.room = room;
      queue.flush(socket.write);
      expect(made.length).toBe(madeThen);
      expect(queue.byteLength).toBe(50 - socket.taken.length);
    }
    socket.room = 100;
    queue.flush(socket.write);
    expect(socket.taken).toEqual([...bytesOf(0, 50)]);
    expect(queue.isEmpty).toBe(true);
  });

  test("are made in turns, so that other work can run between them", () => {
    const queue = new WriteQueue();
    const made: number[] = [];
    let taken = 0;
    const takeAll = (bytes: Uint8Array): number => {
      taken += bytes.byteLength;
      return bytes.byteLength;
    };
    queue.sendLater(laterFrames(0, 100, 64 * 1024, made));
    let turns = 0;
    do {
      const before = made.length;
      queue.flush(takeAll);
      expect(made.length - before).toBeLessThanOrEqual(4);
      turns++;
    } while (queue.isTurnOver);
    expect(turns).toBe(26);
    expect(taken).toBe(100 * 64 * 1024);
    expect(queue.byteLength).toBe(0);
  });

  test("count with their estimated size until they are made, and never below zero", () => {
    for (const said of [0, 25, 90]) {
      const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
      queue.sendLater({ ...laterFrames(0, 4, 10, []), byteLength: said });
      expect(queue.byteLength).toBe(said);
      expect(queue.isEmpty).toBe(false);
      socket.room = 15;
      queue.flush(socket.write);
      expect(queue.byteLength).toBeGreaterThanOrEqual(queue.heldBytes);
      socket.room = 100;
      queue.flush(socket.write);
      expect(socket.taken).toEqual([...bytesOf(0, 40)]);
      expect(queue.byteLength).toBe(0);
      expect(queue.isEmpty).toBe(true);
    }
  });

  test("are dropped after the first border; those up to it are made first", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    const made: number[] = [];
    queue.sendLater(laterFrames(0, 9, 10, made, (index) => index % 3 === 2));
    queue.send(bytesOf(90, 10), full);
    socket.room = 35;
    queue.flush(socket.write);
    expect(made.length).toBe(4);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 10, isAtBorder: true });
    expect(made.length).toBe(6);
    expect(queue.byteLength).toBe(25);
    socket.room = 100;
    queue.flush(socket.write);
    expect(socket.taken).toEqual([...bytesOf(0, 60)]);
    expect(queue.byteLength).toBe(0);
  });

  test("are all dropped when none is partly written", () => {
    const [queue, made] = [new WriteQueue(), [] as number[]];
    queue.sendLater(laterFrames(0, 9, 10, made));
    queue.send(bytesOf(90, 10), full);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 10, isAtBorder: true });
    expect(queue.byteLength).toBe(0);
    expect(made).toEqual([]);
  });

  test("without a border at their end are followed by what comes to it", () => {
    const [queue, socket] = [new WriteQueue(), new NarrowSocket()];
    queue.sendLater(laterFrames(0, 2, 10, [], () => false));
    queue.send(bytesOf(20, 10), full);
    queue.send(bytesOf(30, 10), full);
    socket.room = 5;
    queue.flush(socket.write);
    expect(queue.dropBehindBorder()).toEqual({ bytes: 10, isAtBorder: true });
    socket.room = 100;
    queue.flush(socket.write);
    expect(socket.taken).toEqual([...bytesOf(0, 30)]);
  });
});

/** Frames of one size, one after the other; `made` gets the index of each when it is made. */
function laterFrames(
  from: number,
  count: number,
  length: number,
  made: number[],
  isBorder: (index: number) => boolean = () => true,
): LaterFrames {
  function* frames(): Generator<LaterFrame, void> {
    for (let index = 0; index < count; index++) {
      made.push(index);
      yield { frame: bytesOf(from + index * length, length), isBorder: isBorder(index) };
    }
  }
  return { frames: frames(), byteLength: count * length };
}
