import type { Environment } from "../config/environment.ts";
import { displayDir, needsAttention, type Session } from "./session.ts";

/**
 * One session in the output of `tsm ls --json`: `docs/sessions.schema.json` in types. Names stay;
 * new ones may be added. A time stands there twice, in Unix seconds and in ISO 8601; one that is not
 * known is 0 and null.
 */
export interface SessionJson extends Omit<Session, "lastAttachedAt"> {
  createdAtIso: string | null;
  taskEndedAtIso: string | null;
  agentUpdatedIso: string | null;
  /** 0 for never and for not known. */
  lastAttachedAt: number;
  lastAttachedAtIso: string | null;
  /** `startedIn` with the home directory as `~`. */
  displayDir: string;
  /** It waits for its user. */
  needsAttention: boolean;
  /** The command was run inside this session. */
  isCurrent: boolean;
}

export function toSessionJson(
  session: Session,
  env: Environment,
  current: string | undefined,
): SessionJson {
  const { lastAttachedAt = 0 } = session;
  return {
    ...session,
    createdAtIso: toIso(session.createdAt),
    taskEndedAtIso: toIso(session.taskEndedAt),
    agentUpdatedIso: toIso(session.agentUpdated),
    lastAttachedAt,
    lastAttachedAtIso: toIso(lastAttachedAt),
    displayDir: displayDir(session, env),
    needsAttention: needsAttention(session),
    isCurrent: session.name === current,
  };
}

/** Unix seconds as a date; null for 0, and for what no calendar has. */
export function toIso(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  // A daemon of another build may tell any number.
  return seconds > 0 && Number.isFinite(date.getTime()) ? date.toISOString() : null;
}
