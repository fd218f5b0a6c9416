import type { AgentFacts } from "./agent.ts";

/** After this long without a change, an idle, done, waiting or active agent is shown as stale. */
const STALE_AFTER_SECONDS = 600;
const RESTING = new Set(["idle", "done", "waiting", "active"]);

/** The state as shown to people. `nowSeconds` is Unix time. */
export function shownState(facts: AgentFacts, nowSeconds: number): string {
  const state = facts.agentState === "recent" ? "idle" : facts.agentState || "active";
  const isOld = facts.agentUpdated > 0 && nowSeconds - facts.agentUpdated > STALE_AFTER_SECONDS;
  return isOld && RESTING.has(state) ? "stale" : state;
}

/**
 * Describes an agent's activity on one line: `claude · working · exec: bun test · 12s`, without
 * unknown parts; empty when there is no agent. `nowSeconds` is Unix time.
 */
export function agentLine(facts: AgentFacts, nowSeconds: number): string {
  if (facts.agentKind === "") return "";
  const age = facts.agentUpdated > 0 ? shortAge(nowSeconds - facts.agentUpdated) : "";
  const parts = [facts.agentKind, shownState(facts, nowSeconds), facts.agentSummary, age];
  return parts.filter((part) => part !== "").join(" · ");
}

function shortAge(seconds: number): string {
  const age = Math.max(0, Math.floor(seconds));
  if (age < 60) return `${age}s`;
  if (age < 3600) return `${Math.floor(age / 60)}m`;
  if (age < 86_400) return `${Math.floor(age / 3600)}h`;
  return `${Math.floor(age / 86_400)}d`;
}
