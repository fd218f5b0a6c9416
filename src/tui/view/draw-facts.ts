import type { Canvas } from "./canvas.ts";
import { formatAge, formatMemory, plural } from "./format.ts";
import type { Area } from "../model/layout.ts";
import type { ListedSession } from "../model/listed-session.ts";
import { sessionAtCursor, type PickerState } from "../model/state.ts";
import { concat, fit, padEnd, type Styled } from "./styled.ts";
import type { Theme } from "./theme.ts";

const LABEL_COLS = 12;

/** Facts about the session under the cursor, one per line. */
export function drawFacts(canvas: Canvas, area: Area, state: PickerState, theme: Theme): void {
  const session = sessionAtCursor(state);
  if (session === undefined) return;
  const facts = [
    ["directory", session.startedIn],
    ["repository", joined(session.repo, session.branch)],
    ["command", session.cmd],
    ["process", processOf(session, state.nowMs)],
  ] as const;
  const lines = facts
    .filter(([, text]) => text !== "")
    .map(([label, text]) =>
      concat(
        theme.dim(padEnd(fit(label, LABEL_COLS - 1), LABEL_COLS)),
        fit(text, area.cols - LABEL_COLS),
      ),
    );
  canvas.fill(area, [agentOf(session, area.cols, theme), ...lines]);
}

/** The line about the agent in the session under the cursor. */
export function drawAgent(canvas: Canvas, area: Area, state: PickerState, theme: Theme): void {
  const session = sessionAtCursor(state);
  if (session !== undefined && area.cols > 2) {
    canvas.put(area.top, area.left + 2, agentOf(session, area.cols - 2, theme));
  }
}

function agentOf(session: ListedSession, cols: number, theme: Theme): Styled {
  const line = fit(session.agentLine, cols);
  return session.needsAttention ? theme.attention(line) : theme.accent(line);
}

function processOf(session: ListedSession, nowMs: number): string {
  if (!session.isReachable) return "not answering";
  const age = formatAge(session.createdAt, nowMs);
  return joined(
    session.exitCode === undefined ? session.pid : `exited ${session.exitCode}`,
    session.exitCode === undefined ? formatMemory(session.memory) : "",
    plural(session.clients, "client"),
    age === "" ? "" : `${age} old`,
  );
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}
