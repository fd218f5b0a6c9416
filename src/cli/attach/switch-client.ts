import { isatty } from "node:tty";

import { TsmError } from "../../base/errors.ts";
import { makeHarmless } from "../../base/harmless-text.ts";
import { encodeSwitch, type SwitchRequest } from "../../protocol/switch-request.ts";
import { attachSwitchSequence } from "../../protocol/switch-sequence.ts";
import { Tag } from "../../protocol/tags.ts";
import { decodeUtf8 } from "../../protocol/utf8.ts";
import { REPLY_TIMEOUT_MS } from "../../sessions/wire/connection.ts";
import { quoteName } from "../../sessions/names.ts";
import { connectKnowing } from "../../sessions/wire/known-tags.ts";
import type { OwnSession } from "../../sessions/own-session.ts";
import type { CliContext } from "../command.ts";

/** A client checks that this process has the terminal, so this process must outlive the check. */
const LINGER_MS = 300;

/**
 * Switches the client that shows the session around this process to another session.
 * @throws TsmError if no client can switch.
 */
export async function switchClient(
  context: CliContext,
  inside: OwnSession,
  request: SwitchRequest,
): Promise<void> {
  try {
    const connection = await connectKnowing(context.config, inside.name, Tag.Switch);
    try {
      connection.send(Tag.Switch, encodeSwitch(request));
      const problem = decodeUtf8(await connection.readTag(Tag.Ack, REPLY_TIMEOUT_MS));
      if (problem !== "") throw cannotSwitch(inside, request, problem);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof TsmError) || error.code !== "unsupported") throw error;
    await askInBand(context, inside, request);
  }
}

/** A daemon of another build passes the request on with the output. */
async function askInBand(
  context: CliContext,
  inside: OwnSession,
  request: SwitchRequest,
): Promise<void> {
  if (!isatty(1)) throw cannotSwitch(inside, request, "standard output is not its terminal");
  context.write(attachSwitchSequence(request.target));
  await Bun.sleep(LINGER_MS);
}

function cannotSwitch(inside: OwnSession, { target }: SwitchRequest, reason: string): TsmError {
  const what = `Cannot switch from session ${quoteName(inside.name)} to ${quoteName(target)}`;
  return new TsmError("usage", `${what}: ${makeHarmless(reason)}.`, {
    remedy: "Attach from another terminal.",
  });
}
