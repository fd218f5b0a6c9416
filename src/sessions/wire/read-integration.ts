import type { Config } from "../../config/paths.ts";
import { decodeIntegration, type IntegrationState } from "../../protocol/integration.ts";
import { Tag } from "../../protocol/tags.ts";
import { REPLY_TIMEOUT_MS } from "./connection.ts";
import { connectSession } from "./requests.ts";

/**
 * Whether a session's shell reports its prompts; undefined when the daemon is of a build that does
 * not report this.
 * @throws TsmError as {@link connectSession}, and when the daemon does not answer.
 */
export async function readIntegration(
  config: Config,
  name: string,
): Promise<IntegrationState | undefined> {
  const connection = await connectSession(config, name);
  try {
    // Answers come in the order of the requests, and every build answers the second one.
    connection.send(Tag.Integration);
    connection.send(Tag.Info);
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- message by message
      const { tag, payload } = await connection.read(REPLY_TIMEOUT_MS);
      if (tag === Tag.Integration) return decodeIntegration(payload);
      if (tag === Tag.Info) return undefined;
    }
  } finally {
    connection.close();
  }
}

/** Describes the state of a shell's integration for users. */
export function describeIntegration(state: IntegrationState): string {
  switch (state.kind) {
    case "none":
      return "none for this program";
    case "starting":
      return "no prompt reported yet";
    case "works":
      return `works, last prompt reported ${timeOf(state.lastMs)}`;
    case "never":
      return state.problem === ""
        ? "never came"
        : `never came: ${state.problem.replace(/\p{Cc}/gu, "?")}`;
    case "lost":
      return `lost, last prompt reported ${timeOf(state.lastMs)}`;
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
