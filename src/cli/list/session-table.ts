import { makeHarmless } from "../../base/harmless-text.ts";
import { agentLine } from "../../agents/agent-line.ts";
import { currentSession, type Environment } from "../../config/environment.ts";
import { displayDir, needsAttention, type Session } from "../../sessions/session.ts";
import { formatMemory } from "../../tui/view/format.ts";
import { cutText, fitColumns, type Shrinking } from "./fit-columns.ts";
import { formatDuration, renderTable } from "./table.ts";
import { styled, type OutputKind } from "../terminal-output.ts";

const NOTHING = "-";

interface Column {
  header: string;
  cell(session: Session): string;
  /** Width below which it is not made narrower; without it the column is always shown whole. */
  minCols?: number;
  keeps?: "start" | "end";
}

/**
 * The list of sessions as lines. On a terminal none is wider than it, and an agent has a line of its
 * own below its session; elsewhere there is one line for each session, whatever its length.
 */
export function sessionTable(
  sessions: readonly Session[],
  env: Environment,
  output: OutputKind,
): string[] {
  const nowSeconds = Date.now() / 1000;
  const agentOf = (session: Session): string => makeHarmless(agentLine(session, nowSeconds));
  const columns = columnsFor(sessions, env, nowSeconds);
  if (output.size === undefined) {
    const hasAgents = sessions.some(({ agentKind }) => agentKind !== "");
    if (hasAgents) columns.push({ header: "AGENT", cell: agentOf });
    return renderTable(cellsOf(sessions, columns));
  }
  const { cols } = output.size;
  const fitting = dropColumns(sessions, columns, cols);
  const cells = fitColumns(cellsOf(sessions, fitting), cols, shrinkingOf(fitting));
  const [header = "", ...lines] = renderTable(cells).map((line) => cutText(line, cols));
  const body = sessions.flatMap((session, i) => {
    const agent = agentOf(session);
    const line = lines[i] ?? "";
    return [
      needsAttention(session) ? styled(line, "yellow", output) : line,
      ...(agent === "" ? [] : [styled(cutText(`  ${agent}`, cols), "dim", output)]),
    ];
  });
  return [styled(header, "bold", output), ...body];
}

function columnsFor(sessions: readonly Session[], env: Environment, nowSeconds: number): Column[] {
  const current = currentSession(env);
  const branch: Column = {
    header: "BRANCH",
    cell: ({ gitBranchName }) => gitBranchName,
    minCols: 8,
    keeps: "start",
  };
  return [
    {
      header: "NAME",
      cell: ({ name }) => (name === current ? `${name}*` : name),
      minCols: 8,
      keeps: "start",
    },
    ...(sessions.some(({ gitBranchName }) => gitBranchName !== "") ? [branch] : []),
    { header: "PID", cell: ({ pid }) => pid },
    { header: "ATTACHED", cell: attachedCell },
    { header: "UPTIME", cell: (session) => uptimeCell(session, nowSeconds) },
    { header: "MEM", cell: ({ memory }) => formatMemory(memory) },
    {
      header: "CMD",
      cell: ({ cmd, isReachable }) => (isReachable ? cmd : "(not answering)"),
      minCols: 8,
      keeps: "start",
    },
    {
      header: "DIR",
      cell: (session) => displayDir(session, env),
      minCols: 8,
      keeps: "end",
    },
  ];
}

function attachedCell(session: Session): string {
  if (session.clients > 0) return `yes (${session.clients})`;
  return needsAttention(session) ? "- !" : NOTHING;
}

function uptimeCell(session: Session, nowSeconds: number): string {
  const { isReachable, createdAt, taskEndedAt, taskExitCode } = session;
  if (taskEndedAt > 0) return `exited ${taskExitCode}`;
  return isReachable ? formatDuration(Math.max(0, nowSeconds - createdAt)) : "";
}

function cellsOf(sessions: readonly Session[], columns: readonly Column[]): string[][] {
  const last = columns.length - 1;
  const rows = sessions.map((session) =>
    columns.map(({ cell }, i) => makeHarmless(cell(session)) || (i === last ? "" : NOTHING)),
  );
  return [columns.map(({ header }) => header), ...rows];
}

/** On a terminal so narrow that nothing would be left of the rest, these are left out in turn. */
const DISPENSABLE = ["PID", "MEM", "BRANCH", "UPTIME"];
const GAP = 2;

function dropColumns(sessions: readonly Session[], all: Column[], cols: number): Column[] {
  let columns = all;
  for (const header of DISPENSABLE) {
    const rows = cellsOf(sessions, columns);
    const least = columns.reduce((sum, { minCols = Infinity }, i) => {
      const widest = Math.max(...rows.map((row) => Bun.stringWidth(row[i] ?? "")));
      return sum + Math.min(widest, minCols) + GAP;
    }, -GAP);
    if (least <= cols) break;
    columns = columns.filter((column) => column.header !== header);
  }
  return columns;
}

/** The least important columns shrink first. */
function shrinkingOf(columns: readonly Column[]): Shrinking[] {
  const order = ["CMD", "DIR", "BRANCH", "NAME"];
  return order.flatMap((wanted) => {
    const index = columns.findIndex(({ header }) => header === wanted);
    const { minCols, keeps } = columns[index] ?? {};
    return minCols === undefined || keeps === undefined ? [] : [{ index, minCols, keeps }];
  });
}
