import { quoteName } from "../../sessions/names.ts";
import type { SessionSnapshot } from "../../sessions/wire/watch.ts";
import type { TerminalFacts } from "../../terminal/read/read-snapshot.ts";
import type { CliContext } from "../command.ts";

/**
 * What `--json` prints of a session's terminal.
 * @param isTextOnly its daemon has reported only the text: everything else is null.
 */
export function factsJson(
  name: string,
  facts: TerminalFacts,
  lines: readonly string[],
  isTextOnly = false,
): object {
  const { rows, cols, cursor, title, cwd, isAlternateScreen } = facts;
  const unknown = { rows: null, cols: null, cursor: null, title: null, cwd: null };
  if (isTextOnly) return { name, ...unknown, lines, isAlternateScreen: null };
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

/** Warns that a session's scrollback is missing from what is printed. */
export function warnOfMissingLines(
  { warn }: CliContext,
  name: string,
  { isTextOnly }: SessionSnapshot,
): void {
  if (isTextOnly !== true) return;
  warn(
    `The daemon of session ${quoteName(name)} is from another build: it reports only its screen.`,
  );
}
