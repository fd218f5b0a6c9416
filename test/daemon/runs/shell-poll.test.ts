import { afterEach, beforeEach, expect, jest, test } from "bun:test";

import { ShellPoll, type ShellWait } from "../../../src/daemon/runs/shell-poll.ts";
import type { ShellState } from "../../../src/daemon/terminal/shell-state.ts";

const BUSY: ShellState = { kind: "busy", reason: "its shell runs vim" };
const SOON: ShellState = { kind: "soon", reason: "its shell draws its prompt" };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Waits for `SOON`, and records what is reported. */
class Waiting {
  state = BUSY;
  polls = 0;
  readonly events: string[] = [];
  readonly poll = new ShellPoll({
    state: () => {
      this.polls++;
      return this.state;
    },
  });

  wait(settleMs: number, continues = true): ShellWait<ShellState> {
    return {
      isThere: (state): state is ShellState => state.kind === "soon",
      settleMs,
      onThere: () => this.events.push("there"),
      onElsewhere: () => continues,
    };
  }
}

test("a state that need not settle is reported by the first poll, which is made at once", () => {
  const waiting = new Waiting();
  waiting.state = SOON;
  waiting.poll.start(waiting.wait(0));
  expect(waiting.events).toEqual(["there"]);
  expect(jest.getTimerCount()).toBe(0);
});

test("a wait that does not continue ends without a timer", () => {
  const waiting = new Waiting();
  waiting.poll.start(waiting.wait(0, false));
  expect([waiting.polls, jest.getTimerCount()]).toEqual([1, 0]);
});

test("a new wait replaces the one before, and a stopped one is never reported", () => {
  const waiting = new Waiting();
  waiting.poll.start(waiting.wait(0), 50);
  waiting.poll.start(waiting.wait(0), 50);
  expect(jest.getTimerCount()).toBe(1);
  waiting.poll.stop();
  expect(jest.getTimerCount()).toBe(0);
  expect(waiting.polls).toBe(0);
});

test("a state that must settle is reported when it was seen for so long without a break", () => {
  const waiting = new Waiting();
  waiting.poll.start(waiting.wait(100));
  jest.advanceTimersByTime(200);
  waiting.state = SOON;
  jest.advanceTimersByTime(90);
  waiting.state = BUSY;
  jest.advanceTimersByTime(60);
  waiting.state = SOON;
  jest.advanceTimersByTime(90);
  expect(waiting.events).toEqual([]);
  jest.advanceTimersByTime(150);
  expect(waiting.events).toEqual(["there"]);
  expect(jest.getTimerCount()).toBe(0);
});
