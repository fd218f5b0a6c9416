import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as tsm from "../src/index.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const PICKER = "\x1d";

/** What the published session package offers, as names are written here. */
const SESSION_PACKAGE = `
  HEADER_SIZE INFO_SIZE MAX_CMD_LEN MAX_CWD_LEN MAX_PAYLOAD_SIZE PickerRequestError Scrollback
  SessionNotFoundError SwitchSessionError Tag attach attachSwitchSequence claudeStatuslinePath
  cleanStaleSocket connect currentBuildInfo defaultConfig detachSession
  detectGitContext displayDir formatSessionName gitMetaPath isSocket killSession
  listSessionArtifacts listSessions marshalHeader marshalMessage maxSessionNameLen parseHeader
  newTerminalBackend parseInfo probeSession readDaemonBuildInfo readGitMeta readMessage releaseMessage
  removeDaemonBuildInfo removeSessionArtifacts removeSessionRuntimeFiles renameSession
  renameSessionArtifacts restoreBackendName sanitizeBranch sendMessage socketPath spawnDaemon
  spawnDaemonInDir startDaemon tagName validateSessionName writeClaudeStatusline writeGitMeta
`
  .trim()
  .split(/\s+/);

let root = "";
let config: tsm.Config = { socketDir: "", logDir: "" };

/** What a session's processes and a client are given, so that nothing of this user's is used. */
function environment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    SHELL: "/bin/sh",
    TERM: "xterm-256color",
    TSM_DIR: config.socketDir,
  };
}

beforeEach(() => {
  root = mkdtempSync("/tmp/tsm-lib-");
  config = tsm.defaultConfig({ TSM_DIR: join(root, "s") });
});

afterEach(async () => {
  for (const name of tsm.sessionNames(config)) await tsm.killSession(config, name);
  rmSync(root, { recursive: true, force: true });
});

function spawn(name: string, argv: readonly string[] = ["cat"]): Promise<void> {
  return tsm.spawnDaemonInDir(config, name, argv, root, { env: environment() });
}

