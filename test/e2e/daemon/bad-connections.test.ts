import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { marshalHeader } from "../../../src/protocol/frame.ts";
import { parseInfo } from "../../../src/protocol/info.ts";
import { encodeSize } from "../../../src/protocol/messages.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { Sandbox, type Screen } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const MIB = 1024 * 1024;

/** A session with an attached client, whose life must not depend on what others send. */
async function sessionWithClient(box: Sandbox): Promise<Screen> {
  await box.ok("new", "work");
  const client = box.open(["a", "work"]);
  await client.shown("$ ");
  return client;
}

let echoes = 0;

/** The session runs, its client sees it, and new connections are answered. */
async function expectUnharmed(box: Sandbox, client: Screen): Promise<void> {
  const count = ++echoes;
  client.type(`echo st''ill ${count}\r`);
  await client.shown(`still ${count}`);
  using other = await RawConnection.open(box.socket("work"));
  other.send(Tag.Info);
  expect(parseInfo(await other.read(Tag.Info)).clientsLen).toBe(1n);
}

describe("a connection that misbehaves costs itself only:", () => {
  for (const length of [16 * MIB + 1, 0xffff_ffff]) {
    test(`one that announces ${length} bytes is closed`, async () => {
      await using box = new Sandbox();
      const client = await sessionWithClient(box);
      using bad = await RawConnection.open(box.socket("work"));
      const header = marshalHeader({ tag: Tag.Input, length: 0 });
      new DataView(header.buffer).setUint32(1, length, true);
      bad.sendBytes(header);
      await bad.closed();
      await expectUnharmed(box, client);
    });
  }

  test("an attached one, too", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    using bad = await RawConnection.open(box.socket("work"));
    bad.send(Tag.Init, encodeSize({ rows: 24, cols: 80 }));
    await bad.read(Tag.Output);
    bad.sendBytes(Uint8Array.of(Tag.Input, 1, 0, 0, 1));
    await bad.closed();
    await expectUnharmed(box, client);
  });

  test("random bytes, 50 times", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    for (let round = 0; round < 50; round++) {
      using bad = await RawConnection.open(box.socket("work"));
      // A tag above all others, so that no round happens to be a sound message, Kill for instance.
      bad.sendBytes(Buffer.concat([Uint8Array.of(0x80 + round), noise(round, 4096)]));
    }
    await expectUnharmed(box, client);
  });

  test("a message that breaks off, at every byte of it", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    const message = [Tag.Rename, 5, 0, 0, 0, ...Buffer.from("other")];
    for (let length = 1; length < message.length; length++) {
      using bad = await RawConnection.open(box.socket("work"));
      bad.sendBytes(Uint8Array.from(message.slice(0, length)));
    }
    await expectUnharmed(box, client);
    expect(box.sockets()).toEqual(["work"]);
  });

  test("16 MiB announced, one byte sent, 50 times at once: no memory is taken for it", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    const opened = Array.from({ length: 50 }, () => RawConnection.open(box.socket("work")));
    using all = new DisposableStack();
    for (const connection of await Promise.all(opened)) {
      all.use(connection).sendBytes(Uint8Array.of(Tag.RunCommand, 0, 0, 0, 1, 0x61));
    }
    await expectUnharmed(box, client);
    const { rss } = await memoryOf(box.daemonPid("work"));
    expect(rss).toBeLessThan(400 * MIB); // 50 × 16 MiB would be 800
  });

  test("silence is no fault, and does not keep a session alive", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    using silent = await RawConnection.open(box.socket("work"));
    await expectUnharmed(box, client);
    await box.ok("kill", "work");
    await silent.closed();
    expect(silent.unread).toEqual([]);
    await client.exited();
  });

  test("unknown tags are skipped, whatever they carry, and the next message is answered", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    using other = await RawConnection.open(box.socket("work"));
    const known = new Set<number>(Object.values(Tag));
    const unknown = Array.from({ length: 256 }, (_, tag) => tag).filter((tag) => !known.has(tag));
    for (const tag of unknown) other.send(tag, noise(tag, tag * 7));
    other.send(Tag.Info);
    expect(await other.read(Tag.Info)).toHaveLength(552);
    await expectUnharmed(box, client);
  });

  test("messages that only a daemon sends change nothing", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    using other = await RawConnection.open(box.socket("work"));
    for (const tag of [Tag.Output, Tag.Ack, Tag.Exit, Tag.Renamed]) other.send(tag, "x");
    other.send(Tag.Info);
    await other.read(Tag.Info);
    await expectUnharmed(box, client);
  });

  test("a size of 3 bytes, or of no rows, changes no size; a longer one is read", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    using other = await RawConnection.open(box.socket("work"));
    other.send(Tag.Init, Uint8Array.of(1, 0, 1));
    await other.read(Tag.Output);
    other.send(Tag.Resize, Uint8Array.of(9, 0, 9));
    other.send(Tag.Resize);
    other.send(Tag.Resize, Uint8Array.of(0, 0, 9, 0));
    other.send(Tag.Input, "stty size; echo fi''rst\r");
    await client.shown("first");
    expect(client.text).toContain("24 80\r\n");
    other.send(Tag.Resize, Uint8Array.of(30, 0, 100, 0, 1, 2, 3));
    other.send(Tag.Input, "stty size; echo sec''ond\r");
    await client.shown("second");
    expect(client.text).toContain("30 100"); // drawn: its terminal has another size now
  });

  test("one that detaches without having attached is closed", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    using other = await RawConnection.open(box.socket("work"));
    other.send(Tag.Detach);
    await other.closed();
    await expectUnharmed(box, client);
  });
});

