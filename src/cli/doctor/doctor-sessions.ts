import type { IntegrationState } from "../../protocol/integration.ts";
import { TsmError } from "../../base/errors.ts";
import { socketPath, type Config } from "../../config/paths.ts";
import { listSessionArtifacts, type SessionArtifact } from "../../sessions/files/artifacts.ts";
import { hasOlderBuild } from "../../sessions/files/daemon-build.ts";
import { findLeftovers } from "../../sessions/files/leftovers.ts";
import { sessionNames } from "../../sessions/list.ts";
import { describeIntegration, readIntegration } from "../../sessions/wire/read-integration.ts";
import { quoteName } from "../../sessions/names.ts";
import { recallHidden } from "../../sessions/files/hidden.ts";
import { isNameLocked, lockedNames, nameLockPath } from "../../sessions/files/name-lock.ts";
import { placeOf, placesOf } from "../../sessions/files/places.ts";
import { isTaken } from "../../sessions/files/socket-files.ts";
import { orphanedRunFiles } from "../../sessions/files/run-files.ts";
import { probeSession } from "../../sessions/wire/requests.ts";
import { fine, problem, warning, type Check } from "./doctor-check.ts";

export interface InspectedSession {
  name: string;
  /** `stale`: its daemon is gone; `unreachable`: it does not answer in time. */
  state: "live" | "unreachable" | "stale";
  pid: number | undefined;
  /** Exit status of its command, if the session is held. */
  exitCode?: number | undefined;
  hasOlderBuild: boolean;
  /** Whether its shell reports its prompts; undefined if the daemon does not report it. */
  integration?: IntegrationState | undefined;
}

/** Every session; unlike a list, this removes nothing. @throws TsmError as `listSessions`. */
export async function inspectSessions(config: Config): Promise<InspectedSession[]> {
  for (const place of placesOf(config)) await recallHidden(place);
  const found = await Promise.all(sessionNames(config).map((name) => inspect(config, name)));
  return found.filter((session) => session !== undefined);
}

async function inspect(config: Config, name: string): Promise<InspectedSession | undefined> {
  const older = hasOlderBuild(config, name);
  try {
    const { pid, taskEndedAt, taskExitCode } = await probeSession(
      socketPath(placeOf(config, name), name),
    );
    const exitCode = taskEndedAt > 0n ? taskExitCode : undefined;
    const integration = await readIntegration(config, name);
    return { name, state: "live", pid, exitCode, hasOlderBuild: older, integration };
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    if (error.code === "not-found") return undefined; // it has ended just now
    const state = error.code === "refused" ? "stale" : "unreachable";
    return { name, state, pid: undefined, hasOlderBuild: older };
  }
}

/** Files of sessions that are gone. */
export function leftoversOf(config: Config): string[] {
  return placesOf(config).flatMap((place) => [
    ...orphanedArtifacts(place).map(({ path }) => path),
    ...orphanedRunFiles(place),
    ...orphanedLocks(place).map(({ path }) => path),
    ...otherLeftovers(place),
  ]);
}

/** Sidecars of a place whose session is gone. */
export function orphanedArtifacts(place: Config): SessionArtifact[] {
  return listSessionArtifacts(place).filter(({ session }) => hasGone(place, session));
}

/** Locks of a place whose daemon was killed before it could remove them. */
export function orphanedLocks(place: Config): { session: string; path: string }[] {
  return lockedNames(place)
    .filter((name) => hasGone(place, name))
    .map((session) => ({ session, path: nameLockPath(place, session) }));
}

/** Other leftovers of killed processes in a place. */
export function otherLeftovers(place: Config): string[] {
  return findLeftovers(place, (name) => hasGone(place, name));
}

/** Whether there is neither a socket of that name nor a daemon that has lost it. */
function hasGone(place: Config, name: string): boolean {
  return !isTaken(socketPath(place, name)) && isNameLocked(place, name) === false;
}

export function checkSessions(sessions: readonly InspectedSession[]): Check[] {
  return sessions.length === 0
    ? [fine("sessions", "none")]
    : sessions.map((session) => checkSession(session));
}

function checkSession(session: InspectedSession): Check {
  const { name, state, pid, exitCode, hasOlderBuild } = session;
  const label = `session ${quoteName(name)}`;
  switch (state) {
    case "stale":
      return problem(label, "stale: its daemon is gone", "Run 'tsm doctor clean-stale'.");
    case "unreachable":
      return problem(label, "unreachable: it does not answer", `Run 'tsm debug session ${name}'.`);
    case "live":
      if (exitCode !== undefined) return fine(label, `held: its command exited with ${exitCode}`);
      return hasOlderBuild
        ? warning(
            label,
            `live, pid ${pid}, running an older tsm daemon build`,
            `To use the new build, run 'tsm kill ${name}' and create it again.`,
          )
        : checkIntegration(label, `live, pid ${pid}`, session);
  }
}

/** What a shell without integration cannot do, and how to get it. */
function checkIntegration(label: string, fact: string, session: InspectedSession): Check {
  const { name, integration } = session;
  if (integration?.kind !== "never" && integration?.kind !== "lost") return fine(label, fact);
  const plain = "'tsm run' works as in a plain shell";
  return warning(
    label,
    `${fact}; shell integration: ${describeIntegration(integration)}`,
    integration.kind === "lost"
      ? `Until it is back, ${plain}; 'tsm run ${name} -- true' restores it.`
      : `The prompt has no mark, and ${plain}; see docs/shells.md for set-ups that prevent it.`,
  );
}

export function checkLeftovers(paths: readonly string[]): Check {
  return paths.length === 0
    ? fine("leftovers", "none")
    : problem(
        "leftovers",
        `${paths.length} left by dead sessions: ${paths.join(", ")}`,
        "Run 'tsm doctor clean-stale'.",
      );
}