describe("a program that uses tsm as a library", () => {
  test("creates a session, finds it in the list, renames it and ends it", async () => {
    expect(await tsm.listSessions(config)).toEqual([]);
    await spawn("work");
    const [session] = await tsm.listSessions(config);
    expect(session).toMatchObject({ name: "work", cmd: "cat", startedIn: root, clients: 0 });
    expect(tsm.isSocket(tsm.socketPath(config, "work"))).toBe(true);
    expect(tsm.readDaemonBuildInfo(config, "work")?.executable).toBe(process.execPath);

    await tsm.renameSession(config, "work", "play");
    expect(tsm.sessionNames(config)).toEqual(["play"]);
    const info = await tsm.probeSession(tsm.socketPath(config, "play"));
    expect(String(info.pid)).toBe(session?.pid ?? "");
    expect(tsm.readDaemonBuildInfo(config, "work")).toBeUndefined();

    await tsm.killSession(config, "play");
    expect(await tsm.listSessions(config)).toEqual([]);
    expect(tsm.listSessionArtifacts(config)).toEqual([]);
  });

  test("attaches by hand: types, reads the output, and is told of a detach", async () => {
    await spawn("work");
    const connection = await tsm.connect(tsm.socketPath(config, "work"));
    tsm.sendMessage(connection, tsm.Tag.Init, tsm.encodeSize({ rows: 10, cols: 40 }));
    tsm.sendMessage(connection, tsm.Tag.Input, new TextEncoder().encode("hello\n"));
    let shown = "";
    while (!shown.includes("hello\r\nhello")) {
      const { tag, payload } = await tsm.readMessage(connection, 20_000);
      if (tag === tsm.Tag.Output) shown += new TextDecoder().decode(payload);
    }
    expect((await tsm.listSessions(config))[0]?.clients).toBe(1);
    await tsm.detachSession(config, "work");
    await connection.untilClosed(20_000);
    expect(tsm.sessionNames(config)).toEqual(["work"]);
  });

  test("attaches its own terminal, and learns how that ended", async () => {
    await spawn("work");
    expect(await attachOnTerminal("work", DETACH)).toContain('"kind":"detached"');
    expect(await attachOnTerminal("work", PICKER)).toContain("picker");
    await spawn("asking");
    const shown = attachOnTerminal("asking", "");
    await untilAttached("asking");
    const connection = await tsm.connect(tsm.socketPath(config, "asking"));
    tsm.sendMessage(connection, tsm.Tag.Switch, new TextEncoder().encode("\0work"));
    expect(await shown).toContain("switch to work");
    connection.close();
  });

  test("runs a command, reads the screen and waits for the end, without attaching", async () => {
    await spawn("shell", ["sh"]);
    const run = await tsm.SessionRun.start(config, "shell", {
      text: new TextEncoder().encode("echo ran; (exit 3)"),
      isScript: false,
      isDetached: false,
      isPatient: true,
    });
    let output = "";
    let code: number | undefined;
    for await (const event of run.events()) {
      if (event.kind === "output") output += new TextDecoder().decode(event.bytes);
      if (event.kind === "ended") ({ code } = event);
    }
    run.close();
    expect({ output, code }).toEqual({ output: "ran\n", code: 3 });
    const snapshot = await tsm.captureSession(config, "shell", tsm.ALL_LINES);
    expect(await tsm.readSnapshotText(snapshot)).toContain("ran");
    const { signal } = new AbortController();
    const end = tsm.waitForEnd(config, "shell", { signal, keeps: false });
    await tsm.sendInput(config, "shell", new TextEncoder().encode("exit 4\r"));
    expect(await end).toEqual({ what: "session", code: 4, isStale: false });
  });

  test("is told what is wrong by the class and the code of an error", async () => {
    const missing = tsm.killSession(config, "nobody");
    expect(missing).rejects.toBeInstanceOf(tsm.SessionNotFoundError);
    expect(missing).rejects.toThrow('session not found: "nobody"');
    await spawn("work");
    expect(spawn("work")).rejects.toMatchObject({ code: "exists" });
    expect(spawn("a/b")).rejects.toMatchObject({ code: "invalid-name" });
    expect(spawn("other", ["no-such-program-here"])).rejects.toMatchObject({
      code: "spawn-failed",
    });
  });

  test("removes what a dead session left, and nothing of a live one", async () => {
    await spawn("live");
    expect(tsm.cleanStaleSocket(config, "live")).toBe(false);
    await using dead = Bun.spawn(
      [
        process.execPath,
        "-e",
        'Bun.listen({ unix: process.argv[1], socket: { data() {} } }); console.log("up")',
        tsm.socketPath(config, "dead"),
      ],
      { stdout: "pipe" },
    );
    await dead.stdout.getReader().read();
    dead.kill("SIGKILL");
    await dead.exited;
    tsm.writeClaudeStatusline(config, "dead", "{}");
    expect(tsm.cleanStaleSocket(config, "dead")).toBe(true);
    expect(existsSync(tsm.claudeStatuslinePath(config, "dead"))).toBe(false);
    expect(tsm.sessionNames(config)).toEqual(["live"]);
  });

  test("finds a new session's place in git", async () => {
    const git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", root];
    Bun.spawnSync([...git, "init", "-q", "-b", "trunk"]);
    writeFileSync(join(root, "file"), "");
    Bun.spawnSync([...git, "commit", "-q", "--allow-empty", "-m", "first"]);
    await spawn("work");
    const context = tsm.readGitMeta(config, "work");
    expect(context).toMatchObject({ isGitRepo: true, branchName: "trunk", isWorktree: false });
    expect(context).toEqual(await tsm.detectGitContext(root));
    const [session] = await tsm.listSessions(config);
    expect(session).toMatchObject({ gitBranchName: "trunk", gitIsWorktree: false });
    expect(session?.memory).toBeGreaterThan(0);
    expect(tsm.listSessionArtifacts(config).map(({ kind }) => kind)).toEqual([
      "daemon-build",
      "git-meta",
    ]);
  });

  test("finds every name of the session package", () => {
    const names = Object.keys(tsm);
    for (const name of SESSION_PACKAGE) expect(names).toContain(name);
  });

  test("reads and writes messages, and keeps a terminal's state", async () => {
    const message = tsm.marshalMessage(tsm.Tag.Ack, Uint8Array.of(1, 2));
    expect(tsm.parseHeader(message)).toEqual({ tag: tsm.Tag.Ack, length: 2 });
    expect(tsm.marshalHeader({ tag: tsm.Tag.Ack, length: 2 })).toEqual(
      message.slice(0, tsm.HEADER_SIZE),
    );
    tsm.releaseMessage(message);
    expect(tsm.tagName(tsm.Tag.Rename)).toBe("Rename");
    expect(tsm.INFO_SIZE).toBe(552);

    const terminal = await tsm.newTerminalBackend(3, 20);
    terminal.consume(new TextEncoder().encode("one\r\ntwo"));
    expect(new TextDecoder().decode(terminal.preview())).toContain("two");
    terminal.close();
    expect(tsm.restoreBackendName()).toBe("xterm-headless");
    const scrollback = new tsm.Scrollback(100);
    scrollback.write(new TextEncoder().encode("a\nb\nc\n"));
    expect(scrollback.tailLines(2)).toBe("b\nc\n");
  });
});

/** Attaches in a program on a terminal of its own; types once the session shows that it is there. */
async function attachOnTerminal(name: string, keys: string): Promise<string> {
  const decoder = new TextDecoder();
  let shown = "";
  await using client = Bun.spawn(
    [process.execPath, join(import.meta.dir, "fixtures/attach-with-library.ts"), name],
    {
      env: environment(),
      terminal: {
        data: (terminal, bytes) => {
          // The session's first output clears the screen: from then on keys are the client's.
          const wasThere = shown.includes("\x1b[2J");
          shown += decoder.decode(bytes, { stream: true });
          if (!wasThere && shown.includes("\x1b[2J")) terminal.write(keys);
        },
      },
    },
  );
  await client.exited;
  return shown;
}

/** Waits for a client of a session, by asking its daemon again and again. */
async function untilAttached(name: string): Promise<void> {
  const path = tsm.socketPath(config, name);
  const giveUpAtMs = performance.now() + 20_000;
  while ((await tsm.probeSession(path)).clientsLen === 0n) {
    if (performance.now() > giveUpAtMs) throw new Error(`nobody attaches to ${name}`);
    await Bun.sleep(5);
  }
}
