const HOLD = "--hold";
const LOG_DIR = "--log-dir";
/** Ends the options: the session's command may begin with a word that looks like one. */
const END = "--";

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
  return [
    ...(holds ? [HOLD] : []),
    ...(logDir === undefined ? [] : [LOG_DIR, logDir]),
    ...(argv.length === 0 ? [] : [END, ...argv]),
  ];
}

export function readDaemonArguments(words: readonly string[]): DaemonArguments {
  const holds = words[0] === HOLD;
  const rest = holds ? words.slice(1) : words;
  const [option, logDir] = rest;
  if (option !== LOG_DIR || logDir === undefined) return { argv: withoutEnd(rest), holds };
  return { argv: withoutEnd(rest.slice(2)), holds, logDir };
}

function withoutEnd(words: readonly string[]): readonly string[] {
  return words[0] === END ? words.slice(1) : words;
}
