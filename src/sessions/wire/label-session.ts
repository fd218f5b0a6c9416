import { TsmError } from "../../base/errors.ts";
import { makeHarmless } from "../../base/harmless-text.ts";
import type { Config } from "../../config/paths.ts";
import { encodeVariables } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import { decodeUtf8 } from "../../protocol/utf8.ts";
import { REPLY_TIMEOUT_MS } from "./connection.ts";
import { decodeLabels, type Labels } from "../labels.ts";
import { quoteName } from "../names.ts";
import { connectKnowing } from "./known-tags.ts";
import { explainConnectError } from "./requests.ts";

/**
 * Changes a session's labels, either all of `changes` or none; an empty value removes a label.
 * Other labels, including concurrent changes to them, are kept.
 * @returns all labels of the session afterwards.
 * @throws SessionNotFoundError; TsmError `unsupported` when its daemon is of a build without labels,
 * `usage` with the daemon's message when it refuses.
 */
export async function labelSession(
  config: Config,
  name: string,
  changes: Labels = {},
): Promise<Labels> {
  const connection = await connectKnowing(config, name, Tag.Labels);
  try {
    connection.send(Tag.Labels, encodeVariables(changes));
    const { tag, payload } = await connection.readUntil(
      (message) => message.tag === Tag.Labels || message.tag === Tag.Ack,
      REPLY_TIMEOUT_MS,
    );
    if (tag === Tag.Ack) throw refusal(name, decodeUtf8(payload));
    return decodeLabels(payload);
  } catch (error) {
    throw explainConnectError(name, error);
  } finally {
    connection.close();
  }
}

function refusal(name: string, reason: string): TsmError {
  return new TsmError(
    "usage",
    `Session ${quoteName(name)} refuses these labels: ${makeHarmless(reason)}`,
    {
      remedy: "Remove others before, with 'tsm label NAME KEY='.",
    },
  );
}
