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

/** Why a directory is not the place of new sessions, although it would come first. */
export interface PassedOver {
  dir: string;
  reason: string;
}

/**
 * Where new sessions go, and where else this user has some: cron, ssh, su and a changed TMPDIR come
 * with other environments, and must not hide sessions. With `TSM_DIR` that directory alone counts.
 * A directory that is missing or not ours is passed over; when none is left, the first is returned,
 * and using it tells what is wrong with it.
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
 * Where this user's sessions live: `$TSM_DIR` alone, else the first usable one of
 * `$XDG_RUNTIME_DIR/tsm`, `$TMPDIR/tsm-UID` and `/tmp/tsm-UID`; `elsewhere` lists the others that
 * have sessions too.
 */
export function defaultConfig(env: Environment = processEnvironment()): Config {
  return findConfig(env, process.getuid?.() ?? 0);
}

/** The directories that come before the one that {@link findConfig} returns, each with the reason. */
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
  // Where nothing else is left. Its path is short enough for sockets in most homes.
  return [...candidates, { socketDir: join(state, "sockets") }];
}

/** Why no sessions can live in a directory, neither now nor when it is made; undefined when they can. */
function problemWith({ socketDir, base, isOwnBase }: Candidate): string | undefined {
  const problem = problemWithPath(socketDir) ?? problemWithPath(`${socketDir}.logs`);
  if (problem !== undefined || base === undefined) return problem;
  const stats = statIfThere(base);
  if (stats?.isDirectory() !== true) return `There is no directory ${base}.`;
  if (isOwnBase === true && !isOwn(stats)) return problemWithDirectory(base, stats)?.message;
  return exists(socketDir) || mayWrite(base) ? undefined : `${base} cannot be written to.`;
}

/** What is wrong with what stands there; undefined when nothing does, or a private directory. */
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
    // EACCES and the like: it is somebody's, if it is there.
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
