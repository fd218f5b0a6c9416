import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";

import { FrameDecoder } from "../../../src/protocol/decoder.ts";
import { marshalMessage } from "../../../src/protocol/frame.ts";
import { encodeInfo } from "../../../src/protocol/info.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { SessionSource } from "../../../src/tui/run/session-source.ts";
import { createRepository, TestDirectory } from "../../git/repositories.ts";

setDefaultTimeout(20_000);

let directory: TestDirectory;
let source: SessionSource;
let listeners: Bun.UnixSocketListener<undefined>[];
let connections: number;

beforeEach(() => {
  directory = new TestDirectory();
  listeners = [];
  connections = 0;
  mkdirSync(directory.join("sockets"), { mode: 0o700 });
  source = new SessionSource({
    config: { socketDir: directory.join("sockets"), logDir: directory.join("logs") },
    env: { PATH: process.env["PATH"], HOME: directory.path, GIT_CONFIG_GLOBAL: "/dev/null" },
    create: () => Promise.resolve(),
    describe: (sessions) =>
      new Map(
        sessions.map(({ name, pid }) => [
          name,
          { memory: Number(pid), agentLine: `agent in ${name}`, needsAttention: name === "one" },
        ]),
      ),
  });
});

afterEach(() => {
  source.close();
  for (const listener of listeners) listener.stop(true);
  directory[Symbol.dispose]();
});

/** Answers as a session's daemon does: facts, and a preview with the number of the question. */
function serve(name: string, cwd: string): Bun.UnixSocketListener<undefined> {
  let previews = 0;
  const decoder = new FrameDecoder();
  const listener = Bun.listen<undefined>({
    unix: directory.join("sockets", name),
    socket: {
      open: () => void connections++,
      data: (socket, bytes) =>
        void decoder.push(bytes, (tag) => {
          const info = { clientsLen: 2n, pid: 77, cmd: "bash -l", cwd, createdAt: 1000n };
          const facts = { ...info, taskEndedAt: 0n, taskExitCode: 0 };
          if (tag === Tag.Info) socket.write(marshalMessage(Tag.Info, encodeInfo(facts)));
          if (tag !== Tag.History) return;
          socket.write(marshalMessage(Tag.History, Buffer.from(`${name} ${++previews}`)));
        }),
    },
  });
  listeners.push(listener);
  return listener;
}

test("a session has its daemon's facts, its git repository and its activity", async () => {
  const repository = createRepository(directory.join("myapp"));
  serve("one", repository);
  serve("two", directory.path);
  // Git may take longer than the first list waits.
  let sessions = await source.list();
  while (sessions[0]?.repo === "") sessions = await source.list();
  expect(sessions).toEqual([
    {
      name: "one",
      clients: 2,
      createdAt: 1000,
      pid: "77",
      cmd: "bash -l",
      exitCode: undefined,
      startedIn: "~/myapp",
      isReachable: true,
      repo: "myapp",
      branch: "main",
      memory: 77,
      agentLine: "agent in one",
      needsAttention: true,
    },
    expect.objectContaining({ name: "two", startedIn: "~", repo: "", needsAttention: false }),
  ]);
});

test("repositories of one name are distinguished", async () => {
  serve("one", createRepository(directory.join("a/app")));
  serve("two", createRepository(directory.join("b/app")));
  let sessions = await source.list();
  while (sessions.some(({ repo }) => repo === "" || repo === "app")) sessions = await source.list();
  expect(sessions.map(({ repo }) => repo)).toEqual(["a/app", "b/app"]);
});

test("previews of one session share a connection; another session has its own", async () => {
  serve("one", "/");
  serve("two", "/");
  const preview = async (name: string): Promise<string> =>
    Buffer.from((await source.preview(name)) ?? []).toString();
  expect(await preview("one")).toBe("one 1");
  expect(await preview("one")).toBe("one 2");
  expect(connections).toBe(1);
  expect(await preview("two")).toBe("two 1");
  expect(connections).toBe(2);
});

test("a preview of a session that ended rejects, and one of a new session of that name works", async () => {
  serve("one", "/").stop(true);
  expect(source.preview("one")).rejects.toThrow();
  serve("one", "/");
  let text: string | undefined;
  while (text === undefined) {
    text = await source.preview("one").then(
      (bytes) => Buffer.from(bytes ?? []).toString(),
      () => undefined,
    );
  }
  expect(text).toBe("one 1");
});
