import { readSync } from "node:fs";

import { errnoOf } from "../../base/errors.ts";
import { InputTokenizer } from "../../input/tokenizer.ts";
import { loadLibc } from "../../system/system-calls.ts";

/** Asks for a terminal's attributes (DA1), which each tells; what it was asked before, it tells first. */
export const LAST_QUESTION = "\x1b[c";
const ANSWER = /^\x1b\[\?[\d;]*c$/;

/** A terminal that has not answered by then does not: its user waits meanwhile. */
const LAST_ANSWER_MS = 300;
const ANSWER_MS = 150;
const CHECK_MS = 1;

/**
 * Drops what comes from a terminal until it has answered {@link LAST_QUESTION}, or is silent for too
 * long: reports and late answers are not for the next reader. Nothing is read that stands behind
 * the answer.
 * @param answers how many such questions it has been asked and not answered.
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

/** Hands over what comes from a terminal for a moment, or until `take` says that it has all. */
export function readAnswers(fd: number, take: (bytes: Uint8Array) => boolean): void {
  readBytes(fd, ANSWER_MS, (byte) => !take(Uint8Array.from(byte)));
}

/** Reads byte by byte, without the event loop, until `goesOn` says no. */
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
