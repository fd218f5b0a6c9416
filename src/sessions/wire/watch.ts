import { TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { decodeExit, encodeShown, type ExitStatus } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import { decodeUtf8, encodeUtf8 } from "../../protocol/utf8.ts";
import {
  decodeSnapshotHeader,
  encodeWatchRequest,
  type SnapshotHeader,
  type WatchRequest,
} from "../../protocol/watch.ts";
import { REPLY_TIMEOUT_MS } from "./connection.ts";
import { connectSession, explainConnectError } from "./requests.ts";
import { connectKnowing } from "./known-tags.ts";
import { quoteName } from "../names.ts";
import type { SessionConnection } from "./session-connection.ts";

/** Output is yielded in pieces of this size, so that even a very slow reader reports progress. */
const PIECE_BYTES = 8 * 1024;

/** A session's screen and scrollback at one moment, as bytes for a terminal of its size. */
export interface SessionSnapshot extends SnapshotHeader {
  bytes: Uint8Array;
  /**
   * True when a daemon of another build has reported only the text of its screen: no scrollback,
   * size, cursor or title.
   */
  isTextOnly?: boolean;
}

/** Limit for the width of a text-only snapshot: no terminal is wider. */
const MAX_COLS = 2000;

/** An event of a watched session. */
export type WatchEvent =
  /** If requested, the output of the last run command; comes before the first snapshot. */
  | { kind: "run-output"; bytes: Uint8Array }
  /** Comes first, and again when output was left out because the watcher was too slow. */
  | { kind: "snapshot"; snapshot: SessionSnapshot }
  /** Output printed after the last snapshot. */
  | { kind: "output"; bytes: Uint8Array }
  /** The session's command has ended; this is the last event. */
  | { kind: "exit"; exit: ExitStatus };

/**
 * Takes a snapshot of a session, with at most `scrollbackLines` lines from above its screen. From a
 * daemon of another build it has only the text of the screen.
 */
export async function captureSession(
  config: Config,
  name: string,
  scrollbackLines: number,
): Promise<SessionSnapshot> {
  const request = { follows: false, wantsRun: false, scrollbackLines };
  const connection = await openWatch(config, name, request).catch((error: unknown) => {
    if (error instanceof TsmError && error.code === "unsupported") return undefined;
    throw error;
  });
  if (connection === undefined) return await captureText(config, name);
  try {
    return await readSnapshot(connection, await connection.readTag(Tag.Snapshot, REPLY_TIMEOUT_MS));
  } finally {
    connection.close();
  }
}

/** Takes a text-only snapshot: every build answers History with the text of its screen. */
async function captureText(config: Config, name: string): Promise<SessionSnapshot> {
  const connection = await connectSession(config, name);
  try {
    connection.send(Tag.History);
    const text = decodeUtf8(await connection.readTag(Tag.History, REPLY_TIMEOUT_MS));
    const lines = text.split(/\r?\n/);
    const bytes = encodeUtf8(lines.join("\r\n"));
    const cols = lines.reduce((most, line) => Math.max(most, Bun.stringWidth(line)), 1);
    const size = { rows: lines.length, cols: Math.min(cols, MAX_COLS) };
    return { ...size, byteLength: bytes.byteLength, runRow: undefined, bytes, isTextOnly: true };
  } catch (error) {
    throw explainConnectError(name, error);
  } finally {
    connection.close();
  }
}

/**
 * Yields a snapshot of a session, then its live output until the session ends or the caller stops
 * reading. A slow reader slows the program down, and misses output after seconds without a read.
 * @throws TsmError when the session cannot be reached, or its daemon is lost.
 */
export async function* watchSession(
  config: Config,
  name: string,
  scrollbackLines: number,
  wantsRun = false,
): AsyncGenerator<WatchEvent, void> {
  const connection = await openWatch(config, name, { follows: true, wantsRun, scrollbackLines });
  let shownBytes = 0;
  const noteShown = (bytes: number): void => {
    shownBytes += bytes;
    connection.send(Tag.Shown, encodeShown(shownBytes));
  };
  noteShown(0);
  try {
    for (;;) {
      const lost = (error: unknown): never => {
        throw lostDaemon(name, error);
      };
      const { tag, payload } = await connection.read(0).catch(lost);
      if (tag === Tag.Snapshot) {
        const snapshot = await readSnapshot(connection, payload).catch(lost);
        yield { kind: "snapshot", snapshot };
        noteShown(snapshot.bytes.byteLength);
      }
      if (tag === Tag.RunOutput) yield { kind: "run-output", bytes: payload };
      if (tag === Tag.Output) {
        for (let from = 0; from < payload.byteLength; from += PIECE_BYTES) {
          const bytes = payload.subarray(from, from + PIECE_BYTES);
          yield { kind: "output", bytes };
          noteShown(bytes.byteLength); // a caller that asks for the next piece has written this one
        }
      }
      const exit = tag === Tag.Exit ? decodeExit(payload) : undefined;
      if (exit !== undefined) return yield { kind: "exit", exit };
    }
  } finally {
    connection.close();
  }
}

/**
 * The error for a daemon that is gone without reporting its session's end. Sessions that end do
 * report it, but not to clients that have read nothing for seconds.
 */
export function lostDaemon(name: string, cause: unknown): unknown {
  if (!(cause instanceof TsmError)) return cause;
  return new TsmError("lost", `Lost session ${quoteName(name)}: its daemon is gone.`, {
    remedy: "Run 'tsm ls' to see what is left.",
    exitCode: cause.exitCode,
    cause,
  });
}

async function openWatch(
  config: Config,
  name: string,
  request: WatchRequest,
): Promise<SessionConnection> {
  const connection = await connectKnowing(config, name, Tag.Watch);
  connection.send(Tag.Watch, encodeWatchRequest(request));
  return connection;
}

/** Reads the snapshot after its header; another header means that the rest of it was left out. */
async function readSnapshot(
  connection: SessionConnection,
  payload: Uint8Array,
): Promise<SessionSnapshot> {
  const header = decodeSnapshotHeader(payload);
  if (header === undefined) throw new TsmError("bad-frame", "snapshot header too short");
  const parts: Uint8Array[] = [];
  let length = 0;
  do {
    const message = await connection.readUntil(
      ({ tag }) => tag === Tag.Output || tag === Tag.Snapshot,
      REPLY_TIMEOUT_MS,
    );
    if (message.tag === Tag.Snapshot) return await readSnapshot(connection, message.payload);
    parts.push(message.payload);
    length += message.payload.byteLength;
  } while (length < header.byteLength);
  return { ...header, bytes: concatBytes(parts) };
}
