import { accessSync, constants, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { errnoOf } from "../base/errors.ts";
import { ifAccessible } from "../base/system-access.ts";
import { isOwn, problemWithDirectory } from "../system/private-directory.ts";
import { foreignLinkIn, realPath } from "../system/real-path.ts";
import { processEnvironment, variable, type Environment } from "./environment.ts";
import { candidatesFrom, configOf, inRuntimeDir, type Candidate, type Config } from "./paths.ts";
import { notedPlaces } from "./noted-places.ts";
import { stateDirectoryPath } from "./state-directory.ts";

/** A directory that has precedence but is unusable for new sessions, and the reason. */
export interface PassedOver {
  dir: string;
  reason: string;
}

/**
 * Finds the directory for new sessions, and the others in which this user has sessions: cron, ssh,
 * su and a changed TMPDIR mean other environments, which must not hide sessions. With `TSM_DIR`,
 * only that directory counts. Unusable directories are passed over; when all of them are unusable,
 * the first is returned, and using it reports the problem.
 */
export function findConfig(env: Environment, uid: number): Config {
  const candidates = allCandidates(env, uid);
  const first = candidates.find((it) => problemWith(it) === undefined) ?? candidates[0];
  if (first === undefined) throw new Error("no place for sessions");
  const socketDir = realPath(first.socketDir);
  if (variable(env, "TSM_DIR") !== undefined) return configOf(socketDir);
  const others = [...candidates, inRuntimeDir(`/run/user/${uid}`)].map((it) => it.socketDir);
  const dirs = [...others, ...notedPlaces(env)].map(realPath);
  const elsewhere = [...new Set(dirs)].filter((dir) => dir !== socketDir && hasSockets(dir));
  return { ...configOf(socketDir), elsewhere: elsewhere.map(configOf) };
}

/**
 * The place of this user's sessions: `$TSM_DIR` alone, else the first usable one of
 * `$XDG_RUNTIME_DIR/tsm`, `$TMPDIR/tsm-UID` and `/tmp/tsm-UID`; `elsewhere` lists the other places
 * that contain sessions.
 */
export function defaultConfig(env: Environment = processEnvironment()): Config {
  return findConfig(env, process.getuid?.() ?? 0);
}

/** The directories that {@link findConfig} passes over, in order, each with the reason. */
export function passedOver(env: Environment, uid: number): PassedOver[] {
  const found: PassedOver[] = [];
  for (const candidate of allCandidates(env, uid)) {
    const reason = problemWith(candidate);
    if (reason === undefined) return found;
    found.push({ dir: candidate.socketDir, reason });
  }
  return [];
}

function allCandidates(env: Environment, uid: number): Candidate[] {
  const candidates = candidatesFrom(env, uid);
  const state = stateDirectoryPath(env);
  if (state === undefined || variable(env, "TSM_DIR") !== undefined) return candidates;
  // The last resort. With most home directories its path is short enough for sockets.
  return [...candidates, { socketDir: join(state, "sockets") }];
}

/** The reason why a directory cannot be used or created for sessions; undefined if it can. */
function problemWith({ socketDir, base, isOwnBase }: Candidate): string | undefined {
  const problem = problemWithPath(socketDir) ?? problemWithPath(`${socketDir}.logs`);
  if (problem !== undefined || base === undefined) return problem;
  const stats = statIfThere(base);
  if (stats?.isDirectory() !== true) return `There is no directory ${base}.`;
  if (isOwnBase === true && !isOwn(stats)) return problemWithDirectory(base, stats)?.message;
  return exists(socketDir) || mayWrite(base) ? undefined : `${base} cannot be written to.`;
}

/** The problem with an existing path; undefined if it is missing or a private directory. */
function problemWithPath(path: string): string | undefined {
  const link = foreignLinkIn(path);
  if (link !== undefined) return `${link} is a symbolic link of another user.`;
  if (!exists(path)) return undefined;
  const stats = statIfThere(path);
  if (stats === undefined) return `${path} cannot be read.`;
  return problemWithDirectory(path, stats)?.message;
}

function hasSockets(dir: string): boolean {
  const stats = statIfThere(dir);
  if (stats === undefined || problemWithDirectory(dir, stats) !== undefined) return false;
  return (
    ifAccessible(() =>
      readdirSync(dir, { withFileTypes: true }).some((entry) => entry.isSocket()),
    ) ?? false
  );
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    // EACCES and the like: if the path exists, it belongs to another user.
    if (errnoOf(error) === undefined) throw error;
    return errnoOf(error) !== "ENOENT";
  }
}

function statIfThere(path: string) {
  return ifAccessible(() => statSync(path));
}

function mayWrite(dir: string): boolean {
  return (
    ifAccessible(() => {
      accessSync(dir, constants.W_OK | constants.X_OK);
      return true;
    }) ?? false
  );
}
