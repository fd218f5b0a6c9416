import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { symlinkSync } from "node:fs";

import { Tag } from "../../../src/protocol/tags.ts";
import { OriginalDaemon } from "../support/original-daemon.ts";
import { Sandbox, TSM, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

describe("a session of the original program", () => {
  for (const farewell of ["answers", "hangs-up", "refuses"] as const) {
    test(`has ended when its socket goes a moment after the connection (${farewell})`, async () => {
      await using box = new Sandbox();
      await using daemon = OriginalDaemon.listen(box, "work");
      daemon.screen = "last words";
      const screen = box.open(["attach", "work"]);
      await daemon.attached();
      await screen.shown("last words");
      daemon.end(farewell, 200);
      expect(await screen.exited()).toBe(0);
      expect(screen.text).toEndWith("[work ended]\r\n");
    });
  }

  test("whose daemon was killed is lost", async () => {
    await using box = new Sandbox();
    await using daemon = OriginalDaemon.listen(box, "work");
    const screen = box.open(["attach", "work"]);
    await daemon.attached();
    daemon.end("refuses", 30_000);
    expect(await screen.exited()).toBe(1);
    expect(screen.text).toContain('Lost session "work": its daemon is gone.\r\n');
  });

  test("detaches all other clients for --take, which it does not know", async () => {
    await using box = new Sandbox();
    await using daemon = OriginalDaemon.listen(box, "work");
    daemon.screen = "here";
    const first = box.open(["attach", "work"]);
    await daemon.attached();
    await first.shown("here");
    const second = box.open(["attach", "--take", "work"]);
    await daemon.attached();
    await second.shown("here");
    expect(await first.exited()).toBe(0);
    expect(first.text).toEndWith("[detached from work]\r\n");
    expect(daemon.clients).toBe(1);
    second.type(DETACH);
    expect(await second.exited()).toBe(0);
    expect(daemon.skipped).not.toContain(Tag.DetachOthers);
  });

  test("refuses to be watched only, which it does not know, before anything is shown", async () => {
    await using box = new Sandbox();
    await using daemon = OriginalDaemon.listen(box, "work");
    const screen = box.open(["attach", "--read-only", "work"]);
    expect(await screen.exited()).toBe(1);
    expect(screen.text).toContain(
      'Cannot attach session "work": its daemon does not know read-only clients.\r\n' +
        "It is of another build: attach without --read-only, or create the session again.\r\n",
    );
    expect(daemon.clients).toBe(0);
  });

  test("shows its screen in screen, history and tail, which report what is missing", async () => {
    await using box = new Sandbox();
    await using daemon = OriginalDaemon.listen(box, "work");
    daemon.screen = "one\r\n\x1b[31mtwo\x1b[m\r\n\r\nthree wide 日本\x1b]0;T\x07";
    const text = "one\ntwo\n\nthree wide 日本\n";
    const notice =
      'The daemon of session "work" is from another build: it reports only its screen.\n';
    expect(await box.run(["screen", "work"])).toEqual({ code: 0, stdout: text, stderr: "" });
    expect(await box.run(["history", "work"])).toEqual({ code: 0, stdout: text, stderr: notice });
    expect(await box.run(["tail", "--plain", "-n", "1", "work"])).toEqual({
      code: 0,
      stdout: "three wide 日本\n",
      stderr: notice,
    });
    expect(await box.ok("history", "--vt", "work")).toContain("\x1b[31mtwo");
    expect(JSON.parse(await box.ok("screen", "--json", "work"))).toEqual({
      name: "work",
      lines: ["one", "two", "", "three wide 日本"],
      rows: null,
      cols: null,
      cursor: null,
      title: null,
      cwd: null,
      isAlternateScreen: null,
    });
    expect(daemon.clients).toBe(0);
  });

  test("cannot be followed, and is said to be so", async () => {
    await using box = new Sandbox();
    await using daemon = OriginalDaemon.listen(box, "work");
    expect(await box.run(["tail", "-f", "work"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        'Cannot follow session "work": its daemon is from another build, which reports only its screen.\n' +
        "Run 'tsm tail work' without --follow, or attach to it.\n",
    });
    expect(daemon.clients).toBe(0);
  });

  test("is listed, probed, renamed, detached and killed like any other", async () => {
    await using box = new Sandbox();
    await using daemon = OriginalDaemon.listen(box, "work");
    const screen = box.open(["attach", "work"]);
    await daemon.attached();
    expect(await box.ok("ls")).toMatch(/^work +1 +yes \(1\)/m);
    await box.ok("rename", "work", "new");
    expect(box.sockets()).toEqual(["new"]);
    await box.ok("detach", "new");
    expect(await screen.exited()).toBe(0);
    await box.ok("kill", "new");
    await until(() => box.sockets().length === 0, "the socket to go");
  });

  test("is found by its terminal when it has been renamed since", async () => {
    await using box = new Sandbox();
    symlinkSync(TSM, `${box.root}/tsm`);
    const inside = box.open([], { program: "/bin/sh", env: { TSM_SESSION: "old" } });
    await using daemon = OriginalDaemon.listen(box, "old");
    daemon.pid = inside.pid;
    const screen = box.open(["attach", "old"]);
    await daemon.attached();
    await box.ok("rename", "old", "new");
    inside.type("./tsm detach; echo status $?\r");
    await inside.shown("status 0\r\n");
    expect(await screen.exited()).toBe(0);
    inside.clear();
    inside.type("./tsm kill; echo status $?\r");
    await inside.shown('Session "new" killed\r\nstatus 0\r\n');
  });

  test("that has ended under its old name is said to be not there", async () => {
    await using box = new Sandbox();
    await box.ok("new", "other");
    const { code, stderr } = await box.run(["detach"], { env: { TSM_SESSION: "old" } });
    expect(code).toBe(1);
    expect(stderr).toStartWith('Cannot detach session "old": session not found.\n');
  });
});
