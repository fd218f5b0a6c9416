import { isAbsolute, join } from "node:path";

import { parseObject } from "../../base/json-object.ts";
import { variable } from "../../config/environment.ts";
import type { AgentFacts, AgentReader } from "../agent.ts";
import { readRollout } from "./codex-rollout.ts";
import { readThread, type CodexThread } from "./codex-threads.ts";
import { textAt } from "../json-fields.ts";
import { namesIn } from "../untrusted-files.ts";
import { proseSummary } from "../one-line.ts";

/** Reader of Codex's files: a database of threads, and for each thread a rollout of its events. */
export const codexReader: AgentReader = {
  kind: "codex",
  matches: (baseName) => baseName.includes("codex"),
  read(context) {
    const codexDir = variable(context.env, "CODEX_HOME") ?? join(context.home, ".codex");
    const database = lastDatabase(codexDir);
    const thread = database === undefined ? undefined : readThread(database, context.directories);
    if (thread === undefined) return undefined;
    const { rolloutPath } = thread;
    const path = isAbsolute(rolloutPath) ? rolloutPath : join(codexDir, rolloutPath);
    const rollout = rolloutPath === "" ? undefined : readRollout(path);
    const facts = { ...threadFacts(thread), ...rollout };
    facts.agentUpdated = Math.max(thread.updatedAt, rollout?.agentUpdated ?? 0);
    return facts;
  },
};

/** The database of the newest version: `state_10.sqlite` comes after `state_9.sqlite`. */
function lastDatabase(codexDir: string): string | undefined {
  const order = new Intl.Collator("en", { numeric: true });
  const last = namesIn(codexDir)
    .filter((file) => /^state_.*\.sqlite$/.test(file))
    .sort(order.compare)
    .at(-1);
  return last === undefined ? undefined : join(codexDir, last);
}

function threadFacts(thread: CodexThread): Partial<AgentFacts> {
  return {
    agentState: "recent",
    agentSummary: proseSummary(thread.title),
    agentModel: thread.modelProvider,
    agentVersion: thread.cliVersion,
    agentPrompt: thread.firstUserMessage,
    agentApproval: thread.approvalMode,
    agentSandbox: sandboxName(thread.sandboxPolicy),
    agentBranch: thread.gitBranch,
    agentGitSha: thread.gitSha,
    agentGitOrigin: thread.gitOriginUrl,
    agentName: thread.agentNickname,
    agentRole: thread.agentRole,
    agentMemory: thread.memoryMode,
    agentSessionId: threadId(thread.rolloutPath),
    agentSubagent: thread.source.includes("subagent"),
    agentTotal: thread.tokensUsed,
  };
}

/** The name of a policy, stored as that name or as an object with the name and permissions. */
function sandboxName(policy: string): string {
  const object = parseObject(policy);
  const name = object === undefined ? "" : textAt(object, "type") || textAt(object, "mode");
  return name || policy;
}

/** The id at the end of a rollout's name: `rollout-2026-01-31T10-00-00-UUID.jsonl`. */
function threadId(rolloutPath: string): string {
  return /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i.exec(rolloutPath)?.[1] ?? "";
}
