import type { Environment } from "../config/environment.ts";
import { completeFacts, type AgentFacts, type StatuslineFile } from "./agent.ts";
import { detectAgent } from "./detect-agent.ts";
import { processFacts, type ProcessFacts } from "./process-facts.ts";
import type { ProcessTable } from "../system/processes/process.ts";
import { readProcessTable } from "../system/processes/process-table.ts";

/** A session to be described. */
export interface SessionToDescribe {
  name: string;
  /** The process on the session's PTY; 0 when unknown. */
  pid: number;
  startedIn: string;
}

export interface DescribeOptions {
  home: string;
  /** For the agents' own variables: `CLAUDE_CONFIG_DIR`, `CODEX_HOME`. */
  env?: Environment;
  /** Returns the stored Claude Code statusline of a session; undefined when there is none. */
  statusline(name: string): StatuslineFile | undefined;
}

/** The activity of a session: its processes and its agent. */
export interface SessionActivity extends ProcessFacts {
  agent: AgentFacts | undefined;
}

/**
 * Describes the activity of each session, by name, from one read of the process table and, where an
 * agent is running, from the ends of its files. Never throws and never waits for other processes.
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
    // The files are another program's, in its own format. Even if reading them fails, it is known
    // that an agent is running, and a list of sessions must not fail because of its details.
    return completeFacts(reader.kind, {});
  }
}
