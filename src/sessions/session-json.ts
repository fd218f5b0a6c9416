import type { Environment } from "../config/environment.ts";
import { displayDir, needsAttention, type Session } from "./session.ts";

/**
 * One session in the output of `tsm ls --json`, as `docs/sessions.schema.json` describes it. Names
 * of fields never change; fields may be added. Each time is given twice, in Unix seconds and in ISO
 * 8601; an unknown time is 0 and null.
 */
export interface SessionJson extends Omit<Session, "lastAttachedAt"> {
  createdAtIso: string | null;
  taskEndedAtIso: string | null;
  agentUpdatedIso: string | null;
  /** Unix seconds; 0 for never or unknown. */
  lastAttachedAt: number;
  lastAttachedAtIso: string | null;
  /** `startedIn` with the home directory as `~`. */
  displayDir: string;
  /** The session waits for its user. */
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

/** Formats Unix seconds in ISO 8601; null for 0, and for numbers outside the range of dates. */
export function toIso(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  // A daemon of another build may report any number.
  return seconds > 0 && Number.isFinite(date.getTime()) ? date.toISOString() : null;
}
