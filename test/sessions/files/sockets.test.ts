import { afterEach, describe, expect, test } from "bun:test";

import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

import { socketPath, type Config } from "../../../src/config/paths.ts";
import { artifactPath } from "../../../src/sessions/files/artifacts.ts";
import { nameLockPath, takeNameLock } from "../../../src/sessions/files/name-lock.ts";
import { findSession, listSessions, sessionNames } from "../../../src/sessions/list.ts";
import { isSocket, isTaken } from "../../../src/sessions/files/socket-files.ts";
import { cleanStaleSocket, isRefused } from "../../../src/sessions/files/sockets.ts";
import { connectUnix } from "../../../src/system/unix-socket.ts";
import { BoundSocket } from "../../fixtures/bound-socket.ts";
import { TestDirectory } from "../../config/test-directory.ts";

const listeners: Bun.UnixSocketListener<undefined>[] = [];

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop(true);
});

function configIn(dir: TestDirectory): Config {
  const config = { socketDir: dir.join("s"), logDir: dir.join("s.logs") };
  mkdirSync(config.socketDir, { mode: 0o700 });
  return config;
}

/** A listener that never answers. */
function listenAt(path: string): void {
  listeners.push(Bun.listen({ unix: path, data: undefined, socket: { data: () => {} } }));
}

/** A killed daemon's leftover: a socket without a listener. */
function leaveSocketAt(path: string): void {
  const listener = Bun.listen({ unix: `${path}.bound`, socket: { data: () => {} } });
  linkSync(`${path}.bound`, path);
  listener.stop(true); // removes the path that was bound
}

describe("a socket", () => {
  test("is distinguished from files, directories, links and a missing path", () => {
    using dir = new TestDirectory();
    listenAt(dir.join("socket"));
    writeFileSync(dir.join("file"), "");
    symlinkSync(dir.join("socket"), dir.join("link"));
    expect(isSocket(dir.join("socket"))).toBe(true);
    for (const other of ["file", "link", ".", "missing"]) {
      expect(isSocket(dir.join(other))).toBe(false);
    }
    expect(isTaken(dir.join("link"))).toBe(true);
    expect(isTaken(dir.join("missing"))).toBe(false);
  });

  test("that refuses is removed with its sidecars", async () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    leaveSocketAt(socketPath(config, "dead"));
    const sidecar = artifactPath(config, "git-meta", "dead");
    mkdirSync(dirname(sidecar), { recursive: true });
    writeFileSync(sidecar, "{}");
    expect(cleanStaleSocket(config, "dead")).toBe(true);
    expect(isTaken(socketPath(config, "dead"))).toBe(false);
    expect(existsSync(sidecar)).toBe(false);
    expect(cleanStaleSocket(config, "dead")).toBe(false);
  });

  test("whose daemon accepts but never answers is not removed", async () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    listenAt(socketPath(config, "slow"));
    expect(cleanStaleSocket(config, "slow")).toBe(false);
    expect(isSocket(socketPath(config, "slow"))).toBe(true);
  });

  test("is never a plain file, which is not removed", async () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    writeFileSync(socketPath(config, "file"), "mine");
    expect(cleanStaleSocket(config, "file")).toBe(false);
    expect(existsSync(socketPath(config, "file"))).toBe(true);
  });

  test("is removed when many processes find it dead at once, and the lock is gone afterwards", async () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    leaveSocketAt(socketPath(config, "dead"));
    const found = await Promise.all(Array.from({ length: 10 }, () => findSession(config, "dead")));
    expect(found).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(readdirSync(config.socketDir)).toEqual([]);
  });

  test("is removed even if its killed daemon left a lock file", () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    leaveSocketAt(socketPath(config, "dead"));
    writeFileSync(nameLockPath(config, "dead"), "4711\n");
    expect(cleanStaleSocket(config, "dead")).toBe(true);
    expect(readdirSync(config.socketDir)).toEqual([]);
  });

  test("is not removed while a daemon holds the lock of its name, even without a listener", () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    leaveSocketAt(socketPath(config, "starting"));
    const lock = takeNameLock(config, "starting");
    expect(cleanStaleSocket(config, "starting")).toBe(false);
    lock?.release();
    expect(cleanStaleSocket(config, "starting")).toBe(true);
  });

  test("is not removed while another program is between bind and listen", () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    const path = socketPath(config, "other");
    using bound = new BoundSocket(path);
    expect(isRefused(path)).toBe(true);
    expect(cleanStaleSocket(config, "other")).toBe(process.platform !== "linux");
    bound.listen(1);
  });

  test("is not removed while its queue is full", () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    const path = socketPath(config, "busy");
    using bound = new BoundSocket(path);
    bound.listen(0);
    const waiting = [connectUnix(path), connectUnix(path)];
    expect(connectUnix(path)).toEqual({ error: "EAGAIN" });
    expect(cleanStaleSocket(config, "busy")).toBe(false);
    for (const { fd } of waiting) if (fd !== undefined) closeSync(fd);
  });
});

describe("the list of sessions", () => {
  test("is empty without a directory", async () => {
    using dir = new TestDirectory();
    const config = { socketDir: dir.join("none"), logDir: dir.join("none.logs") };
    expect(await listSessions(config)).toEqual([]);
    expect(existsSync(config.socketDir)).toBe(false);
  });

  test("has only sockets, sorted, and none of tsm's own files", () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    for (const name of ["b", "a", ".hidden"]) listenAt(socketPath(config, name));
    writeFileSync(socketPath(config, "file"), "");
    mkdirSync(socketPath(config, ".bash"));
    listenAt(socketPath(config, "..hidden-by-two-dots"));
    expect(sessionNames(config)).toEqual([".hidden", "a", "b"]);
  });

  test("queries all sessions at once, removes dead ones and lists silent ones as unreachable", async () => {
    using dir = new TestDirectory();
    const config = configIn(dir);
    for (let i = 0; i < 20; i++) listenAt(socketPath(config, `slow${i + 10}`));
    leaveSocketAt(socketPath(config, "dead"));
    const sessions = await listSessions(config); // 20 s when asked one after another
    expect(sessions.map(({ name }) => name)).toEqual(
      Array.from({ length: 20 }, (_, i) => `slow${i + 10}`),
    );
    expect(sessions.every(({ isReachable }) => !isReachable)).toBe(true);
    expect(isTaken(socketPath(config, "dead"))).toBe(false);
  }, 10_000);
});
