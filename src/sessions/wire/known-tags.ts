import { TsmError } from "../../base/errors.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { Tag, tagName } from "../../protocol/tags.ts";
import { REPLY_TIMEOUT_MS } from "./connection.ts";
import { connectSession, explainConnectError, SessionNotFoundError } from "./requests.ts";
import type { SessionConnection } from "./session-connection.ts";
import { placeOf } from "../files/places.ts";
import { isSocket } from "../files/socket-files.ts";

/**
 * Connects to a session's daemon, and makes sure that it knows a tag of our own before it is asked
 * something that another build would never answer. The caller closes the connection.
 * @throws TsmError `unsupported` when it does not; as {@link connectSession} when it is not there,
 * or silent.
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
    // It may have ended between two messages.
    if (!isSocket(socketPath(placeOf(config, name), name))) throw new SessionNotFoundError(name);
    throw explainConnectError(name, error);
  }
  connection.close();
  throw new TsmError("unsupported", "its daemon is of another build, which does not know how", {
    remedy: `It does not know the message ${tagName(tag)}: end that session and create it again.`,
  });
}

/**
 * The own tags that a session's daemon knows; none when it is of another build.
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

/** Answers come in the order of the questions, and every build answers Info. */
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
