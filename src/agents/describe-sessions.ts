import type { Environment } from "../config/environment.ts";
import { completeFacts, type AgentFacts, type StatuslineFile } from "./agent.ts";
import { detectAgent } from "./detect-agent.ts";
import { processFacts, type ProcessFacts } from "./process-facts.ts";
import type { ProcessTable } from "../system/processes/process.ts";
import { readProcessTable } from "../system/processes/process-table.ts";

/** A session to be described. */
export interface SessionToDescribe {
  name: string;
  /** The process on its PTY; 0 when that is not known. */
  pid: number;
  startedIn: string;
}

export interface DescribeOptions {
  home: string;
  /** For the agents' own variables: `CLAUDE_CONFIG_DIR`, `CODEX_HOME`. */
  env?: Environment;
  /** What is kept of a session's Claude Code statusline; undefined when there is none. */
  statusline(name: string): StatuslineFile | undefined;
}

/** What a session is doing. */
export interface SessionActivity extends ProcessFacts {
  agent: AgentFacts | undefined;
}

/**
 * What each of these sessions is doing, by name, from one read of the process table and, where an
 * agent runs, the ends of its files. Never throws and never waits for anybody.
 */
export function describeSessions(
  sessions: readonly SessionToDescribe[],
  options: DescribeOptions,
): Map<string, SessionActivity> {
  const table = readProcessTable(sessions.map(({ pid }) => pid).filter((pid) => pid > 0));
  return new Map(
    sessions.map((session) => [
      session.name,
      { ...processFacts(table, session.pid), agent: readAgent(table, session, options) },
    ]),
  );
}

function readAgent(
  table: ProcessTable,
  session: SessionToDescribe,
  options: DescribeOptions,
): AgentFacts | undefined {
  const detected = detectAgent(table, session.pid);
  if (detected === undefined) return undefined;
  const { reader, process } = detected;
  try {
    const facts = reader.read({
      home: options.home,
      env: options.env ?? {},
      directories: [table.cwd(process.pid), session.startedIn].filter((dir) => dir !== ""),
      statusline: () => options.statusline(session.name),
    });
    return completeFacts(reader.kind, facts ?? {});
  } catch {
    // Files of other programs in forms of their own: whatever they do to a reader, that an agent
    // runs is known, and no list of sessions may fail for the rest.
    return completeFacts(reader.kind, {});
  }
}
