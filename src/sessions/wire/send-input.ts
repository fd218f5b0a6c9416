import { TsmError } from "../../base/errors.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { parseInfo } from "../../protocol/info.ts";
import { Tag } from "../../protocol/tags.ts";
import { quoteName } from "../names.ts";
import { connectSession, explainConnectError } from "./requests.ts";
import { placeOf } from "../files/places.ts";
import { isSocket } from "../files/socket-files.ts";

/** Input is sent in frames of at most this. */
const FRAME_BYTES = 64 * 1024;
/** A program that does not read its input holds up whoever sends more than the daemon keeps. */
const TAKEN_TIMEOUT_MS = 10_000;

/**
 * Types bytes into a session; resolves when its daemon has taken all of them. Every build knows how.
 * @throws TsmError when it cannot be reached, or takes none for seconds.
 */
export async function sendInput(config: Config, name: string, input: Uint8Array): Promise<void> {
  const connection = await connectSession(config, name);
  try {
    for (let from = 0; from < input.byteLength; from += FRAME_BYTES) {
      connection.send(Tag.Input, input.subarray(from, from + FRAME_BYTES));
    }
    // Answered when all that was sent before has been taken.
    connection.send(Tag.Info);
    const { taskEndedAt } = parseInfo(await connection.readTag(Tag.Info, TAKEN_TIMEOUT_MS));
    if (taskEndedAt === 0n) return;
    throw new TsmError("ended", `The command of session ${quoteName(name)} has ended.`, {
      remedy: `Nothing reads there any more: see 'tsm history ${name}', or 'tsm kill ${name}'.`,
    });
  } catch (error) {
    // What was typed may have ended the session: then nobody is left to answer.
    if (error instanceof TsmError && !isSocket(socketPath(placeOf(config, name), name))) return;
    throw explainConnectError(name, error);
  } finally {
    connection.close();
  }
}
