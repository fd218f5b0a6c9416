import type { Environment } from "../config/environment.ts";
import { oneLine } from "./one-line.ts";

/** The one definition of the facts: their names, their types, and their values when unknown. */
const NOTHING_KNOWN = {
  agentKind: "",
  /** `working`, `thinking`, `waiting`, `done`, `active`, `recent`, or empty. */
  agentState: "",
  agentSummary: "",
  /** Unix seconds of what the state was read from. */
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
  /** Tokens that the model's context holds at most. */
  agentContext: 0,
  agentCostUsd: 0,
  agentDurationMs: 0,
  agentApiMs: 0,
  agentLinesAdded: 0,
  agentLinesRemoved: 0,
  agentOutputStyle: "",
  agentProjectDir: "",
  agentWorktreePath: "",
  /** The agent has finished its turn or asks something: it waits for the user. */
  agentNeedsAttention: false,
};

/**
 * What is known of the agent in a session. Texts are one line, fit to be printed, and empty where
 * nothing is known; numbers are 0 then. Field names are those of a session in the public interface.
 */
export type AgentFacts = typeof NOTHING_KNOWN;

/** The facts of a session without an agent. */
export const NO_AGENT: Readonly<AgentFacts> = Object.freeze(NOTHING_KNOWN);

/** What Claude Code has told its statusline command, as it came. */
export interface StatuslineFile {
  text: string;
  /** Unix seconds. */
  modifiedAt: number;
}

/** What a reader may look at. */
export interface AgentContext {
  home: string;
  env: Environment;
  /** Where the agent may have been started, likeliest first: its own directory, the session's. */
  directories: readonly string[];
  /** What Claude Code last told its statusline command in the session. */
  statusline(): StatuslineFile | undefined;
}

/** How one kind of agent is recognized and read. Another agent is another one of these. */
export interface AgentReader {
  readonly kind: string;
  /** Whether a process of this base name is such an agent. */
  matches(baseName: string): boolean;
  /** What its files say; undefined when they say nothing. Bounded, and never writes. */
  read(context: AgentContext): Partial<AgentFacts> | undefined;
}

/** Width of a text field; a directory's path is the longest that is of use. */
const FIELD_COLUMNS = 512;

/** All facts, from those that a reader knows; each text made one line whatever it was read from. */
export function completeFacts(kind: string, known: Partial<AgentFacts>): AgentFacts {
  const facts: AgentFacts = { ...NO_AGENT, ...known, agentKind: kind };
  const cleaned = Object.entries(facts).map(([field, value]) => [
    field,
    typeof value === "string" ? oneLine(value, FIELD_COLUMNS) : value,
  ]);
  return { ...facts, ...Object.fromEntries(cleaned) };
}
