/** Reads /proc for every question about processes; whatever cannot be read is `undefined`. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { ifAccessible } from "../../base/system-access.ts";

/** Fields of proc_pid_stat(5), for a process or one of its threads. */
export interface ProcessStat {
  /** Base name of the program, at most 15 bytes. */
  name: string;
  /** One letter: `R` runs, `S` sleeps, `Z` and `X` have ended. */
  state: string;
  parent: number;
  group: number;
  sessionId: number;
  /** Device number of the controlling terminal; 0 without one. */
  terminal: number;
  /** Foreground process group of that terminal; −1 without one. */
  foregroundGroup: number;
  threads: number;
  /** Clock ticks from the start of the machine to the start of the process. */
  startTicks: number;
  rssPages: number;
}

/** Number of the last field that is read: proc_pid_stat(5) counts from 1. */
const LAST_FIELD = 24;
/** Number of the first field after the name. */
const STATE_FIELD = 3;

/** Parses a `stat` file. The name may hold any character, also spaces and parentheses. */
export function parseStat(text: string): ProcessStat {
  const nameEnd = text.lastIndexOf(")");
  const fields = text.slice(nameEnd + 2).split(" ", LAST_FIELD - STATE_FIELD + 1);
  const field = (number: number): number => Number(fields[number - STATE_FIELD] ?? 0);
  return {
    name: text.slice(text.indexOf("(") + 1, nameEnd),
    state: fields[0] ?? "",
    parent: field(4),
    group: field(5),
    sessionId: field(6),
    terminal: field(7),
    foregroundGroup: field(8),
    threads: field(20),
    startTicks: field(22),
    rssPages: field(24),
  };
}

export function readStat(pid: number): ProcessStat | undefined {
  const text = readProcText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** Whether a process has ended: a zombie only waits for its parent to reap it. */
export function hasEnded({ state }: ProcessStat): boolean {
  return state === "Z" || state === "X";
}

/** Parses a file of `Name: value` lines, such as `status` and `fdinfo/FD`: proc_pid_status(5). */
export function parseStatus(text: string): Map<string, string> {
  return new Map(
    Array.from(text.matchAll(/^(\w+):[ \t]*(.*)$/gm), ([, name = "", value = ""]) => [name, value]),
  );
}

export function readStatus(path: string): Map<string, string> {
  return parseStatus(readProcText(path) ?? "");
}

export function readProcText(path: string): string | undefined {
  return ifAccessible(() => readFileSync(path, "utf8"));
}

/** Where a symbolic link leads. */
export function readProcLink(path: string): string | undefined {
  return ifAccessible(() => readlinkSync(path));
}

export function listProc(dir: string): string[] | undefined {
  return ifAccessible(() => readdirSync(dir));
}

/** Numbers among the entries of a directory: processes, threads or descriptors. */
export function numbersIn(dir: string): number[] {
  return (listProc(dir) ?? []).map(Number).filter(Number.isInteger);
}
