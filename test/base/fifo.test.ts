import { expect, test } from "bun:test";

import { Fifo } from "../../src/base/fifo.ts";
import { countMoves } from "./count-moves.ts";

test("entries come out in the order in which they went in, whatever comes between", () => {
  const queue = new Fifo<number>();
  const expected: number[] = [];
  let seed = 7;
  for (let step = 0; step < 20_000; step++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const kind = (seed >> 8) % 8;
    if (kind < 4) {
      queue.push(step);
      expected.push(step);
    } else if (kind < 6) expect(queue.shift()).toBe(expected.shift());
    else if (kind === 6) expect(queue.pop()).toBe(expected.pop());
    else if (expected.length > 0) {
      queue.replaceLast(-step);
      expected[expected.length - 1] = -step;
    }
    if (step % 5000 === 4999) {
      queue.clear();
      expected.length = 0;
    }
    expect([queue.length, queue.first, queue.last]).toEqual([
      expected.length,
      expected[0],
      expected.at(-1),
    ]);
    if (step % 100 === 0) expect([...queue]).toEqual(expected);
  }
});

test("a long queue is emptied in as many steps as it has entries", () => {
  const queue = new Fifo<number>();
  const count = 100_000;
  for (let entry = 0; entry < count; entry++) queue.push(entry);
  const moves = countMoves(() => {
    for (let entry = 0; entry < count; entry++) queue.shift();
  });
  expect(queue.length).toBe(0);
  expect(moves).toBeLessThanOrEqual(count);
});
