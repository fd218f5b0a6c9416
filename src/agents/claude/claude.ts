import { join } from "node:path";

import { variable } from "../../config/environment.ts";
import type { AgentContext, AgentFacts, AgentReader } from "../agent.ts";
import { readTranscript } from "./claude-transcript.ts";
import { textAt } from "../json-fields.ts";
import { modifiedAtMs, namesIn } from "../untrusted-files.ts";
import { readStatusline, statuslineFacts } from "../statusline.ts";

/** Maximum number of transcripts whose age is checked, and of those that are read. */
const MAX_LISTED = 4096;
const MAX_READ = 8;

/** Reader of Claude Code's transcripts and of the statusline that `tsm` stores for a session. */
export const claudeReader: AgentReader = {
  kind: "claude",
  matches: (baseName) => baseName.includes("claude"),
  read(context) {
    const statusline = readStatusline(context.statusline());
    const conversation = textAt(statusline?.data ?? {}, "session_id");
    const transcript = newestTranscript(context, conversation);
    if (statusline === undefined) return transcript;
    return {
      agentUpdated: statusline.modifiedAt,
      ...transcript,
      ...statuslineFacts(statusline.data),
    };
  },
};

/**
 * Reads the newest transcript that contains any facts. Several agents may run in one directory, so
 * the transcript of the session's own conversation, if known, is preferred to newer ones.
 */
function newestTranscript(
  context: AgentContext,
  conversation: string,
): Partial<AgentFacts> | undefined {
  const configDir = variable(context.env, "CLAUDE_CONFIG_DIR") ?? join(context.home, ".claude");
  for (const name of new Set(context.directories.flatMap(projectNames))) {
    for (const path of transcriptsIn(join(configDir, "projects", name), `${conversation}.jsonl`)) {
      const facts = readTranscript(path);
      if (facts !== undefined) return facts;
    }
  }
  return undefined;
}

/** Names of a project's transcript directory; some versions of Claude Code also replace `_`. */
function projectNames(directory: string): string[] {
  if (directory === "") return [];
  return [directory.replace(/[^A-Za-z0-9_-]/g, "-"), directory.replace(/[^A-Za-z0-9-]/g, "-")];
}

/** The newest transcripts of a project: the one named `first`, then the others, newest first. */
function transcriptsIn(dir: string, first: string): string[] {
  return namesIn(dir)
    .filter((file) => file.endsWith(".jsonl"))
    .slice(0, MAX_LISTED)
    .flatMap((file) => {
      const path = join(dir, file);
      const modified = modifiedAtMs(path);
      return modified === undefined
        ? []
        : [{ path, modified: file === first ? Infinity : modified }];
    })
    .sort((a, b) => b.modified - a.modified)
    .slice(0, MAX_READ)
    .map(({ path }) => path);
}
