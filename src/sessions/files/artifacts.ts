import { errnoOf, TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { removeShellFiles } from "../../shell/shell-files.ts";
import type { FileContent, PrivateDirectory } from "../../system/private-directory.ts";
import { makeLogDir, openLogDir } from "./directory.ts";
import { placeOf } from "./places.ts";

/** Kinds of sidecar that a session may have, each a directory below the log directory. */
export const ARTIFACT_KINDS = ["claude-statusline", "daemon-build", "git-meta"] as const;
/** Our own sidecars, unknown to other builds. */
const OWN_KINDS = ["client-env"] as const;
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];
export type SidecarKind = ArtifactKind | (typeof OWN_KINDS)[number];

export const SIDECAR_KINDS: readonly SidecarKind[] = [...ARTIFACT_KINDS, ...OWN_KINDS];
const SUFFIX = ".json";
/** Far above the size of any of our sidecars; a longer file is not accepted as one. */
const MAX_SIDECAR_BYTES = 128 * 1024;

export interface SessionArtifact {
  session: string;
  kind: ArtifactKind;
  path: string;
}

/** Path of a session's sidecar of one kind, to be shown to people. */
export function artifactPath(config: Config, kind: SidecarKind, session: string): string {
  return `${config.logDir}/${kind}/${session}${SUFFIX}`;
}

/**
 * Writes a sidecar atomically: no reader ever sees half of it.
 * @throws TsmError `unsafe-directory`; a system error.
 */
export function writeArtifact(
  config: Config,
  kind: SidecarKind,
  session: string,
  text: string,
): void {
  using logs = makeLogDir(config);
  using dir = logs.makeChild(kind);
  dir.write(session + SUFFIX, text);
}

/**
 * A session's sidecar; undefined unless it is a small, private file of this user. Anything else at
 * its path (a FIFO, a link, a directory) is ignored: this neither fails nor blocks.
 */
export function readArtifact(
  config: Config,
  kind: SidecarKind,
  session: string,
): FileContent | undefined {
  return withKind(placeOf(config, session), kind, (dir) => {
    const file = dir.read(session + SUFFIX, MAX_SIDECAR_BYTES);
    return file?.isCut === true ? undefined : file;
  });
}

/** Removes a sidecar of one kind. */
export function removeArtifact(config: Config, kind: SidecarKind, session: string): void {
  withKind(config, kind, (dir) => dir.remove(session + SUFFIX));
}

/** Path of a session's log. */
export function logPath(config: Config, session: string): string {
  return `${config.logDir}/${session}.log`;
}

/** All sidecars, including those whose session is gone; sorted by session, then kind. */
export function listSessionArtifacts(config: Config): SessionArtifact[] {
  const found = ARTIFACT_KINDS.flatMap((kind) =>
    (withKind(config, kind, (dir) => dir.names()) ?? [])
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .map((session) => ({ session, kind, path: artifactPath(config, kind, session) })),
  );
  const order = (text: string, other: string): number => (text < other ? -1 : text > other ? 1 : 0);
  return found.sort((a, b) => order(a.session, b.session) || order(a.kind, b.kind));
}

/** Removes a session's sidecars. */
export function removeSessionArtifacts(config: Config, session: string): void {
  for (const kind of SIDECAR_KINDS) removeArtifact(config, kind, session);
}

/** Removes what sessions leave apart from the socket and the log: sidecars and shell files. */
export function removeSessionRuntimeFiles(config: Config, ...sessions: string[]): void {
  for (const session of sessions) removeSessionArtifacts(config, session);
  removeShellFiles(config.socketDir, sessions);
}

/** Renames a session's sidecars with it, replacing any that already have the new name. */
export function renameSessionArtifacts(config: Config, oldName: string, newName: string): void {
  for (const kind of SIDECAR_KINDS) {
    withKind(config, kind, (dir) => dir.rename(oldName + SUFFIX, newName + SUFFIX));
  }
}

/** Calls back with the directory of one kind; undefined if it is missing or not safe to use. */
function withKind<T>(
  config: Config,
  kind: SidecarKind,
  work: (dir: PrivateDirectory) => T,
): T | undefined {
  try {
    using logs = openLogDir(config);
    using dir = logs?.openChild(kind);
    return dir === undefined ? undefined : work(dir);
  } catch (error) {
    // Another user's directory, or a bad disk: act as if it were empty; `tsm doctor` reports it.
    if (error instanceof TsmError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
