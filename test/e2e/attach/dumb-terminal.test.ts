import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { Tag } from "../../../src/protocol/tags.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../../../src/protocol/terminal-reset.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { Sandbox, type Screen, type Variables } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const TERMS: Record<string, Variables> = {
  "TERM=dumb": { TERM: "dumb" },
  "an empty TERM": { TERM: "" },
  "no TERM": { TERM: undefined },
};

/** Waits for the end of a command that must have written no control sequence. */
async function expectPlain(screen: Screen, status: number): Promise<void> {
  expect(await screen.exited()).toBe(status);
  expect(screen.text).not.toContain("\x1b");
}

for (const [what, env] of Object.entries(TERMS)) {
  describe(`with ${what}`, () => {
    test("attach shows the screen as text, relays what comes, and detaches", async () => {
      await using box = new Sandbox();
      const program = "printf 'one\\n\\033[1;31mtwo\\033[m\\n> '; stty -echo; exec cat";
      await box.ok("new", "work", "sh", "-c", program);
      const screen = box.open(["attach", "work"], { env });
      await screen.shown("one\r\ntwo\r\n> ");
      screen.type("from here\r");
      await screen.shown("> from here\r\n");
      screen.type(DETACH);
      await expectPlain(screen, 0);
      expect(screen.text).toBe("one\r\ntwo\r\n> from here\r\n[detached from work]\r\n");
    });

    test("nothing is drawn when another client's terminal has another size", async () => {
      await using box = new Sandbox();
      await box.ok("new", "work", "sh", "-c", "stty raw -echo; echo ready; exec cat");
      const screen = box.open(["attach", "work"], { env });
      await screen.shown("ready");
      const other = box.open(["attach", "work"], { rows: 40, cols: 120 });
      await other.shown("ready");
      other.type("typed there\r\n");
      await screen.shown("typed there");
      screen.type(DETACH);
      await expectPlain(screen, 0);
    });

    test("a shell's marks for terminals are left out", async () => {
      await using box = new Sandbox();
      await box.run(["new", "work"], { env: { SHELL: "/bin/bash" } });
      const screen = box.open(["attach", "work"], { env });
      await screen.shown("$ ");
      screen.type("echo pri''nted\r");
      await screen.shown("printed\r\n");
      await screen.until(() => /printed\r\n[^]*\$ $/.test(screen.text), "the next prompt");
      screen.type(DETACH);
      expect(await screen.exited()).toBe(0);
      // Its line editor believes in the terminal of the session.
      expect(screen.text.replaceAll(/\x1b\[\?2004[hl]/g, "")).not.toContain("\x1b");
    });

    test("what the program itself sends is relayed as it is", async () => {
      await using box = new Sandbox();
      const program = "read line; printf '\\033[1mbold\\033[m\\033]2;title\\007end'; exec cat";
      await box.ok("new", "work", "sh", "-c", program);
      const screen = box.open(["attach", "work"], { env });
      screen.type("\r");
      await screen.shown("\x1b[1mbold\x1b[m\x1b]2;title\x07end");
      screen.type(DETACH);
      expect(await screen.exited()).toBe(0);
      expect(screen.text).toEndWith("end\r\n[detached from work]\r\n");
    });

    test("a picture that makes up for what was missed is shown as text, too", async () => {
      await using box = new Sandbox();
      await using daemon = FakeDaemon.listen(box, "work");
      daemon.onMessage((attached, tag) => {
        if (tag === Tag.Init) attached.send(Tag.Output, "\x1b[1mfirst\x1b[m\r\n");
      });
      const screen = box.open(["attach", "work"], { env });
      const client = await daemon.attached();
      await screen.shown("first\r\n");
      client.send(Tag.Output, `${TERMINAL_RESET}${CLEAR_SCREEN}`);
      client.send(Tag.Output, "\x1b[5;10Hsecond");
      await screen.shown("second");
      screen.type(DETACH);
      await expectPlain(screen, 0);
    });

    test("the picker's key is the session's", async () => {
      await using box = new Sandbox();
      await box.ok(
        "new",
        "work",
        "sh",
        "-c",
        "stty raw -echo; echo ready; exec od -An -tx1 -v -w1",
      );
      const screen = box.open(["attach", "work"], { env });
      await screen.shown("ready");
      screen.type("\x1d");
      screen.type("abc\r".repeat(2000));
      await screen.shown("1d");
      screen.type(DETACH);
      await expectPlain(screen, 0);
    });

    test("the picker reports why it cannot be shown, and the remedy", async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      for (const command of ["tui", "palette"]) {
        const screen = box.open([command], { env });
        await expectPlain(screen, 1);
        expect(screen.text).toStartWith("Cannot show the picker: TERM says");
        expect(screen.text).toContain("tsm attach NAME");
      }
    });

    test("instead of a choice the sessions are listed", async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      await box.ok("new", "other");
      const list = box.open([], { env });
      await expectPlain(list, 0);
      expect(list.text).toMatch(/other [^]*work /);
      const attach = box.open(["attach"], { env });
      await expectPlain(attach, 1);
      expect(attach.text).toMatch(/other [^]*work [^]*name the one to attach to/);
    });

    test("list --watch prints one table after the other", async () => {
      await using box = new Sandbox();
      await box.ok("new", "work");
      const screen = box.open(["list", "--watch"], { env });
      await screen.until(() => (screen.text.match(/work /g) ?? []).length >= 2, "two tables");
      screen.type("\x03");
      await expectPlain(screen, 130);
    });

    test("after a stop the screen is shown as text once more", async () => {
      await using box = new Sandbox();
      await box.ok("new", "work", "sh", "-c", "echo shown; stty -echo; exec cat");
      const screen = box.open(["attach", "work"], { env });
      await screen.shown("shown\r\n");
      screen.clear();
      screen.kill("SIGSTOP");
      screen.kill("SIGCONT");
      await screen.shown("shown\r\n");
      screen.type(DETACH);
      await expectPlain(screen, 0);
    });
  });
}
