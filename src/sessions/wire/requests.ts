import { TsmError } from "../../base/errors.ts";
import { explainErrno } from "../../base/system-errors.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { decodeAttention, type AttentionFacts } from "../../protocol/attention.ts";
import { INFO_SIZE, parseInfo, type InfoPayload } from "../../protocol/info.ts";
import { Tag } from "../../protocol/tags.ts";
import { decodeUtf8, encodeUtf8 } from "../../protocol/utf8.ts";
import { CONNECT_TIMEOUT_MS, REPLY_TIMEOUT_MS } from "./connection.ts";
import { checkSocketDir } from "../files/directory.ts";
import { decodeLabels, type Labels } from "../labels.ts";
import { hiddenNames, recallHidden } from "../files/hidden.ts";
import {
  quoteName,
  validateSessionAddress,
  validateSessionName,
  type SessionName,
} from "../names.ts";
import { placeOf, placesOf } from "../files/places.ts";
import { SessionConnection } from "./session-connection.ts";
import { isSocket, isTaken } from "../files/socket-files.ts";

/** A daemon gives its processes 500 ms to end when killed; on a loaded machine it takes longer. */
const CLOSE_TIMEOUT_MS = 5000;

/** The error when no session has the given name. */
export class SessionNotFoundError extends TsmError {
  override readonly name = "SessionNotFoundError";

  constructor(session: string) {
    super("not-found", `session not found: ${quoteName(session)}`, {
      remedy: "Run 'tsm ls' to list sessions.",
    });
  }
}

/**
 * Connects to a session's daemon.
 * @throws SessionNotFoundError, or a TsmError whose remedy fits the failure.
 */
export async function connectSession(config: Config, name: string): Promise<SessionConnection> {
  const path = await requireSocket(config, name);
  try {
    return await SessionConnection.open(path);
  } catch (error) {
    throw explainConnectError(name, error);
  }
}

/**
 * Path of an existing session's socket, in any place. If the socket file was removed, the daemon is
 * made to create it again.
 * @throws SessionNotFoundError, or another TsmError.
 */
export async function requireSocket(config: Config, session: string): Promise<string> {
  const name = validateSessionAddress(session);
  const place = placeOf(config, name);
  checkSocketDir(place);
  const path = socketPath(place, name);
  if (isSocket(path)) return path;
  if (!isTaken(path)) return await recallSocket(config, name);
  throw new TsmError("not-a-socket", `${path} is not a socket`, {
    remedy: "Run 'tsm doctor', or remove that file.",
  });
}

async function recallSocket(config: Config, name: SessionName): Promise<string> {
  for (const place of placesOf(config)) {
    const isHidden =
      hiddenNames(place).includes(name) && (await recallHidden(place)).includes(name);
    if (isSocket(socketPath(place, name))) return socketPath(place, name);
    if (isHidden) throw explainConnectError(name, new TsmError("unreachable", "no socket"));
  }
  throw new SessionNotFoundError(name);
}

/** The same failure, with a message about the session instead of the socket. */
export function explainConnectError(name: string, error: unknown): unknown {
  if (!(error instanceof TsmError)) return error;
  switch (error.code) {
    case "not-found":
      return new SessionNotFoundError(name);
    case "refused":
      return new TsmError("refused", `the daemon of session ${quoteName(name)} is gone`, {
        remedy: "Run 'tsm doctor clean-stale': it removes what dead sessions leave.",
        cause: error,
      });
    case "unreachable":
      return new TsmError("unreachable", `session ${quoteName(name)} does not answer`, {
        remedy: `It may be busy, or stopped: run 'tsm debug session ${name}', or try again.`,
        cause: error,
      });
    default:
      return error;
  }
}

/** Limit for a Labels payload. A probe keeps no payload of messages that it does not request. */
const MAX_LABELS_BYTES = 128 * 1024;

function openProbe(path: string): Promise<SessionConnection> {
  return SessionConnection.open(path, CONNECT_TIMEOUT_MS, (tag) => {
    if (tag === Tag.Labels) return { maxBytes: MAX_LABELS_BYTES };
    return { maxBytes: tag === Tag.Info || tag === Tag.Attention ? INFO_SIZE : 0 };
  });
}

/** Asks a daemon for its facts, with a timeout of a second for each step. */
export async function probeSession(path: string): Promise<InfoPayload> {
  const connection = await openProbe(path);
  try {
    connection.send(Tag.Info);
    return parseInfo(await connection.readTag(Tag.Info, REPLY_TIMEOUT_MS));
  } finally {
    connection.close();
  }
}

/** What a daemon reports about its session for a list. */
export interface SessionProbe {
  info: InfoPayload;
  /** Undefined from a daemon of another build, which does not know the request. */
  attention: AttentionFacts | undefined;
  /** Empty from a daemon of another build. */
  labels: Labels;
}

/**
 * Asks a daemon for everything that a list shows. Answers come in the order of the requests, so the
 * last one shows which of the others were answered: a missing answer costs no waiting.
 */
export async function probeForList(path: string): Promise<SessionProbe> {
  const connection = await openProbe(path);
  try {
    connection.ask([Tag.Attention, Tag.Labels, Tag.Info]);
    let attention: AttentionFacts | undefined;
    let labels: Labels = {};
    const { payload } = await connection.readUntil((message) => {
      if (message.tag === Tag.Attention) attention = decodeAttention(message.payload);
      if (message.tag === Tag.Labels) labels = decodeLabels(message.payload);
      return message.tag === Tag.Info;
    }, REPLY_TIMEOUT_MS);
    return { info: parseInfo(payload), attention, labels };
  } finally {
    connection.close();
  }
}

/** Ends a session's processes and its daemon; resolves when they are gone. */
export function killSession(config: Config, name: string): Promise<void> {
  return sendUntilClosed(config, name, Tag.Kill);
}

/** Detaches every client of a session. */
export function detachSession(config: Config, name: string): Promise<void> {
  return sendUntilClosed(config, name, Tag.DetachAll);
}

async function sendUntilClosed(config: Config, name: string, tag: Tag): Promise<void> {
  const connection = await connectSession(config, name);
  try {
    connection.send(tag);
    await connection.untilClosed(CLOSE_TIMEOUT_MS);
  } catch (error) {
    throw explainConnectError(name, error);
  } finally {
    connection.close();
  }
}

/** Renames a session. @throws TsmError with the daemon's message when it refuses. */
export async function renameSession(
  config: Config,
  oldName: string,
  newName: string,
): Promise<void> {
  const name = validateSessionName(newName, config);
  const connection = await connectSession(config, oldName);
  try {
    connection.send(Tag.Rename, encodeUtf8(name));
    const answer = decodeUtf8(await connection.readTag(Tag.Ack, CLOSE_TIMEOUT_MS));
    if (answer === "") return;
    throw renameRefusal(answer);
  } catch (error) {
    throw explainConnectError(oldName, error);
  } finally {
    connection.close();
  }
}

/** @param reason the daemon's message; one caused by a system error ends with the errno. */
function renameRefusal(reason: string): TsmError {
  const errno = /: (E[A-Z0-9]+)$/.exec(reason)?.[1] ?? "";
  const problem = explainErrno(errno);
  if (problem === undefined) {
    return new TsmError("exists", reason, { remedy: "Choose another name." });
  }
  const { fact, remedy } = problem;
  return new TsmError("io", reason.slice(0, -errno.length) + fact, { remedy });
}
