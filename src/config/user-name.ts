import { readFileSync } from "node:fs";

import { ifAccessible } from "../base/system-access.ts";
import { variable, type Environment } from "./environment.ts";

/**
 * Name of a user, given the user id: from /etc/passwd, else (with a directory service) from `$USER`
 * or `$LOGNAME`; empty when none of them has it. Bun's `userInfo` only reads `$USER`, which may be
 * another user's.
 */
export function userName(env: Environment, uid: number = process.getuid?.() ?? 0): string {
  const line = readPasswd()
    .split("\n")
    .find((it) => it.split(":")[2] === String(uid));
  return line?.split(":")[0] ?? variable(env, "USER") ?? variable(env, "LOGNAME") ?? "";
}

function readPasswd(): string {
  // Some containers have no such file.
  return ifAccessible(() => readFileSync("/etc/passwd", "utf8")) ?? "";
}
