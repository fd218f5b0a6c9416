import { type JsonObject, parseObject } from "../../base/json-object.ts";
import type { AgentFacts } from "../agent.ts";
import { countAt, momentAt, objectAt, textAt } from "../json-fields.ts";
import { readJsonlTail } from "../jsonl-tail.ts";
import { proseSummary, toolSummary } from "../one-line.ts";

/** Reads the facts at the end of a rollout; undefined when it cannot be read. */
export function readRollout(path: string): Partial<AgentFacts> | undefined {
  const tail = readJsonlTail(path);
  if (tail === undefined) return undefined;
  const facts: Partial<AgentFacts> = {};
  for (const entry of tail.entries) {
    const payload = objectAt(entry, "payload");
    const state = facts.agentState === undefined ? readState(entry, payload) : undefined;
    if (state !== undefined) {
      Object.assign(facts, state);
      facts.agentUpdated = momentAt(entry, "timestamp") || tail.modifiedAt;
    }
    noteFacts(facts, textAt(entry, "type"), payload);
  }
  return facts;
}

type State = Pick<AgentFacts, "agentState"> & Partial<AgentFacts>;

function readState(entry: JsonObject, payload: JsonObject): State | undefined {
  switch (`${textAt(entry, "type")} ${textAt(payload, "type")}`) {
    case "response_item function_call":
      return callState(payload);
    case "response_item custom_tool_call":
      return { agentState: "working", agentSummary: toolSummary(textAt(payload, "name"), {}) };
    case "response_item reasoning":
      return { agentState: "thinking" };
    case "event_msg token_count":
      return { agentState: "active" };
    case "event_msg task_complete":
    case "event_msg turn_complete":
      return finishedState(payload);
    default:
      return undefined;
  }
}

function callState(payload: JsonObject): State {
  const name = textAt(payload, "name");
  const input = parseObject(textAt(payload, "arguments"));
  const agentSummary = toolSummary(name, input);
  // A question to the user is a tool call too.
  if (name === "request_user_input") {
    return { agentState: "waiting", agentSummary, agentNeedsAttention: true };
  }
  return { agentState: "working", agentSummary };
}

function finishedState(payload: JsonObject): State {
  const agentSummary = proseSummary(textAt(payload, "last_agent_message"));
  const done = { agentState: "done", agentNeedsAttention: true };
  return agentSummary === "" ? done : { ...done, agentSummary };
}

/** Records the facts other than the state; of each kind, the last entry in the file decides. */
function noteFacts(facts: Partial<AgentFacts>, type: string, payload: JsonObject): void {
  if (type === "event_msg" && textAt(payload, "type") === "token_count") noteTokens(facts, payload);
  const model = type === "turn_context" ? textAt(payload, "model") : "";
  if (model !== "") facts.agentModel ??= model;
  const version = type === "session_meta" ? textAt(payload, "cli_version") : "";
  if (version !== "") facts.agentVersion ??= version;
}

function noteTokens(facts: Partial<AgentFacts>, payload: JsonObject): void {
  const info = objectAt(payload, "info");
  const usage = objectAt(info, "total_token_usage");
  const counts = {
    agentInput: countAt(usage, "input_tokens"),
    agentCached: countAt(usage, "cached_input_tokens"),
    agentOutput: countAt(usage, "output_tokens"),
    agentTotal: countAt(usage, "total_tokens"),
    agentContext: countAt(info, "model_context_window"),
  };
  for (const field of [
    "agentInput",
    "agentCached",
    "agentOutput",
    "agentTotal",
    "agentContext",
  ] as const) {
    const count = counts[field];
    if (count !== undefined) facts[field] ??= count;
  }
  const plan = textAt(objectAt(payload, "rate_limits"), "plan_type");
  if (plan !== "") facts.agentPlan ??= plan;
}
