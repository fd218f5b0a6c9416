import type { TerminalFacts } from "../terminal/read-snapshot.ts";

/** What `--json` prints of a session's terminal. */
export function factsJson(name: string, facts: TerminalFacts, lines: readonly string[]): object {
  const { rows, cols, cursor, title, cwd, isAlternateScreen } = facts;
  return {
    name,
    rows,
    cols,
    lines,
    cursor,
    title,
    cwd: cwd === "" ? null : cwd,
    isAlternateScreen,
  };
}
