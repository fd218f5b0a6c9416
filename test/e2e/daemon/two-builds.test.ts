import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { existsSync, renameSync, rmSync } from "node:fs";

import { marshalMessage } from "../../../src/protocol/frame.ts";
import { parseInfo } from "../../../src/protocol/info.ts";
import { decodeSize, encodeSize } from "../../../src/protocol/messages.ts";
import { ANSWERED_TAGS, Tag } from "../../../src/protocol/tags.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { FakeDaemon } from "../support/fake-daemon.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";
const SIZE = encodeSize({ rows: 24, cols: 80 });
/** Tags that other builds may come to use; nothing of ours. */
const FOREIGN_TAGS = [12, 13, 14, 15, 16, 17, 18, 63, 100, 255];

describe("our client and a daemon of another build", () => {
  test("talk from attach to detach, raw in both directions", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    const sizes: unknown[] = [];
    daemon.onMessage((_, tag, payload) => {
      if (tag === Tag.Init || tag === Tag.Resize) sizes.push(decodeSize(payload));
    });
    const screen = box.open(["attach", "work"], { rows: 30, cols: 100 });
    const client = await daemon.attached();
    for (const tag of FOREIGN_TAGS) client.send(tag, "what is this");
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 0x1b);
    client.send(Tag.Output, Buffer.concat([Buffer.from("<"), bytes, Buffer.from("\x1b[0m>")]));
    await screen.until(() => screen.output.includes(bytes), "all bytes");
    screen.type(bytes.filter((byte) => byte !== 0x1c && byte !== 0x1d));
    screen.terminal.resize(90, 20);
    await until(() => sizes.length === 2, "the new size");
    screen.type(DETACH);
    expect(await screen.exited()).toBe(0);
    expect(screen.text).toEndWith("[detached from work]\r\n");
    expect(sizes).toEqual([
      { rows: 30, cols: 100 },
      { rows: 20, cols: 90 },
    ]);
    await until(() => client.tags.at(-1) === Tag.Detach, "the last message");
    expect(Buffer.from(client.input, "latin1")).toEqual(
      Buffer.from(bytes.filter((byte) => byte !== 0x1c && byte !== 0x1d)),
    );
    // Tags of our own are skipped by other builds; those between belong to somebody else.
    const isAllowed = (tag: number): boolean => tag <= Tag.Rename || tag >= Tag.Exit;
    expect(client.tags.filter((tag) => !isAllowed(tag))).toEqual([]);
  });

  test("read messages that come in single bytes", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    const screen = box.open(["attach", "work"]);
    const client = await daemon.attached();
    for (const byte of marshalMessage(Tag.Output, Buffer.from("slowly"))) {
      client.sendBytes(Uint8Array.of(byte));
      await Bun.sleep(0);
    }
    await screen.shown("slowly");
  });

  test("report an unknown exit status when the session ends, and exit with 0", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    const screen = box.open(["attach", "work"]);
    const client = await daemon.attached();
    client.send(Tag.Output, "last words");
    await screen.shown("last words");
    rmSync(box.socket("work"));
    client.close();
    expect(await screen.exited()).toBe(0);
    expect(screen.text).toEndWith("[work ended]\r\n");
  });

  test("part as detached when the session lives on", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    const screen = box.open(["attach", "work"]);
    (await daemon.attached()).close();
    expect(await screen.exited()).toBe(0);
    expect(screen.text).toEndWith("[detached from work]\r\n");
  });

  test("part as detached, too, when the daemon is slow to answer after that", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    daemon.answers = (client, tag) => {
      if (tag === Tag.Tags) client.send(Tag.Tags, Uint8Array.from(ANSWERED_TAGS));
    };
    const screen = box.open(["attach", "work"]);
    const client = await daemon.attached();
    client.send(Tag.Output, "shown");
    await screen.shown("shown");
    client.close();
    expect(await screen.exited()).toBe(0);
    expect(screen.text).toEndWith("[detached from work]\r\n");
  });

  test("are used to list, detach, rename and kill", async () => {
    await using box = new Sandbox();
    await using daemon = FakeDaemon.listen(box, "work");
    const asked: (readonly [tag: number, text: string])[] = [];
    daemon.onMessage((client, tag, payload) => {
      asked.push([tag, payload.toString("utf8")]);
      if (tag === Tag.Kill) rmSync(box.socket("new"));
      if (tag === Tag.Kill || tag === Tag.DetachAll) client.close();
      if (tag !== Tag.Rename) return;
      const isTaken = payload.toString("utf8") === "taken";
      if (!isTaken) renameSync(box.socket("work"), box.socket("new"));
      client.send(Tag.Ack, isTaken ? 'session "taken" already exists' : "");
    });
    expect(await box.ok("ls")).toMatch(/^work +1 +- +\d+d.* +sh +\/$/m);
    expect(await box.ok("detach", "work")).toBe("");
    expect(await box.run(["rename", "work", "taken"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        'Cannot rename session "work": session "taken" already exists.\nChoose another name.\n',
    });
    expect(await box.ok("rename", "work", "new")).toBe('Session "work" renamed to "new"\n');
    expect(await box.ok("kill", "new")).toBe('Session "new" killed\n');
    expect(asked).toEqual([
      // Skipped by a daemon that does not know them; then nobody waits for an answer.
      [Tag.Attention, ""],
      [Tag.Labels, ""],
      [Tag.Info, ""],
      [Tag.DetachAll, ""],
      [Tag.Rename, "taken"],
      [Tag.Rename, "new"],
      [Tag.Kill, ""],
    ]);
  });

  test("may be silent: it is listed as such, its name is taken, its socket stays", async () => {
    await using box = new Sandbox();
    using silent = new DisposableStack();
    await box.ok("new", "other");
    const listener = Bun.listen({ unix: box.socket("mute"), socket: { data: () => {} } });
    silent.defer(() => listener.stop(true));
    expect(await box.ok("ls")).toMatch(/^mute +- +- +- +- +\(not answering\)( +-)?$/m);
    expect((await box.run(["new", "mute"])).stderr).toBe(
      'session "mute" already exists.\n' +
        "Attach to it with 'tsm attach mute', or choose another name.\n",
    );
    expect(existsSync(box.socket("mute"))).toBe(true);
  });

  test("may send nonsense in Info: it is listed as not answering, and the list continues", async () => {
    await using box = new Sandbox();
    await box.ok("new", "other");
    using silent = new DisposableStack();
    for (const [name, reply] of [
      ["short", marshalMessage(Tag.Info, new Uint8Array(551))],
      ["huge", Uint8Array.of(Tag.Info, 0xff, 0xff, 0xff, 0xff)],
      ["wrong", marshalMessage(Tag.Info, new Uint8Array(552).fill(0xff))],
    ] as const) {
      const listener = Bun.listen({
        unix: box.socket(name),
        socket: { data: (socket) => void socket.write(reply) },
      });
      silent.defer(() => listener.stop(true));
    }
    const { code, stdout, stderr } = await box.run(["ls"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^short .*not answering/m);
    expect(stdout).toMatch(/^huge .*not answering/m);
    expect(stdout).toMatch(/^wrong /m);
    expect(stdout).toMatch(/^other +\d+ /m);
  });
});

