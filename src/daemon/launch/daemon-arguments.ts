const HOLD = "--hold";
const LOG_DIR = "--log-dir";

/** What a daemon's process is given on its command line after `--daemon NAME`. */
export interface DaemonArguments {
  /** What the session runs; empty for the user's shell. */
  argv: readonly string[];
  /** The session stays when that has ended. */
  holds: boolean;
  /** Directory of logs and sidecars, unless it is the one beside the sockets. */
  logDir?: string;
}

export function writeDaemonArguments({ argv, holds, logDir }: DaemonArguments): string[] {
  return [...(holds ? [HOLD] : []), ...(logDir === undefined ? [] : [LOG_DIR, logDir]), ...argv];
}

export function readDaemonArguments(words: readonly string[]): DaemonArguments {
  const holds = words[0] === HOLD;
  const rest = holds ? words.slice(1) : words;
  const [option, logDir, ...argv] = rest;
  return option === LOG_DIR && logDir !== undefined
    ? { argv, holds, logDir }
    : { argv: rest, holds };
}
