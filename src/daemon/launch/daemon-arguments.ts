const HOLD = "--hold";

/** What a daemon's process is told on its command line behind `--daemon NAME`. */
export interface DaemonArguments {
  /** What the session runs; empty for the user's shell. */
  argv: readonly string[];
  /** The session stays when that has ended. */
  holds: boolean;
}

export function writeDaemonArguments({ argv, holds }: DaemonArguments): string[] {
  return holds ? [HOLD, ...argv] : [...argv];
}

export function readDaemonArguments(words: readonly string[]): DaemonArguments {
  const holds = words[0] === HOLD;
  return { argv: holds ? words.slice(1) : words, holds };
}
