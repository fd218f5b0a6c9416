import { NO_DETAILS, type Session } from "../../src/sessions/session.ts";

/** A session with made-up facts. */
export function sampleSession(facts: Partial<Session> = {}): Session {
  return {
    ...NO_DETAILS,
    name: "work",
    pid: "77",
    clients: 0,
    startedIn: "/srv/app",
    cmd: "bash -l",
    createdAt: 1_700_000_000,
    taskEndedAt: 0,
    taskExitCode: 0,
    isReachable: true,
    hasNotification: false,
    lastAttachedAt: 0,
    labels: {},
    ...facts,
  };
}
