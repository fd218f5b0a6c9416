import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { errnoOf } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";
import { removeShellFiles } from "../config/shell-files.ts";
import { ensurePrivateDir } from "./directory.ts";

/** Kinds of sidecar that a session may have, each a directory below the log directory. */
export const ARTIFACT_KINDS = ["claude-statusline", "daemon-build", "git-meta"] as const;
/** Sidecars of our own that programs of other builds do not know. */
const OWN_KINDS = ["client-env"] as const;
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];
export type SidecarKind = ArtifactKind | (typeof OWN_KINDS)[number];

const ALL_KINDS: readonly SidecarKind[] = [...ARTIFACT_KINDS, ...OWN_KINDS];

export interface SessionArtifact {
  session: string;
  kind: ArtifactKind;
  path: string;
}

/** Path of a session's sidecar of one kind. */
export function artifactPath(config: Config, kind: SidecarKind, session: string): string {
  return `${config.logDir}/${kind}/${session}.json`;
}

/** Writes a sidecar in one step: nobody reads half of it. @throws a system error. */
export function writeArtifact(path: string, text: string): void {
  ensurePrivateDir(dirname(path));
  const temporary = `${path}.${process.pid}.new`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Path of a session's log. */
export function logPath(config: Config, session: string): string {
  return `${config.logDir}/${session}.log`;
}

/** All sidecars there are, also those whose session is gone; sorted by session, then kind. */
export function listSessionArtifacts(config: Config): SessionArtifact[] {
  const found = ARTIFACT_KINDS.flatMap((kind) =>
    entriesOf(`${config.logDir}/${kind}`)
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length))
      .map((session) => ({ session, kind, path: artifactPath(config, kind, session) })),
  );
  const order = (text: string, other: string): number => (text < other ? -1 : text > other ? 1 : 0);
  return found.sort((a, b) => order(a.session, b.session) || order(a.kind, b.kind));
}

/** Removes a session's sidecars. */
export function removeSessionArtifacts(config: Config, session: string): void {
  for (const kind of ALL_KINDS) rmSync(artifactPath(config, kind, session), { force: true });
}

/** Removes everything but the socket and the log that sessions leave: sidecars, shell files. */
export function removeSessionRuntimeFiles(config: Config, ...sessions: string[]): void {
  for (const session of sessions) removeSessionArtifacts(config, session);
  removeShellFiles(config.socketDir, sessions);
}

/** Gives a session's sidecars its new name; what stood there under that name is replaced. */
export function renameSessionArtifacts(config: Config, oldName: string, newName: string): void {
  for (const kind of ALL_KINDS) {
    renameIfThere(artifactPath(config, kind, oldName), artifactPath(config, kind, newName));
  }
}

export function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function entriesOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
