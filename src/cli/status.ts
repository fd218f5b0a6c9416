import { agentLine, shownState } from "../agents/agent-line.ts";
import { currentSession } from "../config/environment.ts";
import { listSessions } from "../sessions/list.ts";
import { validateSessionName } from "../sessions/names.ts";
import { SessionNotFoundError } from "../sessions/requests.ts";
import { toSessionJson } from "../sessions/session-json.ts";
import { needsAttention, NO_DETAILS, type Session } from "../sessions/session.ts";
import { defineTsmCommand, type CliContext } from "./command.ts";
import { failure } from "./failure.ts";
import { formatFields, type FieldValue } from "./format-fields.ts";
import { withDetails } from "./session-details.ts";

const DEFAULT_FORMAT = "{sessions} sessions, {attention} waiting{attention?: }{attentionNames}";

export const statusCommand = defineTsmCommand({
  usage: "tsm status [--format TEXT] [name]",
  description:
    "Prints one line about all sessions and one of them, for prompts and status bars. The session is " +
    "the named one, else the one that this is run in. TEXT holds fields in braces. Of all sessions: " +
    "{sessions}, {attached}, {agents}, {attention} (counts), {attentionNames}. Of the session: " +
    "{agentLine}, {agentShownState} and every field of 'tsm ls --json', such as {name}, {clients}, " +
    "{gitBranchName}, {agentSummary}, {needsAttention}; empty when there is no session. {field?text} " +
    "is the text where the field is not empty, 0 or false. {{ and }} are braces.",
  examples: [
    ["tsm status --format '{attention?! }{attentionNames}'", "which sessions wait for you"],
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
  },
  async run({ name, format = DEFAULT_FORMAT }, context) {
    if (name !== undefined) validateSessionName(name, context.config);
    const sessions = withDetails(await listSessions(context.config), context);
    const session = sessions.find((it) => it.name === (name ?? currentSession(context.env)));
    if (name !== undefined && session === undefined) {
      throw failure("show session", name, new SessionNotFoundError(name));
    }
    context.print(formatFields(format, statusFields(sessions, session, context)));
  },
});

function statusFields(
  sessions: readonly Session[],
  session: Session | undefined,
  context: CliContext,
): Map<string, FieldValue> {
  const waiting = sessions.filter(needsAttention);
  return new Map<string, FieldValue>([
    ...Object.entries(sessionFields(session, context)),
    ["sessions", sessions.length],
    ["attached", sessions.filter(({ clients }) => clients > 0).length],
    ["agents", sessions.filter(({ agentKind }) => agentKind !== "").length],
    ["attention", waiting.length],
    ["attentionNames", waiting.map(({ name }) => name).join(" ")],
  ]);
}

function sessionFields(
  session: Session | undefined,
  context: CliContext,
): Record<string, FieldValue> {
  const nowSeconds = Date.now() / 1000;
  const known = session ?? NO_SESSION;
  const hasAgent = known.agentKind !== "";
  const fields = {
    ...toSessionJson(known, context.env, currentSession(context.env)),
    labels: Object.entries(known.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(" "),
    agentLine: agentLine(known, nowSeconds),
    agentShownState: hasAgent ? shownState(known, nowSeconds) : "",
  };
  if (session !== undefined) return fields;
  return Object.fromEntries(Object.keys(fields).map((field) => [field, ""]));
}

/** Its names stand for the fields that are empty without a session. */
const NO_SESSION: Session = {
  ...NO_DETAILS,
  name: "",
  pid: "",
  clients: 0,
  startedIn: "",
  cmd: "",
  createdAt: 0,
  taskEndedAt: 0,
  taskExitCode: 0,
  isReachable: false,
  hasNotification: false,
  lastAttachedAt: 0,
  labels: {},
};