describe("a control connection", () => {
  test("gets the facts of the session", async () => {
    await using box = new Sandbox();
    const beforeSeconds = Math.floor(Date.now() / 1000);
    await box.ok("new", "work", "sh", "-c", 'echo "pid=$$"; exec sleep 1000', "日本");
    using other = await RawConnection.open(box.socket("work"));
    other.send(Tag.Info, "what else stands in a request is ignored");
    const info = parseInfo(await other.read(Tag.Info));
    expect(info).toMatchObject({
      clientsLen: 0n,
      cmd: 'sh -c echo "pid=$$"; exec sleep 1000 日本',
      cwd: box.root,
      taskEndedAt: 0n,
      taskExitCode: 0,
    });
    expect(Number(info.createdAt)).toBeGreaterThanOrEqual(beforeSeconds);
    expect(Number(info.createdAt)).toBeLessThanOrEqual(Date.now() / 1000);
    const client = box.open(["a", "work"]);
    await client.shown(`pid=${info.pid}`);
    other.send(Tag.Info);
    expect(parseInfo(await other.read(Tag.Info)).clientsLen).toBe(1n);
  });

  test("gets a command of more than 256 bytes cut at a character", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "sleep 1000", "日".repeat(200));
    using other = await RawConnection.open(box.socket("work"));
    other.send(Tag.Info);
    const { cmd, cmdLen } = parseInfo(await other.read(Tag.Info));
    expect(cmd).toMatch(/^sh -c sleep 1000 日+$/u);
    expect([254, 255, 256]).toContain(cmdLen);
  });

  test("gets no output, and is answered in the order of its questions", async () => {
    await using box = new Sandbox();
    const client = await sessionWithClient(box);
    using other = await RawConnection.open(box.socket("work"));
    other.send(Tag.Input, "echo ty''ped\r");
    await client.shown("typed");
    for (const tag of [Tag.History, Tag.Run, Tag.Info, Tag.Run]) other.send(tag);
    expect((await other.read(Tag.History)).toString("utf8")).toContain("typed");
    expect(await other.read(Tag.Ack)).toHaveLength(0);
    expect(await other.read(Tag.Info)).toHaveLength(552);
    expect(await other.read(Tag.Ack)).toHaveLength(0);
    expect(other.unread).toEqual([]);
  });

  test("gets the reason why a name is refused, and nothing changes", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    await box.ok("new", "two");
    using other = await RawConnection.open(box.socket("work"));
    const rename = async (name: string | Uint8Array): Promise<string> => {
      other.send(Tag.Rename, name);
      return (await other.read(Tag.Ack)).toString("utf8");
    };
    const invalid = (shown: string, why: string): string =>
      `Invalid session name ${shown}: it ${why}.`;
    expect(await rename("")).toBe("empty session name");
    expect(await rename("two")).toBe('session "two" already exists');
    expect(await rename(Uint8Array.of(0x61, 0xff))).toBe("session name is not UTF-8");
    expect(await rename("../x")).toBe(invalid('"../x"', "must not contain path separators"));
    expect(await rename("..")).toBe(invalid('".."', "must not be or start with '..'"));
    expect(await rename("a\0b")).toBe(invalid('"a\\u0000b"', "must not contain null bytes"));
    expect(await rename("a\nb")).toBe(invalid('"a\\nb"', "must not contain control characters"));
    expect(await rename("\ufeffwork")).toBe(
      invalid('"\\ufeffwork"', "must not contain invisible characters"),
    );
    expect(await rename(".zsh")).toBe(invalid('".zsh"', "is reserved for tsm's own files"));
    expect(await rename("x".repeat(200))).toContain("it is 200 bytes long, and a socket in ");
    expect(await rename(noise(1, 100_000))).not.toBe("");
    expect(box.sockets().sort()).toEqual(["two", "work"]);
    expect(await rename("work")).toBe("");
    expect(await rename("three")).toBe("");
    expect(box.sockets().sort()).toEqual(["three", "two"]);
  });

  test("that kills sees its connection closed when everything is gone", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    using other = await RawConnection.open(box.socket("work"));
    other.send(Tag.Info);
    const { pid } = parseInfo(await other.read(Tag.Info));
    other.send(Tag.Kill);
    await other.closed();
    expect(box.processes()).not.toContain(pid);
    expect(box.sockets()).toEqual([]);
  });
});

/** Bytes that are the same for every run: a linear congruential generator. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

async function memoryOf(pid: number): Promise<{ rss: number }> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return { rss: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024 };
}
