import { type JsonObject } from "../../base/json-object.ts";
import type { AgentFacts } from "../agent.ts";
import { readTurn, type Turn } from "./claude-turn.ts";
import { countAt, objectAt, textAt } from "../json-fields.ts";
import { readJsonlTail } from "../jsonl-tail.ts";

/** Reads the facts at a transcript's end; undefined if it has neither a state nor a prompt. */
export function readTranscript(path: string): Partial<AgentFacts> | undefined {
  const tail = readJsonlTail(path);
  if (tail === undefined) return undefined;
  const reading: Reading = { facts: {}, turn: undefined, isSettled: false };
  for (const entry of tail.entries) {
    noteEntry(reading, entry);
    if (isComplete(reading)) break;
  }
  const { facts, turn } = reading;
  if (turn === undefined && facts.agentPrompt === undefined) return undefined;
  const agentUpdated = turn?.at || tail.modifiedAt;
  if (turn === undefined) return { ...facts, agentUpdated };
  return {
    ...facts,
    agentUpdated,
    agentState: turn.state,
    agentSummary: turn.summary,
    agentNeedsAttention: turn.waitsForUser,
  };
}

interface Reading {
  facts: Partial<AgentFacts>;
  turn: Turn | undefined;
  /** False while an older entry may still add details to the agent's state. */
  isSettled: boolean;
}

function noteEntry(reading: Reading, entry: JsonObject): void {
  noteIdentity(reading.facts, entry);
  const turn = readTurn(entry);
  if (turn !== undefined && !reading.isSettled) settle(reading, turn);
  const prompt =
    turn?.prompt ?? (textAt(entry, "type") === "last-prompt" ? textAt(entry, "lastPrompt") : "");
  if (prompt !== "") reading.facts.agentPrompt ??= prompt;
  if (textAt(entry, "type") === "assistant") noteMessage(reading.facts, objectAt(entry, "message"));
}

/**
 * Settles the state: the last turn decides. Exception: a hook named only by its event runs
 * after another turn. If that turn is done, it decides; if it is working, it supplies the summary.
 */
function settle(reading: Reading, turn: Turn): void {
  const { turn: hook } = reading;
  if (hook === undefined) reading.turn = turn;
  else if (turn.state === "done") reading.turn = turn;
  else if (turn.state === "working") reading.turn = { ...hook, summary: turn.summary };
  reading.isSettled = !turn.isBareHook;
}

function noteIdentity(facts: Partial<AgentFacts>, entry: JsonObject): void {
  if (typeof entry["isSidechain"] === "boolean") facts.agentSubagent ??= entry["isSidechain"];
  noteText(facts, "agentSessionId", textAt(entry, "sessionId"));
  noteText(facts, "agentBranch", textAt(entry, "gitBranch"));
  noteText(facts, "agentName", textAt(entry, "slug") || textAt(entry, "agentId"));
  noteText(facts, "agentVersion", textAt(entry, "version"));
}

type TextField = "agentSessionId" | "agentBranch" | "agentName" | "agentVersion" | "agentModel";

function noteText(facts: Partial<AgentFacts>, field: TextField, text: string): void {
  if (text !== "") facts[field] ??= text;
}

function noteMessage(facts: Partial<AgentFacts>, message: JsonObject): void {
  const model = textAt(message, "model");
  // `<synthetic>`: written by Claude Code itself, for example an interruption.
  if (!model.startsWith("<")) noteText(facts, "agentModel", model);
  const usage = objectAt(message, "usage");
  const input = countAt(usage, "input_tokens");
  if (input === undefined || facts.agentInput !== undefined) return;
  const output = countAt(usage, "output_tokens") ?? 0;
  const cached =
    (countAt(usage, "cache_read_input_tokens") ?? 0) +
    (countAt(usage, "cache_creation_input_tokens") ?? 0);
  facts.agentInput = input;
  facts.agentOutput = output;
  facts.agentCached = cached;
  facts.agentTotal = input + output + cached;
}

function isComplete({ facts, isSettled }: Reading): boolean {
  return (
    isSettled &&
    facts.agentPrompt !== undefined &&
    facts.agentModel !== undefined &&
    facts.agentInput !== undefined
  );
}
