const HOLD = "--hold";

/** What a daemon's process is told on its command line behind `--daemon NAME`. */
export interface DaemonWords {
  /** What the session runs; empty for the user's shell. */
  argv: readonly string[];
  /** The session stays when that has ended. */
  holds: boolean;
}

export function writeDaemonWords({ argv, holds }: DaemonWords): string[] {
  return holds ? [HOLD, ...argv] : [...argv];
}

export function readDaemonWords(words: readonly string[]): DaemonWords {
  const holds = words[0] === HOLD;
  return { argv: holds ? words.slice(1) : words, holds };
}