describe("our daemon and a client of another build", () => {
  test("talk from attach to the end of the session; Exit is one unknown tag before the close", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "echo up; read line; echo got $line; exit 5");
    using client = await RawConnection.open(box.socket("work"));
    client.send(Tag.Init, SIZE);
    await client.readOutput(Tag.Output, "up");
    client.send(Tag.Input, "it\r");
    await client.readOutput(Tag.Output, "got it\r\n");
    await client.closed();
    expect(client.unread.map(([tag, payload]) => [tag, ...payload])).toEqual([[Tag.Exit, 5, 0]]);
    await until(() => !existsSync(box.socket("work")), "the socket to go");
  });

  test("part on Detach, and the next one sees the screen as it is by then", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    using first = await RawConnection.open(box.socket("work"));
    first.send(Tag.Init, SIZE);
    await first.readOutput(Tag.Output, "$ ");
    first.send(Tag.Input, "echo he''re\r");
    first.send(Tag.Detach);
    await first.closed();
    using second = await RawConnection.open(box.socket("work"));
    await until(async () => {
      second.send(Tag.History);
      return (await second.read(Tag.History)).includes("\nhere");
    }, "the output");
    second.send(Tag.Init, SIZE);
    expect((await second.read(Tag.Output)).toString("utf8")).toContain("here");
  });

  test("detach everyone with DetachAll: attached clients and the one that asks", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    using attached = await RawConnection.open(box.socket("work"));
    attached.send(Tag.Init, SIZE);
    await attached.read(Tag.Output);
    using control = await RawConnection.open(box.socket("work"));
    control.send(Tag.Info);
    expect(parseInfo(await control.read(Tag.Info)).clientsLen).toBe(1n);
    using asking = await RawConnection.open(box.socket("work"));
    asking.send(Tag.DetachAll);
    await asking.closed();
    await attached.closed();
    control.send(Tag.Info); // a control connection is no client
    expect(parseInfo(await control.read(Tag.Info)).clientsLen).toBe(0n);
  });

  test("rename while attached: one more unknown tag, and the client stays", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    using client = await RawConnection.open(box.socket("work"));
    client.send(Tag.Init, SIZE);
    await client.readOutput(Tag.Output, "$ ");
    await box.ok("rename", "work", "new");
    client.send(Tag.Info);
    const seen: number[] = [];
    await until(() => {
      seen.push(...client.takeAll().map(([tag]) => tag));
      return seen.includes(Tag.Info);
    }, "the answer");
    expect(seen.filter((tag) => tag !== Tag.Output)).toEqual([Tag.Renamed, Tag.Info]);
  });

  test("attach in the middle of a flood: nothing comes twice, nothing is missing", async () => {
    await using box = new Sandbox();
    const last = 30_000;
    await box.ok("new", "work", "sh", "-c", `read go; seq 1 ${last}; echo E''ND; read end`);
    using starter = await RawConnection.open(box.socket("work"));
    starter.send(Tag.Input, "\r");
    for (let round = 0; round < 10; round++) {
      using client = await RawConnection.open(box.socket("work"));
      client.send(Tag.Init, SIZE);
      const output = await client.readOutput(Tag.Output, "END");
      const numbers = linesAfter(output).filter((line) => /^\d+$/.test(line));
      expect(numbers.length).toBeGreaterThan(20);
      const first = Number(numbers[0]);
      expect(numbers).toEqual(numbers.map((_, i) => String(first + i)));
      expect(numbers.at(-1)).toBe(String(last));
    }
  });
});

/** All lines that a terminal with a long scrollback has after this output. */
function linesAfter(output: string): string[] {
  const rows = 1000;
  const backend = createTerminalBackend({ rows, cols: 80 });
  try {
    backend.consume(Buffer.from(output));
    return Bun.stripANSI(Buffer.from(backend.preview()).toString("utf8")).split("\r\n");
  } finally {
    backend.close();
  }
}
