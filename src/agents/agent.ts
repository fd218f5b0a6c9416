import type { Environment } from "../config/environment.ts";
import { oneLine } from "./one-line.ts";

/** The one definition of the facts: their names, their types, and their values when unknown. */
const NOTHING_KNOWN = {
  agentKind: "",
  /** `working`, `thinking`, `waiting`, `done`, `active`, `recent`, or empty. */
  agentState: "",
  agentSummary: "",
  /** Time of the source that the state was read from, in Unix seconds. */
  agentUpdated: 0,
  agentModel: "",
  agentVersion: "",
  agentPrompt: "",
  agentPlan: "",
  agentApproval: "",
  agentSandbox: "",
  agentBranch: "",
  agentGitSha: "",
  agentGitOrigin: "",
  agentName: "",
  agentRole: "",
  agentMemory: "",
  agentSessionId: "",
  agentSubagent: false,
  /** Tokens. */
  agentInput: 0,
  agentOutput: 0,
  agentCached: 0,
  agentTotal: 0,
  /** Maximum number of tokens in the model's context. */
  agentContext: 0,
  agentCostUsd: 0,
  agentDurationMs: 0,
  agentApiMs: 0,
  agentLinesAdded: 0,
  agentLinesRemoved: 0,
  agentOutputStyle: "",
  agentProjectDir: "",
  agentWorktreePath: "",
  /** Whether the agent waits for the user: it has finished its turn or asks a question. */
  agentNeedsAttention: false,
};

/**
 * The known facts about the agent in a session. Texts are one line and safe to print. Unknown texts
 * are empty, unknown numbers 0. Field names are those of a session in the public interface.
 */
export type AgentFacts = typeof NOTHING_KNOWN;

/** The facts of a session without an agent. */
export const NO_AGENT: Readonly<AgentFacts> = Object.freeze(NOTHING_KNOWN);

/** The unchanged input that Claude Code has passed to its statusline command. */
export interface StatuslineFile {
  text: string;
  /** Unix seconds. */
  modifiedAt: number;
}

/** The sources that a reader may use. */
export interface AgentContext {
  home: string;
  env: Environment;
  /** Possible start directories of the agent, likeliest first: its own, then the session's. */
  directories: readonly string[];
  /** Returns the last input of Claude Code's statusline command in the session. */
  statusline(): StatuslineFile | undefined;
}

/** Recognizes and reads one kind of agent. Each kind of agent has its own reader. */
export interface AgentReader {
  readonly kind: string;
  /** Whether a process with this base name is an agent of this kind. */
  matches(baseName: string): boolean;
  /** Reads the facts in the agent's files; undefined without any. Bounded, and never writes. */
  read(context: AgentContext): Partial<AgentFacts> | undefined;
}

/** Maximum width of a text field; directory paths are the longest useful texts. */
const FIELD_COLUMNS = 512;

/** Adds defaults to the facts that a reader knows, and makes every text a single safe line. */
export function completeFacts(kind: string, known: Partial<AgentFacts>): AgentFacts {
  const facts: AgentFacts = { ...NO_AGENT, ...known, agentKind: kind };
  const cleaned = Object.entries(facts).map(([field, value]) => [
    field,
    typeof value === "string" ? oneLine(value, FIELD_COLUMNS) : value,
  ]);
  return { ...facts, ...Object.fromEntries(cleaned) };
}
