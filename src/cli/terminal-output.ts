import { isatty } from "node:tty";

import { isDumbTerminal, variable, type Environment } from "../config/environment.ts";

const STDIN = 0;
const STDOUT = 1;
const DEFAULT_COLUMNS = 80;

/** What standard output can show. */
export interface OutputKind {
  /** Width and height of the terminal; undefined if it is not a terminal. */
  size: { cols: number; rows: number } | undefined;
  hasColor: boolean;
  /** Whether control sequences can be written to it. */
  obeysSequences: boolean;
}

/** A pipe or a file. */
export const PLAIN_OUTPUT: OutputKind = {
  size: undefined,
  hasColor: false,
  obeysSequences: false,
};

/** The current state of standard output; a terminal may change its size. */
export function standardOutput(env: Environment): OutputKind {
  if (!isatty(STDOUT)) return PLAIN_OUTPUT;
  const [cols, rows] = process.stdout.getWindowSize();
  const obeysSequences = !isDumbTerminal(env);
  return {
    size: { cols: cols || DEFAULT_COLUMNS, rows: rows || 24 },
    obeysSequences,
    hasColor: obeysSequences && variable(env, "NO_COLOR") === undefined,
  };
}

/** Whether the picker can be shown: it needs a terminal to read from and one to draw on. */
export function canShowPicker(env: Environment): boolean {
  return isatty(STDIN) && standardOutput(env).obeysSequences;
}

const SGR = { bold: 1, dim: 2, yellow: 33 } as const;

/** Text in a style, if the output has colours. */
export function styled(text: string, style: keyof typeof SGR, output: OutputKind): string {
  return output.hasColor && text !== "" ? `\x1b[${SGR[style]}m${text}\x1b[m` : text;
}
