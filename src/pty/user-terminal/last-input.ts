import { readSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";
import { InputTokenizer } from "../../input/tokenizer.ts";
import { loadLibc } from "../../system/system-calls.ts";

/** Asks for attributes (DA1): every terminal answers, after its answers to earlier questions. */
export const LAST_QUESTION = "\x1b[c";
const ANSWER = /^\x1b\[\?[\d;]*c$/;

/** Longest wait for the answer: the user waits meanwhile. */
const LAST_ANSWER_MS = 300;
const ANSWER_MS = 150;
const CHECK_MS = 1;

/**
 * Drops a terminal's input until it has answered {@link LAST_QUESTION}, or is silent for too long:
 * reports and late answers must not reach the next reader. Reads nothing after the answer.
 * @param answers number of such questions without an answer.
 */
export function dropUntilAnswer(fd: number, answers: number): void {
  const tokens = new InputTokenizer();
  let left = answers;
  readBytes(fd, LAST_ANSWER_MS, (byte) => {
    tokens.push(byte);
    for (let token = tokens.next(); token !== undefined; token = tokens.next()) {
      if (ANSWER.test(Buffer.from(token.bytes).toString("latin1"))) left--;
    }
    return left > 0;
  });
}

/** Passes a terminal's input to `take` for a moment, or until `take` returns true. */
export function readAnswers(fd: number, take: (bytes: Uint8Array) => boolean): void {
  readBytes(fd, ANSWER_MS, (byte) => !take(Uint8Array.from(byte)));
}

/** Reads byte by byte, without the event loop, until `goesOn` returns false. */
function readBytes(fd: number, timeoutMs: number, goesOn: (byte: Buffer) => boolean): void {
  const giveUpAtMs = performance.now() + timeoutMs;
  const byte = Buffer.alloc(1);
  while (performance.now() < giveUpAtMs) {
    if (!loadLibc().isReadable(fd)) {
      if (loadLibc().hasHungUp(fd)) return;
      Bun.sleepSync(CHECK_MS);
    } else if (!readByte(fd, byte) || !goesOn(byte)) return;
  }
}

/** @returns false at the end of the input. */
function readByte(fd: number, byte: Buffer): boolean {
  try {
    return readSync(fd, byte) === 1;
  } catch (error) {
    if (errnoOf(error) !== undefined) return false; // EIO: the terminal is gone
    throw error;
  }
}
