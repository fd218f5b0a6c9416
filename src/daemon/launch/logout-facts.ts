import { existsSync, readdirSync, readFileSync } from "node:fs";

import { ifAccessible } from "../../base/system-access.ts";
import { variable, type Environment } from "../../config/environment.ts";
import { userName } from "../../config/user-name.ts";
import type { LogoutFacts } from "./logout.ts";

/** In the order in which they win: logind.conf(5). A drop-in wins over all main files. */
const MAIN_FILES = ["/etc", "/run", "/usr/local/lib", "/usr/lib"].map(
  (dir) => `${dir}/systemd/logind.conf`,
);

/** What can be read here about a logout: a few small files, no other program. */
export function readLogoutFacts(env: Environment, root = ""): LogoutFacts {
  const settings = parseLogind(readLogindFiles(root));
  const user = userName(env);
  const cgroup = readText(`${root}/proc/self/cgroup`) ?? "";
  const runtimeDir = variable(env, "XDG_RUNTIME_DIR");
  return {
    user,
    hasSystemd: existsSync(`${root}/run/systemd/system`),
    isInLoginSession: /\/session-[^/]+\.scope/.test(cgroup),
    isInUserManager: /\/user@\d+\.service/.test(cgroup),
    killUserProcesses: isYes(settings.get("KillUserProcesses") ?? "yes"),
    killOnlyUsers: words(settings.get("KillOnlyUsers")),
    killExcludeUsers: words(settings.get("KillExcludeUsers") ?? "root"),
    isLingering: existsSync(`${root}/var/lib/systemd/linger/${user}`),
    canStartScope:
      Bun.which("systemd-run", { PATH: variable(env, "PATH") ?? "" }) !== null &&
      runtimeDir !== undefined &&
      existsSync(`${runtimeDir}/systemd/private`),
  };
}

/**
 * The settings of logind's files, the later winning. A value that is commented out counts until one
 * is set: distributions ship their compiled default like that, and it differs between them.
 */
export function parseLogind(texts: readonly string[]): Map<string, string> {
  const settings = new Map<string, string>();
  const isSet = new Set<string>();
  for (const line of texts.flatMap((text) => text.split("\n"))) {
    const [, comment, name = "", value = ""] = /^\s*(#?)\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === "" || (comment === "#" && isSet.has(name))) continue;
    if (comment === "") isSet.add(name);
    settings.set(name, value);
  }
  return settings;
}

function readLogindFiles(root: string): string[] {
  const main = MAIN_FILES.map((path) => readText(root + path)).find((text) => text !== undefined);
  const dropIns = new Map<string, string>();
  for (const file of MAIN_FILES.toReversed()) {
    const dir = `${root}${file}.d`;
    for (const name of namesIn(dir))
      if (name.endsWith(".conf")) dropIns.set(name, `${dir}/${name}`);
  }
  const paths = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return [main, ...paths.map(readText)].filter((text) => text !== undefined);
}

function isYes(value: string): boolean {
  return ["1", "yes", "true", "on"].includes(value.toLowerCase());
}

function words(value: string | undefined): string[] {
  return (value ?? "").split(/\s+/).filter((word) => word !== "");
}

function readText(path: string): string | undefined {
  // ENOENT, EACCES: then nothing is known.
  return ifAccessible(() => readFileSync(path, "utf8"));
}

function namesIn(dir: string): string[] {
  return ifAccessible(() => readdirSync(dir)) ?? [];
}
