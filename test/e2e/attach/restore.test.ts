import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { encodeSize } from "../../../src/protocol/messages.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { RawClient } from "../support/raw-client.ts";
import { inTime, Sandbox, until, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const SIZE = { rows: 24, cols: 80 };

/** What a terminal shows that has read all of a client's output up to the detach. */
function picture(screen: Screen, size = SIZE): string {
  const model = createTerminalBackend(size);
  model.consume(screen.output);
  return Buffer.from(model.preview()).toString();
}

function snapshotOf(screen: Screen, size = SIZE): string {
  const model = createTerminalBackend(size);
  model.consume(screen.output);
  return Buffer.from(model.snapshot()).toString();
}

/** Waits until the screen shows a text, as a person sees it. */
async function seen(screen: Screen, text: string, size = SIZE): Promise<void> {
  await screen.until(() => Bun.stripANSI(picture(screen, size)).includes(text), text);
}

/** Waits until nothing more is drawn: two pictures of the session are equal. */
async function settled(box: Sandbox, name: string): Promise<string> {
  let last = "";
  let shown = "-";
  await until(async () => {
    last = shown;
    shown = await history(box, name);
    return last === shown;
  }, "the screen to settle");
  return shown;
}

async function history(box: Sandbox, name: string): Promise<string> {
  const { SessionConnection } = await import("../../../src/sessions/wire/session-connection.ts");
  const connection = await SessionConnection.open(box.socket(name));
  connection.send(Tag.History);
  const bytes = await connection.readTag(Tag.History, 5000);
  connection.close();
  return Buffer.from(bytes).toString();
}

const FILE = Array.from({ length: 200 }, (_, i) => `line ${i + 1} of the file`).join("\n");

const PROGRAMS: { name: string; argv: string[]; keys: string; sees: string }[] = [
  { name: "less", argv: ["less", "file"], keys: "  ", sees: "line 60" },
  { name: "vim", argv: ["vim", "-u", "NONE", "-N", "file"], keys: "60G", sees: "line 60" },
  { name: "nvim", argv: ["nvim", "--clean", "file"], keys: "60G", sees: "line 60" },
];

describe("after a detach and another attach", () => {
  for (const { name, argv, keys, sees } of PROGRAMS) {
    test.if(Bun.which(argv[0] ?? "") !== null)(`${name} looks as it did`, async () => {
      await using box = new Sandbox();
      writeFileSync(join(box.root, "file"), FILE);
      await box.ok("new", name, ...argv);
      const first = box.open(["a", name]);
      await seen(first, "line 1 of the file");
      first.type(keys);
      await seen(first, sees);
      const before = await settled(box, name);
      first.type(DETACH);
      await first.exited();

      const second = box.open(["a", name]);
      await second.until(() => picture(second) === before, `${name} to look as before`);
    });
  }

  test("a shell's scrollback is there, in the terminal's own scrollback", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const first = box.open(["a", "work"]);
    await first.shown("$ ");
    first.type("seq 1 300; echo do''ne\r");
    await first.shown("done\r\n");
    first.type(DETACH);
    await first.exited();
    const second = box.open(["a", "work"]);
    await second.shown("done\r\n");
    const lines = Bun.stripANSI(snapshotOf(second)).split("\r\n");
    const from = lines.findIndex((line) => line === "1");
    expect(lines.slice(from, from + 301)).toEqual([
      ...Array.from({ length: 300 }, (_, i) => String(i + 1)),
      "done",
    ]);
  });

  test("a client of another size sees the state as it is at that size", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const first = box.open(["a", "work"]);
    await first.shown("$ ");
    first.type(`echo ${"wide ".repeat(14)}e''nd\r`);
    await first.shown("wide end\r\n");
    first.type(DETACH);
    await first.exited();
    const size = { rows: 10, cols: 40 };
    const second = box.open(["a", "work"], size);
    await second.shown("end");
    const text = Bun.stripANSI(picture(second, size));
    expect(text).toContain(`${"wide ".repeat(8)}`.trimEnd());
    expect(text.split("\r\n").every((line) => line.length <= 40)).toBe(true);
  });

  test("nothing flickers through the alternate screen for a shell", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const client = box.open(["a", "work"]);
    await client.shown("$ ");
    expect(client.text).not.toContain("\x1b[?1049h");
  });

  test("a program is made to redraw, even at the same size", async () => {
    await using box = new Sandbox();
    const script = "trap 'echo drawn again' WINCH; echo up; while :; do sleep 0.05; done";
    await box.ok("new", "work", "sh", "-c", script);
    const first = box.open(["a", "work"]);
    await first.shown("up");
    first.type(DETACH);
    await first.exited();
    const second = box.open(["a", "work"]);
    await second.until(
      () =>
        second.text.split("drawn again").length > 1 + first.text.split("drawn again").length - 1,
      "another redraw",
    );
  });
});

describe("a question that a program asks its terminal", () => {
  /** Asks for device attributes and shows the answer in readable form. */
  const ASK =
    "stty raw -echo; printf '\\033[c'; dd bs=1 count=4 2>/dev/null | od -An -c; stty sane; echo answered; exec sleep 1000";

  test("is answered by tsm while no client is attached", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", ASK);
    await until(async () => (await history(box, "work")).includes("answered"), "the answer");
  });

  test("is left to the terminal of the client that decides, and to no other", async () => {
    await using box = new Sandbox();
    const listen = "stty raw -echo; echo ready; read ask; printf '\\033[c'; exec cat -v";
    await box.ok("new", "work", "sh", "-c", listen);
    const one = await RawClient.attach(box.socket("work"));
    await inTime(one.shown("ready"), () => "the program");
    const two = await RawClient.attach(box.socket("work"));
    await inTime(two.shown("ready"), () => "the program");
    two.type("\r\n");
    await inTime(two.shown("\x1b[c"), () => "the question");
    // Both terminals answer what both were shown; the one that decides is heard.
    one.type("\x1b[?62;1c");
    two.type("\x1b[?62;2c");
    await inTime(two.shown("^[[?62;2c"), () => "the answer");
    one.send(Tag.Resize, encodeSize(SIZE));
    one.type("typed by one;");
    await inTime(two.shown("typed by one;"), () => "the input");
    expect(two.tail.toString()).not.toContain("^[[?62;1c");
    one.close();
    two.close();
  });
});
