import { basename } from "node:path";

import { type JsonObject, parseObject } from "../base/json-object.ts";
import type { AgentFacts, StatuslineFile } from "./agent.ts";
import { amountAt, countAt, objectAt, textAt } from "./json-fields.ts";
import { oneLine } from "./one-line.ts";

/** The input of Claude Code's statusline command: a JSON object with unchecked fields. */
export type Statusline = JsonObject;

/** Larger input is not a statusline: real ones have 2 KiB. */
export const MAX_STATUSLINE_BYTES = 128 << 10;

const MODEL_COLUMNS = 40;
const DIRECTORY_COLUMNS = 60;

/** Parses the input from Claude Code; undefined when it is not a JSON object. */
export function parseStatusline(text: string): Statusline | undefined {
  return parseObject(text);
}

/** Reads a stored statusline and its time (Unix seconds); undefined without a valid one. */
export function readStatusline(
  file: StatuslineFile | undefined,
): { data: Statusline; modifiedAt: number } | undefined {
  if (file === undefined || file.text.length > MAX_STATUSLINE_BYTES) return undefined;
  const data = parseStatusline(file.text);
  return data === undefined ? undefined : { data, modifiedAt: file.modifiedAt };
}

/** Formats a statusline as `[Model]  directory  42% context  $1.23`, without unknown parts. */
export function statuslineLine(data: Statusline): string {
  const model = objectAt(data, "model");
  const workspace = objectAt(data, "workspace");
  const name = oneLine(textAt(model, "display_name") || textAt(model, "id"), MODEL_COLUMNS);
  const path = textAt(workspace, "current_dir") || textAt(data, "cwd");
  const percent = contextPercent(objectAt(data, "context_window"));
  const cost = amountAt(objectAt(data, "cost"), "total_cost_usd");
  const parts = [
    name === "" ? "" : `[${name}]`,
    oneLine(basename(path) || path, DIRECTORY_COLUMNS),
    percent === undefined ? "" : `${percent}% context`,
    cost === undefined ? "" : `$${cost.toFixed(2)}`,
  ];
  return parts.filter((part) => part !== "").join("  ");
}

/**
 * Percentage of the context in use. The last request is the best source; the totals are those of
 * the whole conversation.
 */
function contextPercent(context: JsonObject): number | undefined {
  const told = amountAt(context, "used_percentage");
  const size = countAt(context, "context_window_size") ?? 0;
  const used = currentTokens(context) ?? totalTokens(context);
  const percent = told ?? (size > 0 && used !== undefined ? (used / size) * 100 : undefined);
  return percent === undefined ? undefined : Math.min(100, Math.round(percent));
}

function currentTokens(context: JsonObject): number | undefined {
  const usage = objectAt(context, "current_usage");
  const input = countAt(usage, "input_tokens");
  return input === undefined ? undefined : input + (cachedTokens(usage) ?? 0);
}

function cachedTokens(usage: JsonObject): number | undefined {
  const read = countAt(usage, "cache_read_input_tokens");
  const created = countAt(usage, "cache_creation_input_tokens");
  return read === undefined && created === undefined ? undefined : (read ?? 0) + (created ?? 0);
}

function totalTokens(context: JsonObject): number | undefined {
  const input = countAt(context, "total_input_tokens");
  const output = countAt(context, "total_output_tokens");
  return input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0);
}

/** The agent's facts in a statusline; only known ones, because they override other sources. */
export function statuslineFacts(data: Statusline): Partial<AgentFacts> {
  const cost = objectAt(data, "cost");
  const context = objectAt(data, "context_window");
  const usage = objectAt(context, "current_usage");
  const model = objectAt(data, "model");
  const worktree = objectAt(data, "worktree");
  return withoutUnknown({
    agentModel: textAt(model, "id") || textAt(model, "display_name"),
    agentVersion: textAt(data, "version"),
    agentSessionId: textAt(data, "session_id"),
    agentCostUsd: amountAt(cost, "total_cost_usd"),
    agentDurationMs: countAt(cost, "total_duration_ms"),
    agentApiMs: countAt(cost, "total_api_duration_ms"),
    agentLinesAdded: countAt(cost, "total_lines_added"),
    agentLinesRemoved: countAt(cost, "total_lines_removed"),
    agentInput: countAt(context, "total_input_tokens") ?? countAt(usage, "input_tokens"),
    agentOutput: countAt(context, "total_output_tokens") ?? countAt(usage, "output_tokens"),
    agentCached: cachedTokens(usage),
    agentTotal: totalTokens(context),
    agentContext: countAt(context, "context_window_size"),
    agentOutputStyle: textAt(objectAt(data, "output_style"), "name"),
    agentProjectDir: textAt(objectAt(data, "workspace"), "project_dir"),
    agentBranch: textAt(worktree, "branch"),
    agentWorktreePath: textAt(worktree, "path"),
    agentName: textAt(objectAt(data, "agent"), "name"),
  });
}

type Loose<T> = { [Field in keyof T]?: T[Field] | undefined };

function withoutUnknown(facts: Loose<AgentFacts>): Partial<AgentFacts> {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(known);
}
