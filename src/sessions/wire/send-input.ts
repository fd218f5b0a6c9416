import { TsmError } from "../../base/errors.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { parseInfo } from "../../protocol/info.ts";
import { Tag } from "../../protocol/tags.ts";
import { quoteName } from "../names.ts";
import { connectSession, explainConnectError } from "./requests.ts";
import { placeOf } from "../files/places.ts";
import { isSocket } from "../files/socket-files.ts";

/** Largest payload of one Input frame. */
const FRAME_BYTES = 64 * 1024;
/** A sender of more than the daemon buffers has to wait while the program reads no input. */
const TAKEN_TIMEOUT_MS = 10_000;

/**
 * Types bytes into a session; resolves when its daemon has accepted all of them. Every build
 * supports this.
 * @throws TsmError when the daemon cannot be reached, or has not accepted the input in time.
 */
export async function sendInput(config: Config, name: string, input: Uint8Array): Promise<void> {
  const connection = await connectSession(config, name);
  try {
    for (let from = 0; from < input.byteLength; from += FRAME_BYTES) {
      connection.send(Tag.Input, input.subarray(from, from + FRAME_BYTES));
    }
    // Answered once the daemon has accepted all input sent before.
    connection.send(Tag.Info);
    const { taskEndedAt } = parseInfo(await connection.readTag(Tag.Info, TAKEN_TIMEOUT_MS));
    if (taskEndedAt === 0n) return;
    throw new TsmError("ended", `The command of session ${quoteName(name)} has ended.`, {
      remedy: `Nothing reads there any more: see 'tsm history ${name}', or 'tsm kill ${name}'.`,
    });
  } catch (error) {
    // The input may have ended the session: then no daemon is left to answer.
    if (error instanceof TsmError && !isSocket(socketPath(placeOf(config, name), name))) return;
    throw explainConnectError(name, error);
  } finally {
    connection.close();
  }
}
