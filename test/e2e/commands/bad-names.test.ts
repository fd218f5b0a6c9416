import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { maxSessionNameLen } from "../../../src/sessions/names.ts";
import { Sandbox } from "../support/sandbox.ts";
import { failed } from "../support/failed-command.ts";

setDefaultTimeout(60_000);

const NAME_REMEDY = "Choose a name like 'work' or 'api@feature-x'.\n";

const DETACH = "\x1c";

describe("a name that no session can have", () => {
  const cases: [what: string, name: string, message: string][] = [
    ["an empty one", "", 'Invalid session name "": it must not be empty.'],
    ["a path", "../x", 'Invalid session name "../x": it must not contain path separators.'],
    ["a parent", "..", "Invalid session name \"..\": it must not be or start with '..'."],
    [
      "one of our own",
      ".bash",
      'Invalid session name ".bash": it is reserved for tsm\'s own files.',
    ],
  ];

  for (const [what, name, message] of cases) {
    test(`${what} is refused by every command that takes a name`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      const commands = [
        ["new", name],
        ["attach", name],
        ["kill", name],
        ["detach", name],
        ["rename", name, "other"],
        ["rename", "work", name],
      ];
      for (const args of commands) {
        expect([args, await box.run(args)]).toEqual([args, failed(`${message}\n${NAME_REMEDY}`)]);
      }
      expect(box.sockets()).toEqual(["work"]);
    });
  }

  for (const [what, name, shown] of [
    ["a newline", "a\nb", '"a\\nb"'],
    ["an escape", "\x1bcx", '"\\u001bcx"'],
  ] as const) {
    test(`${what} is refused to sessions, and of none that there is`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      const message = `Invalid session name ${shown}: it must not contain control characters.`;
      for (const args of [
        ["new", name],
        ["attach", name],
        ["rename", "work", name],
      ]) {
        expect([args, await box.run(args)]).toEqual([args, failed(`${message}\n${NAME_REMEDY}`)]);
      }
      for (const [command, ...rest] of [["kill"], ["detach"], ["rename", "other"]] as const) {
        const { code, stderr } = await box.run([command, name, ...rest]);
        expect(code).toBe(1);
        expect(stderr).toStartWith(`Cannot ${command} session ${shown}: session not found.\n`);
      }
      expect(box.sockets()).toEqual(["work"]);
    });
  }

  test("of 200 bytes is refused with the limit, and cut", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const limit = maxSessionNameLen(box.config);
    const shown = `"${"x".repeat(59)}…"`;
    const message = `Invalid session name ${shown}: it is 200 bytes long, and a socket in ${box.config.socketDir} takes at most ${limit}.`;
    for (const args of [["new"], ["attach"], ["rename", "work"]]) {
      const result = await box.run([...args, "x".repeat(200)]);
      expect(result).toEqual(failed(`${message}\n${NAME_REMEDY}`));
    }
    // Where nothing is made, it is just not there.
    expect((await box.run(["kill", "x".repeat(200)])).stderr).toContain("session not found");
    const tooLong = `it is 256 bytes long, and a file's name takes at most 255.\n${NAME_REMEDY}`;
    for (const args of [["kill"], ["wait"], ["debug", "session"], ["run", "--reset"], ["tail"]]) {
      expect((await box.run([...args, "x".repeat(256)])).stderr).toEndWith(tooLong);
    }
  });

  test("is longer than the longest: that one works", async () => {
    await using box = new Sandbox();
    const longest = "日".repeat(100).slice(0, Math.floor(maxSessionNameLen(box.config) / 3));
    await box.ok("new", longest);
    const client = box.open(["a", longest]);
    client.type("echo he''re\r");
    await client.shown("here");
    expect(await box.ok("ls")).toContain(longest);
    expect(await box.ok("mv", longest, "short")).toContain("renamed");
    expect(await box.ok("mv", "short", longest)).toContain("renamed");
    client.type(DETACH);
    expect(await client.exited()).toBe(0);
    expect(await box.ok("kill", longest)).toContain("killed");
  });

  test("leaves room for two bytes in a deep directory: such a session works", async () => {
    await using box = new Sandbox();
    const root = join(box.root, "d");
    const socketDir = `${root}/${"p".repeat(104 - root.length - 1)}`;
    const env = { TSM_DIR: socketDir };
    expect(maxSessionNameLen({ socketDir, logDir: "" })).toBe(2);
    expect((await box.run(["new", "abc"], { env })).stderr).toContain("takes at most 2.");
    expect(await box.run(["new", "ab"], { env })).toMatchObject({ code: 0, stderr: "" });
    expect((await box.run(["ls"], { env })).stdout).toMatch(/^ab /m);
    expect(await box.run(["kill", "ab"], { env })).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a session that is not there", () => {
  test("is named, with the command that lists the existing ones", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    for (const [command = "", ...args] of [["kill"], ["detach"], ["rename", "other"]]) {
      expect(await box.run([command, "nope", ...args])).toEqual(
        failed(
          `Cannot ${command} session "nope": session not found.\nRun 'tsm ls' to list sessions.\n`,
        ),
      );
    }
  });

  test("makes a kill of several fail, and the others are killed", async () => {
    await using box = new Sandbox();
    await box.ok("new", "one");
    await box.ok("new", "two");
    expect(await box.run(["kill", "one", "nope", "../x", "two"])).toEqual({
      code: 1,
      stdout: 'Session "one" killed\nSession "two" killed\n',
      stderr:
        "Cannot kill session \"nope\": session not found.\nRun 'tsm ls' to list sessions.\n" +
        `Invalid session name "../x": it must not contain path separators.\n${NAME_REMEDY}`,
    });
    expect(box.sockets()).toEqual([]);
  });
});
