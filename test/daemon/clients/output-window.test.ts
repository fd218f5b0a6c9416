import { describe, expect, test } from "bun:test";

import { OutputWindow } from "../../../src/daemon/clients/output-window.ts";

/** A terminal that takes so many bytes a second of a program that prints whenever it may. */
class Terminal {
  readonly window = new OutputWindow();
  nowMs = 0;
  #sent = 0;
  #shown = 0;
  #credit = 0;
  bytesPerSecond: number;

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
    this.window.noteShown(0, 0);
  }

  /** Bytes on their way. */
  get backlog(): number {
    return this.#sent - this.#shown;
  }

  run(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.nowMs++;
      while (!this.window.isFull) this.#print(Math.max(1024, this.window.roomBytes));
      this.#credit += this.bytesPerSecond / 1000;
      const taken = Math.min(Math.floor(this.#credit), this.backlog);
      this.#credit -= taken;
      this.#shown += taken;
      if (taken > 0) this.window.noteShown(this.#shown, this.nowMs);
    }
  }

  #print(bytes: number): void {
    this.#sent += bytes;
    this.window.noteSent(bytes, this.nowMs);
  }
}

describe("the window of output", () => {
  for (const bytesPerSecond of [1000, 10_000, 60_000, 400_000, 2_000_000]) {
    test(`of a terminal that shows ${bytesPerSecond} bytes a second holds at most one second of output`, () => {
      const terminal = new Terminal(bytesPerSecond);
      terminal.run(20_000);
      expect(terminal.backlog).toBeLessThanOrEqual(Math.max(2048, bytesPerSecond));
      expect(terminal.backlog).toBeGreaterThan(0);
    });
  }

  test("grows to a megabyte within some rounds for a terminal that shows it at once", () => {
    const terminal = new Terminal(1_000_000_000);
    terminal.run(20);
    expect(terminal.window.roomBytes + terminal.backlog).toBeGreaterThan(512 * 1024);
  });

  test("follows a terminal that becomes slow, and one that becomes quick", () => {
    const terminal = new Terminal(1_000_000);
    terminal.run(5000);
    terminal.bytesPerSecond = 20_000;
    terminal.run(60_000);
    expect(terminal.backlog).toBeLessThan(20_000);
    terminal.bytesPerSecond = 1_000_000;
    terminal.run(5000);
    expect(terminal.backlog).toBeGreaterThan(100_000);
  });

  test("is not judged by the time in which there was nothing to show", () => {
    const window = new OutputWindow();
    window.noteShown(0, 0);
    for (let i = 1; i < 40; i++) {
      window.noteSent(64 * 1024, i);
      window.noteShown(i * 64 * 1024, i + 0.5);
    }
    const before = window.roomBytes;
    window.noteSent(2 * 1024 * 1024, 60_000);
    expect(window.isFull).toBe(true);
    window.noteShown(39 * 64 * 1024 + 2 * 1024 * 1024, 60_010);
    expect(window.roomBytes).toBeGreaterThanOrEqual(before);
  });

  test("never fills for clients that report nothing", () => {
    const window = new OutputWindow();
    window.noteSent(10_000_000, 0);
    expect([window.isKnown, window.isFull]).toEqual([false, false]);
  });

  test("does not count a state that was sent, but its terminal's silence", () => {
    const window = new OutputWindow();
    window.noteShown(0, 0);
    window.noteSent(1_000_000, 100);
    window.noteState();
    expect(window.isFull).toBe(false);
    expect(window.silentMs(2100)).toBe(2000);
    window.noteShown(1000, 2200);
    expect(window.silentMs(2300)).toBe(100);
    window.noteShown(1_000_000, 2400);
    expect(window.silentMs(9000)).toBe(0);
  });
});
