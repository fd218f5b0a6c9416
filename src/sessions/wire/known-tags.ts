import { TsmError } from "../../base/errors.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { Tag, tagName } from "../../protocol/tags.ts";
import { REPLY_TIMEOUT_MS } from "./connection.ts";
import { connectSession, explainConnectError, SessionNotFoundError } from "./requests.ts";
import type { SessionConnection } from "./session-connection.ts";
import { placeOf } from "../files/places.ts";
import { isSocket } from "../files/socket-files.ts";

/**
 * Connects to a session's daemon and checks that it knows one of tsm's own tags, before it is sent
 * a request that another build would never answer. The caller closes the connection.
 * @throws TsmError `unsupported` when the daemon does not know the tag; otherwise as
 * {@link connectSession}, also when the daemon does not answer.
 */
export async function connectKnowing(
  config: Config,
  name: string,
  tag: Tag,
): Promise<SessionConnection> {
  const connection = await connectSession(config, name);
  try {
    if ((await askTags(connection)).includes(tag)) return connection;
  } catch (error) {
    connection.close();
    // The session may have ended between two messages.
    if (!isSocket(socketPath(placeOf(config, name), name))) throw new SessionNotFoundError(name);
    throw explainConnectError(name, error);
  }
  connection.close();
  throw new TsmError("unsupported", "its daemon is of another build, which does not know how", {
    remedy: `It does not know the message ${tagName(tag)}: end that session and create it again.`,
  });
}

/**
 * The tags of tsm's own that a session's daemon knows; empty for a daemon of another build.
 * @throws as {@link connectSession}.
 */
export async function knownTags(config: Config, name: string): Promise<Uint8Array> {
  const connection = await connectSession(config, name);
  try {
    return await askTags(connection);
  } catch (error) {
    throw explainConnectError(name, error);
  } finally {
    connection.close();
  }
}

/** Relies on answers coming in the order of the requests, and on every build answering Info. */
async function askTags(connection: SessionConnection): Promise<Uint8Array> {
  connection.send(Tag.Tags);
  connection.send(Tag.Info);
  let known: Uint8Array = new Uint8Array(0);
  await connection.readUntil((message) => {
    if (message.tag === Tag.Tags) known = message.payload;
    return message.tag === Tag.Info;
  }, REPLY_TIMEOUT_MS);
  return known;
}
