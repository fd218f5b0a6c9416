import { basename } from "node:path";

import type { AgentReader } from "./agent.ts";
import { claudeReader } from "./claude/claude.ts";
import { codexReader } from "./codex/codex.ts";
import type { Process, ProcessTable } from "../system/processes/process.ts";
import { processTree } from "../system/processes/process-table.ts";

/** The readers of all known kinds of agent. */
export const AGENT_READERS: readonly AgentReader[] = [claudeReader, codexReader];

export interface DetectedAgent {
  reader: AgentReader;
  process: Process;
}

/**
 * Finds the agent that is running in a session, among `pid` and its descendants: one in the
 * foreground if there is one, else the nearest. An agent started by another agent is below it.
 */
export function detectAgent(table: ProcessTable, pid: number): DetectedAgent | undefined {
  const tree = processTree(table, pid);
  const foregroundGroup = tree[0]?.foregroundGroup;
  const agents = tree.flatMap((process) => {
    const names = programNames(table, process);
    const reader = AGENT_READERS.find((reader) => names.some((name) => reader.matches(name)));
    return reader === undefined ? [] : [{ reader, process }];
  });
  return agents.find(({ process }) => process.group === foregroundGroup) ?? agents[0];
}

/** Names of processes that run a script; Node.js names its first thread MainThread. */
const INTERPRETERS = new Set(["node", "MainThread", "bun", "deno"]);
/** Linux keeps this many bytes of a name: TASK_COMM_LEN without its NUL. */
const MAX_KERNEL_NAME = 15;

/** Base names of the program that a process runs, and of its script if it is an interpreter. */
function programNames(table: ProcessTable, process: Process): string[] {
  const { name } = process;
  const isInterpreter = INTERPRETERS.has(name);
  if (!isInterpreter && name.length < MAX_KERNEL_NAME) return [name];
  const argv = table.argv(process.pid).slice(0, isInterpreter ? 2 : 1);
  return [name, ...argv.map((word) => basename(word))];
}
