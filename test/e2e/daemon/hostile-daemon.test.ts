import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { isHarmless } from "../../../src/base/harmless-text.ts";
import { marshalMessage } from "../../../src/protocol/frame.ts";
import { encodeInfo } from "../../../src/protocol/info.ts";
import { encodeVariables } from "../../../src/protocol/messages.ts";
import { encodeRunState } from "../../../src/protocol/run-command.ts";
import { ANSWERED_TAGS, Tag } from "../../../src/protocol/tags.ts";
import { FakeDaemon, type FakeClient } from "../support/fake-daemon.ts";
import { Sandbox } from "../support/sandbox.ts";

setDefaultTimeout(120_000);

const EVIL = "ev\x1b[31mil\x1b]0;TITLE\x07\u009b31m\u202e\u200b\r\nnext";
/** What is left of it where it is shown. */
const SHOWN = "ev\\u001b[31mil\\u001b]0;TITLE\\u0007\\u009b31m\\u202e\\u200b\\r\\nnext";
const HUGE = 2n ** 63n;

/** Answers everything, with text and numbers that do harm where they are believed. */
function answerWithEvil(client: FakeClient, tag: number): void {
  const facts = { cmd: EVIL, cwd: EVIL, pid: -1, clientsLen: HUGE, taskExitCode: 255 };
  switch (tag) {
    case Tag.Info:
      return client.send(Tag.Info, encodeInfo({ ...facts, createdAt: HUGE, taskEndedAt: HUGE }));
    case Tag.Attention:
      return client.send(Tag.Attention, Buffer.alloc(9, 0xff));
    case Tag.Labels:
      return client.send(Tag.Labels, encodeVariables({ k: EVIL, ["__proto__"]: "x", a: "ok" }));
    case Tag.Tags:
      return client.send(Tag.Tags, Uint8Array.from(ANSWERED_TAGS));
    case Tag.History:
      return client.send(Tag.History, EVIL);
    case Tag.Rename:
      return client.send(Tag.Ack, `no: ${EVIL}`);
    case Tag.RunCommand:
      return client.send(
        Tag.RunState,
        encodeRunState({ kind: "refused", reason: EVIL, isBusy: false }),
      );
    case Tag.Init:
      client.send(Tag.Renamed, `../../${EVIL}`);
      client.send(Tag.Output, "hello");
      return client.send(Tag.Exit, Uint8Array.of(3, 0));
    default:
  }
}

/** Lines and columns are our own; nothing else in what is printed may be harmful. */
function expectHarmless(text: string): void {
  for (const line of text.split(/[\n\t]/))
    expect({ line, isHarmless: isHarmless(line) }).toEqual({
      line,
      isHarmless: true,
    });
}

describe("a daemon whose every word is hostile", () => {
  const commands = [
    ["ls"],
    ["ls", "--short"],
    ["ls", "--json"],
    ["status"],
    ["status", "--format", "{name} {cmd} {startedIn} {labels} {createdAt}", "evil"],
    ["status", "--json", "evil"],
    ["debug", "session", "evil"],
    ["debug", "session", "--json", "evil"],
    ["doctor"],
    ["doctor", "--json"],
    ["rename", "evil", "other"],
    ["label", "evil"],
    ["run", "evil", "--", "true"],
    ["completions", "words", "attach", ""],
  ];
  for (const command of commands) {
    test(`changes nothing in the terminal of tsm ${command.join(" ")}`, async () => {
      await using box = new Sandbox();
      await using daemon = FakeDaemon.listen(box, "evil");
      daemon.answers = answerWithEvil;
      const { stdout, stderr } = await box.run(command);
      expectHarmless(stdout + stderr);
      expect(stderr).not.toContain("bug in tsm");
      expect(stdout + stderr).not.toMatch(/^next/m);
    });
  }

  test("its text is shown with escapes, on one line", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "evil");
    daemon.answers = answerWithEvil;
    expect(await box.ok("ls")).toContain(`  ${SHOWN}  ${SHOWN}\n`);
    const { stderr } = await box.run(["rename", "evil", "other"]);
    expect(stderr).toStartWith(`Cannot rename session "evil": no: ${SHOWN}.\n`);
    const [session] = JSON.parse(await box.ok("ls", "--json"));
    expect(session.cmd).toBe(EVIL);
  });

  test("cannot give a session a name that leads elsewhere, nor do harm with it", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "evil");
    daemon.answers = answerWithEvil;
    const screen = box.open(["attach", "evil"]);
    expect(await screen.exited()).toBe(3);
    expect(screen.text).toEndWith("[evil ended: exit 3]\r\n");
  });

  test("does no harm in the picker either", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "evil");
    daemon.answers = answerWithEvil;
    const screen = box.open([], { cols: 200, rows: 40 });
    await screen.shown("ev\\u001b[31mil");
    expect(screen.text).not.toContain("TITLE\x07");
    expect(screen.text).not.toContain("\u202e");
    screen.type("q");
    expect(await screen.exited()).toBe(0);
  });
});

