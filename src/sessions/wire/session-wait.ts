import { TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { Tag } from "../../protocol/tags.ts";
import { decodeWaitEnd, encodeWaitRequest, type WaitEnd } from "../../protocol/wait.ts";
import { connectKnowing } from "./known-tags.ts";
import { lostDaemon } from "./watch.ts";

/**
 * Waits for the end of a session's current (or last unreported) run command; without one, for the
 * end of the session's own command. A session held for that end is then removed, unless `keeps`.
 * @throws TsmError when the session cannot be reached, or its daemon is lost or does not support
 * waiting.
 */
export async function waitForEnd(
  config: Config,
  name: string,
  how: { signal: AbortSignal; keeps: boolean },
): Promise<WaitEnd> {
  const { signal, keeps } = how;
  const connection = await connectKnowing(config, name, Tag.Wait);
  const onAbort = (): void => connection.close();
  try {
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    connection.send(Tag.Wait, encodeWaitRequest({ keeps }));
    const end = decodeWaitEnd(
      await connection.readTag(Tag.Wait, 0).catch((error: unknown) => {
        throw lostDaemon(name, error);
      }),
    );
    if (end === undefined) throw new TsmError("bad-frame", "answer to Wait too short");
    return end;
  } finally {
    signal.removeEventListener("abort", onAbort);
    connection.close();
  }
}
