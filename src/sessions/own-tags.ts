import { TsmError } from "../base/errors.ts";
import { Tag, tagName } from "../protocol/tags.ts";
import { REPLY_TIMEOUT_MS } from "./connection.ts";
import type { SessionConnection } from "./session-connection.ts";

/**
 * Makes sure that a daemon knows a tag of our own before it is asked something that another build
 * would never answer. Answers come in the order of the questions, and every build answers Info.
 * @throws TsmError `unsupported` when it does not; `unreachable` when it is silent.
 */
export async function requireTag(connection: SessionConnection, tag: Tag): Promise<void> {
  connection.send(Tag.Tags);
  connection.send(Tag.Info);
  let known: Uint8Array = new Uint8Array(0);
  for (;;) {
    const message = await connection.read(REPLY_TIMEOUT_MS);
    if (message.tag === Tag.Tags) known = message.payload;
    if (message.tag === Tag.Info) break;
  }
  if (known.includes(tag)) return;
  throw new TsmError("unsupported", `its daemon does not know ${tagName(tag)}`, {
    remedy: "It is of another build: end that session and create it anew.",
  });
}
