import { readFileSync } from "node:fs";

import { ifAccessible } from "../base/system-access.ts";
import { variable, type Environment } from "./environment.ts";

/**
 * Name of a user by number: as /etc/passwd has it, else (a directory service) `$USER` or
 * `$LOGNAME`; empty when nobody says. Bun's `userInfo` only knows `$USER`, which may be another's.
 */
export function userName(env: Environment, uid: number = process.getuid?.() ?? 0): string {
  const line = readPasswd()
    .split("\n")
    .find((it) => it.split(":")[2] === String(uid));
  return line?.split(":")[0] ?? variable(env, "USER") ?? variable(env, "LOGNAME") ?? "";
}

function readPasswd(): string {
  // None in some containers.
  return ifAccessible(() => readFileSync("/etc/passwd", "utf8")) ?? "";
}