describe("a daemon that sends endless unrequested messages", () => {
  test("is not answering, and hides no other session", async () => {
    await using box = new Sandbox();
    await box.ok("new", "other");
    await using daemon = FakeDaemon.listen(box, "flood");
    daemon.answers = (client) => client.flood(marshalMessage(200, Buffer.alloc(60_000)));
    const table = await box.ok("ls");
    expect(table).toMatch(/^flood +- +- +- +- +\(not answering\)/m);
    expect(table).toMatch(/^other +\d+/m);
    expect(await box.ok("status")).toContain("2 sessions");
    expect((await box.run(["doctor"])).stdout).toContain("flood");
    const commands = [
      ["debug", "session", "flood"],
      ["screen", "flood"],
      ["history", "flood"],
      ["tail", "flood"],
      ["run", "flood", "--", "true"],
      ["send", "flood", "x"],
      ["label", "flood"],
      ["rename", "flood", "x"],
      ["wait", "flood"],
    ];
    for (const command of commands) expect((await box.run(command)).code).not.toBe(0);
  });
});

describe("a name that no session is given here", () => {
  for (const name of ["a\u202eb", "a\u200bb", "a\tb", "a\nb"]) {
    test(`is refused to new sessions: ${JSON.stringify(name)}`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      for (const command of [
        ["new", name],
        ["rename", "work", name],
        ["attach", name],
      ]) {
        const { code, stderr } = await box.run(command);
        expect(code).toBe(1);
        expect(stderr).toStartWith("Invalid session name ");
        expectHarmless(stderr);
      }
      expect(box.sockets()).toEqual(["work"]);
    });

    test(`is that of a session of another build: ${JSON.stringify(name)}`, async () => {
      await using box = new Sandbox();
      await using daemon = FakeDaemon.listen(box, name);
      const shown = JSON.stringify(name).slice(1, -1).replace("\u202e", "\\u202e");
      const table = await box.ok("ls");
      expect(table).toContain(shown.replace("\u200b", "\\u200b"));
      expectHarmless(table);
      const [session] = JSON.parse(await box.ok("ls", "--json"));
      expect(session.name).toBe(name);
      expect((await box.run(["doctor"])).stdout).toMatch(/^ok +leftovers: none$/m);
      const screen = box.open(["attach", name]);
      const client = await daemon.attached();
      client.send(Tag.Output, "hello");
      await screen.shown("hello");
      screen.type("\x1c");
      expect(await screen.exited()).toBe(0);
      daemon.onMessage((asking, tag) => {
        if (tag === Tag.Rename) asking.send(Tag.Ack);
        if (tag === Tag.Kill) asking.close();
      });
      expect(await box.ok("rename", name, "good")).toContain(' renamed to "good"\n');
      expectHarmless(await box.ok("kill", name));
    });
  }
});
