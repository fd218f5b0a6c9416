import { readFileSync } from "node:fs";

/** A program that waits for a key, then prints so many bytes of numbered lines, then a mark. */
export const flood = (bytes: number): string[] => [
  "sh",
  "-c",
  `stty -echo; echo ready; read go; seq 100000000 199999999 | head -c ${bytes}; echo; echo '<end>'; exec sleep 1000`,
];

/** Anonymous memory of a process in bytes: what is its own, files and shared pages not counted. */
export function privateBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
}
