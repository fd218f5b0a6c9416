import { TsmError } from "../base/errors.ts";
import { decodeUtf8, encodeUtf8Within } from "./utf8.ts";

/** Size of an Info reply. Frozen wire shape: a C struct on 64-bit platforms; do not add fields. */
export const INFO_SIZE = 552;
export const MAX_CMD_LEN = 256;
export const MAX_CWD_LEN = 256;

const OFFSET = {
  clientsLen: 0,
  pid: 8,
  cmdLen: 12,
  cwdLen: 14,
  cmd: 16,
  cwd: 272,
  createdAt: 528,
  taskEndedAt: 536,
  taskExitCode: 544,
} as const;

/** A daemon's facts about its session. */
export interface SessionFacts {
  /** Attached clients. */
  clientsLen: bigint;
  /** The process that runs on the PTY. */
  pid: number;
  /** argv joined by spaces. */
  cmd: string;
  /** Directory in which the session was started. */
  cwd: string;
  /** Unix seconds. */
  createdAt: bigint;
  /** Unix seconds; 0 while the command runs. */
  taskEndedAt: bigint;
  /** The command's exit code; 128 + n after signal n. */
  taskExitCode: number;
}

/** An Info reply as read: the facts, and the two lengths as they were on the wire. */
export interface InfoPayload extends SessionFacts {
  cmdLen: number;
  cwdLen: number;
}

/** Packs facts into the 552 bytes of an Info reply; texts too long are cut at a character border. */
export function encodeInfo(facts: SessionFacts): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(INFO_SIZE);
  const view = new DataView(bytes.buffer);
  const cmd = encodeUtf8Within(facts.cmd, MAX_CMD_LEN);
  const cwd = encodeUtf8Within(facts.cwd, MAX_CWD_LEN);
  view.setBigUint64(OFFSET.clientsLen, facts.clientsLen, true);
  view.setInt32(OFFSET.pid, facts.pid, true);
  view.setUint16(OFFSET.cmdLen, cmd.byteLength, true);
  view.setUint16(OFFSET.cwdLen, cwd.byteLength, true);
  bytes.set(cmd, OFFSET.cmd);
  bytes.set(cwd, OFFSET.cwd);
  view.setBigUint64(OFFSET.createdAt, facts.createdAt, true);
  view.setBigUint64(OFFSET.taskEndedAt, facts.taskEndedAt, true);
  view.setUint8(OFFSET.taskExitCode, facts.taskExitCode);
  return bytes;
}

/**
 * Unpacks an Info reply. Bytes after the known fields are ignored; lengths beyond the fields are
 * clamped, so a hostile daemon cannot make a reader look outside.
 * @throws TsmError `bad-frame` when there are fewer than 552 bytes.
 */
export function parseInfo(bytes: Uint8Array): InfoPayload {
  if (bytes.byteLength < INFO_SIZE) {
    throw new TsmError("bad-frame", `info payload too short: ${bytes.byteLength} < ${INFO_SIZE}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cmdLen = view.getUint16(OFFSET.cmdLen, true);
  const cwdLen = view.getUint16(OFFSET.cwdLen, true);
  const text = (offset: number, length: number): string =>
    decodeUtf8(bytes.subarray(offset, offset + length));
  return {
    clientsLen: view.getBigUint64(OFFSET.clientsLen, true),
    pid: view.getInt32(OFFSET.pid, true),
    cmdLen,
    cwdLen,
    cmd: text(OFFSET.cmd, Math.min(cmdLen, MAX_CMD_LEN)),
    cwd: text(OFFSET.cwd, Math.min(cwdLen, MAX_CWD_LEN)),
    createdAt: view.getBigUint64(OFFSET.createdAt, true),
    taskEndedAt: view.getBigUint64(OFFSET.taskEndedAt, true),
    taskExitCode: view.getUint8(OFFSET.taskExitCode),
  };
}
