import { agentLine, shownState } from "../../agents/agent-line.ts";
import { currentSession } from "../../config/environment.ts";
import type { Labels } from "../../sessions/labels.ts";
import { toSessionJson } from "../../sessions/session-json.ts";
import { needsAttention, NO_DETAILS, type Session } from "../../sessions/session.ts";
import type { CliContext } from "../command.ts";
import type { FieldValue } from "./format-fields.ts";

/** Fields of `tsm status` by name, as its JSON has them. */
export type StatusFields = Record<string, FieldValue | readonly string[] | Labels>;

/** The fields of all sessions and of one of them; the latter are null without a session. */
export function statusFields(
  sessions: readonly Session[],
  session: Session | undefined,
  context: Pick<CliContext, "env">,
): StatusFields {
  const waiting = sessions.filter(needsAttention);
  return {
    ...sessionFields(session, context),
    sessions: sessions.length,
    attached: sessions.filter(({ clients }) => clients > 0).length,
    agents: sessions.filter(({ agentKind }) => agentKind !== "").length,
    attention: waiting.length,
    attentionNames: waiting.map(({ name }) => name),
  };
}

/** The fields as text in a line: names and labels are separated by spaces. */
export function asTexts(fields: StatusFields): Map<string, FieldValue> {
  return new Map(Object.entries(fields).map(([name, value]) => [name, asText(value)]));
}

function asText(value: StatusFields[string]): FieldValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.join(" ");
  return Object.entries(value)
    .map(([key, label]) => `${key}=${label}`)
    .join(" ");
}

function sessionFields(
  session: Session | undefined,
  context: Pick<CliContext, "env">,
): StatusFields {
  const nowSeconds = Date.now() / 1000;
  const known = session ?? NO_SESSION;
  const hasAgent = known.agentKind !== "";
  const fields = {
    ...toSessionJson(known, context.env, currentSession(context.env)),
    agentLine: agentLine(known, nowSeconds),
    agentShownState: hasAgent ? shownState(known, nowSeconds) : "",
  };
  if (session !== undefined) return fields;
  return Object.fromEntries(Object.keys(fields).map((field) => [field, null]));
}

/** Provides the names of the fields when there is no session. */
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
