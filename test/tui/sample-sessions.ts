import type { ListedSession } from "../../src/tui/model/listed-session.ts";
import type { PickerSource } from "../../src/tui/model/picker-source.ts";

/** A moment at which the samples' ages are round. */
export const NOW_MS = Date.UTC(2026, 0, 2, 12, 30);

/** A session with every fact known, but for what a test says. */
export function sampleSession(name: string, facts: Partial<ListedSession> = {}): ListedSession {
  return {
    name,
    clients: 0,
    createdAt: NOW_MS / 1000 - 3 * 3600,
    pid: "4242",
    cmd: "bash",
    exitCode: undefined,
    startedIn: `~/src/${name}`,
    isReachable: true,
    repo: "",
    branch: "",
    memory: 12 << 20,
    agentLine: "",
    needsAttention: false,
    ...facts,
  };
}

/** A small list with all there is to see: a group, an agent, clients, wide letters, a slow one. */
export function sampleList(): ListedSession[] {
  const day = NOW_MS / 1000 - 86_400;
  const app = { repo: "myapp", startedIn: "~/src/myapp" };
  return [
    sampleSession("api@feature-x", {
      ...app,
      branch: "feature-x",
      clients: 2,
      agentLine: "claude · working · exec: bun test · 12s",
      memory: 412 << 20,
    }),
    sampleSession("api@main", { ...app, branch: "main", createdAt: day }),
    sampleSession("web", {
      ...app,
      branch: "main",
      clients: 1,
      agentLine: "codex · waits for you · approve: rm -r dist",
      needsAttention: true,
    }),
    sampleSession("notes", { clients: 1, createdAt: day - 86_400 * 40, memory: 3 << 20 }),
    sampleSession("建置伺服器", { repo: "infra", branch: "主線", startedIn: "~/src/基礎" }),
    sampleSession("stuck", {
      isReachable: false,
      pid: "",
      createdAt: 0,
      memory: 0,
      startedIn: "",
      cmd: "",
    }),
  ];
}

/** Many sessions in groups of a few. */
export function manySessions(count: number): ListedSession[] {
  return Array.from({ length: count }, (_, at) =>
    sampleSession(`session-${at}`, {
      repo: `repo-${at % Math.max(1, Math.floor(count / 25))}`,
      branch: `branch-${at % 7}`,
      clients: at % 3,
      createdAt: NOW_MS / 1000 - at * 61,
      memory: (at % 90) << 20,
    }),
  );
}

/** A source over a list in memory that remembers what it was asked to do. */
export class SampleSource implements PickerSource {
  readonly calls: string[] = [];
  sessions: ListedSession[];
  text: string | undefined = undefined;
  /** With this, everything but reading fails. */
  failure: Error | undefined;

  constructor(sessions: ListedSession[]) {
    this.sessions = sessions;
  }

  list(): Promise<ListedSession[]> {
    return Promise.resolve([...this.sessions]);
  }

  preview(name: string): Promise<Uint8Array | undefined> {
    const text = this.text ?? `\x1b[32m~/src/${name}\x1b[m $ \x1b[1mbun test\x1b[m\r\n 12 pass`;
    return Promise.resolve(Buffer.from(text));
  }

  kill(name: string): Promise<void> {
    return this.#act(`kill ${name}`, () => {
      this.sessions = this.sessions.filter((session) => session.name !== name);
    });
  }

  detach(name: string): Promise<void> {
    return this.#act(`detach ${name}`, () => {
      this.sessions = this.sessions.map((session) =>
        session.name === name ? { ...session, clients: 0 } : session,
      );
    });
  }

  rename(oldName: string, newName: string): Promise<void> {
    return this.#act(`rename ${oldName} ${newName}`, () => {
      this.sessions = this.sessions.map((session) =>
        session.name === oldName ? { ...session, name: newName } : session,
      );
    });
  }

  create(name: string, dir: string): Promise<void> {
    return this.#act(`create ${name} ${dir}`, () => {
      this.sessions = [...this.sessions, sampleSession(name, { startedIn: dir })];
    });
  }

  #act(call: string, work: () => void): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.calls.push(call);
    work();
    return Promise.resolve();
  }
}
