import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import { ifAccessible } from "../../base/system-access.ts";
import type { Config } from "../../config/paths.ts";
import { NAME_FILE } from "../../shell/shell-files.ts";
import { SHELL_KINDS } from "../../shell/shell-kind.ts";
import { isAlive } from "../../system/processes/session-processes.ts";

/** A file without its creator's pid in its name is in use by this age, if it ever will be. */
const YOUNG_MS = 10_000;
/** `ID-PID` with the pid of the command that made the link, in base 36; older links have no pid. */
const AGENT_LINK = /^[0-9a-f]{12}(?:-([0-9a-z]+))?$/;
/** Links that a process, whose pid they name, made to replace the link beside them. */
const TEMPORARY_LINK = /^[0-9a-f]{12}(?:-[0-9a-z]+)?\.(\d+)\.new$/;
const TEMPORARY_SIDECAR = /\.json\.(\d+)\.new$/;
/** Files that `tsm doctor` made to test the directory; the pid is in base 36. */
const PROBE = /^\.\.doctor-([0-9a-z]+)$/;
/** Variables through which the processes of a session know such files. */
const NAMING_VARIABLE = /^(?:SSH_AUTH_SOCK|TSM_SESSION_FILE)=(.*)$/s;

/**
 * Files that killed processes left: links to ssh agents, start-up files of shells, sidecars and
 * temporary files. A file that a variable of a live process names is never a leftover, even if its
 * session's socket is gone; where variables cannot be read (no /proc), no file is.
 *
 * @param hasGone whether the name has neither a socket nor a daemon that has lost its socket.
 */
export function findLeftovers(config: Config, hasGone: (name: string) => boolean): string[] {
  const used = filesInUse();
  if (used === undefined) return [];
  const isUsed = (path: string): boolean => used.has(identityOf(path) ?? "");
  const links = entriesOf(`${config.logDir}/agent-sock`);
  const sidecars = entriesOf(config.logDir).flatMap(entriesOf);
  const variables = entriesOf(`${config.logDir}/client-env`);
  const own = entriesOf(config.socketDir);
  const shellDirectories = SHELL_KINDS.flatMap((kind) => entriesOf(`${config.socketDir}/.${kind}`));
  return [
    ...links.filter((path) => isLeftLink(path) && !isUsed(path)),
    ...shellDirectories.filter(
      (path) => isOld(path) && !isUsed(`${path}/${NAME_FILE}`) && hasGone(sessionOf(path)),
    ),
    ...variables.filter((path) => path.endsWith(".json") && hasGone(basename(path, ".json"))),
    ...links.filter((path) => isLeftBy(TEMPORARY_LINK.exec(basename(path)), 10)),
    ...[...sidecars, ...own].filter((path) => isLeftBy(TEMPORARY_SIDECAR.exec(path), 10)),
    ...own.filter((path) => isLeftBy(PROBE.exec(basename(path)), 36)),
  ];
}

/** The session that start-up files belong to; a rename does not rename their directory. */
function sessionOf(shellDirectory: string): string {
  return readIfThere(`${shellDirectory}/${NAME_FILE}`).trimEnd() || basename(shellDirectory);
}

function isLeftLink(path: string): boolean {
  const match = AGENT_LINK.exec(basename(path));
  if (match === null) return false;
  return match[1] === undefined ? isOld(path) : isLeftBy(match, 36);
}

/** Whether the pid in a file's name is that of a process that is gone. */
function isLeftBy(match: RegExpExecArray | null, radix: number): boolean {
  return match !== null && !isAlive(Number.parseInt(match[1] ?? "", radix));
}

function isOld(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.ctimeMs > YOUNG_MS;
}

/** Identities of the files that variables of processes name, as far as those can be read. */
function filesInUse(): ReadonlySet<string> | undefined {
  const processes = entriesOf("/proc").filter((path) => /\/\d+$/.test(path));
  if (processes.length === 0) return undefined;
  const paths = new Set<string>();
  for (const process of processes) {
    for (const text of readIfThere(`${process}/environ`).split("\0")) {
      const path = NAMING_VARIABLE.exec(text)?.[1];
      if (path !== undefined) paths.add(path);
    }
  }
  return new Set([...paths].flatMap((path) => identityOf(path) ?? []));
}

/** A key that is equal for all paths to the same file; undefined when there is no file. */
function identityOf(path: string): string | undefined {
  return ifAccessible(() => {
    const { dev, ino } = lstatSync(path);
    return `${dev}:${ino}`;
  });
}

function readIfThere(path: string): string {
  // The process has ended, or belongs to another user.
  return ifAccessible(() => readFileSync(path, "utf8")) ?? "";
}

/** Paths of a directory's entries; empty when it is not a directory or cannot be read. */
function entriesOf(directory: string): string[] {
  return ifAccessible(() => readdirSync(directory).map((name) => `${directory}/${name}`)) ?? [];
}
