import { currentSession } from "../../config/environment.ts";
import { listSessions } from "../../sessions/list.ts";
import { validateSessionAddress } from "../../sessions/names.ts";
import { SessionNotFoundError } from "../../sessions/wire/requests.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand } from "../command.ts";
import { failure } from "../failure.ts";
import { formatFields } from "../list/format-fields.ts";
import { withDetails } from "../../sessions/session-details.ts";
import { fullName, namePrefix } from "../session-names.ts";
import { asTexts, statusFields } from "../list/status-fields.ts";

const DEFAULT_FORMAT = "{sessions} sessions, {attention} waiting{attention?: }{attentionNames}";

export const statusCommand = defineTsmCommand({
  usage: "tsm status [--format TEXT|--json] [name]",
  description:
    "Prints one line about all sessions and one of them, for prompts and status bars. That " +
    "session is the named one, or else the one you are in. TEXT contains fields in braces. About " +
    "all sessions: {sessions}, {attached}, {agents}, {attention} (counts), {attentionNames}. " +
    "About the session: {agentLine}, {agentShownState} and every field of 'tsm ls --json', such " +
    "as {name}, {clients}, {gitBranchName}, {agentSummary}, {needsAttention}; empty if there is " +
    "no session. {field?text} prints the text unless the field is empty, 0 or false. {{ and }} " +
    "print braces. With --json, all fields are printed as one object; those of the session are " +
    "null if there is none. With TSM_PREFIX, only sessions whose names begin with it are counted.",
  examples: [
    ["tsm status --format '{attention?! }{attentionNames}'", "which sessions need attention"],
    ["tsm status --format '{name} {agentLine}'", "this session and its agent"],
    ["tsm status --format '{agentShownState}' work", "what the agent in work does"],
  ],
  args: {
    name: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "name of the session",
    },
    format: { type: "string", alias: "f", valueHint: "TEXT", description: "what to print" },
    json: { type: "boolean", alias: "j", description: "print all fields as JSON" },
  },
  async run({ name: word, format, json }, context) {
    if (format !== undefined && json === true) {
      throw usageError("--format and --json exclude each other: tsm status [--format TEXT|--json]");
    }
    const name = word === undefined ? undefined : fullName(context, word);
    if (name !== undefined) validateSessionAddress(name, context.config);
    const shown = name ?? currentSession(context.env);
    const prefix = namePrefix(context);
    const isOwn = (it: string): boolean => it.startsWith(prefix);
    const found = await listSessions(context.config, (all) =>
      all.filter((it) => isOwn(it) || it === shown),
    );
    const described = withDetails(found, context);
    const session = described.find((it) => it.name === shown);
    if (name !== undefined && session === undefined) {
      throw failure("show session", name, new SessionNotFoundError(name));
    }
    const own = described.filter((it) => isOwn(it.name));
    const fields = statusFields(own, session, context);
    if (json === true) return context.print(JSON.stringify(fields));
    context.print(formatFields(format ?? DEFAULT_FORMAT, asTexts(fields)));
  },
});
