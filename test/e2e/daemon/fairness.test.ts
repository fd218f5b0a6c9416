import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { concatBytes } from "../../../src/protocol/concat-bytes.ts";
import { marshalHeader } from "../../../src/protocol/frame.ts";
import { parseInfo } from "../../../src/protocol/info.ts";
import { encodeSize } from "../../../src/protocol/messages.ts";
import { encodeRunRequest } from "../../../src/protocol/run-command.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { ALL_LINES, encodeWatchRequest } from "../../../src/protocol/watch.ts";
import { RawClient } from "../support/raw-client.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { inTime, Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(120_000);

const MIB = 1024 * 1024;
const SIZE = encodeSize({ rows: 24, cols: 80 });
/** A long scrollback, so that writing it down takes a while; then a program that echoes. */
const ECHO = ["sh", "-c", "seq 1000000 1009999; stty raw -echo; echo ready; exec cat"];

/** Anonymous memory of a process in bytes. */
function privateBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
}

function ask(client: RawClient, count: number, tag: number, payload?: Uint8Array): void {
  for (let i = 0; i < count; i++) client.send(tag, payload);
}

async function sessionThatEchoes(box: Sandbox): Promise<void> {
  await box.ok("new", "work", ...ECHO);
  using other = await RawConnection.open(box.socket("work"));
  await until(async () => {
    other.send(Tag.History);
    return (await other.read(Tag.History)).includes("ready");
  }, "the program");
}

/** The session answers questions, an attach, and keys. */
async function expectService(box: Sandbox): Promise<void> {
  using other = await RawConnection.open(box.socket("work"));
  other.send(Tag.Info);
  await other.read(Tag.Info);
  const client = await RawClient.attach(box.socket("work"));
  await inTime(client.shown("ready"), () => "the snapshot");
  const word = `<${Math.random()}>`;
  client.type(word);
  await inTime(client.shown(word), () => "the echo");
  client.close();
}

const wholeWatch = encodeWatchRequest({
  follows: false,
  wantsRun: false,
  scrollbackLines: ALL_LINES,
});
const QUESTIONS: [what: string, count: number, tag: number, payload: Uint8Array | undefined][] = [
  ["History", 20_000, Tag.History, undefined],
  ["Info", 40_000, Tag.Info, undefined],
  ["Watch", 2000, Tag.Watch, wholeWatch],
  ["Init", 2000, Tag.Init, SIZE],
];

describe("a connection that asks without end", () => {
  for (const [what, count, tag, payload] of QUESTIONS) {
    test(`${count} times ${what} in one write, again and again: others are served in between`, async () => {
      await using box = new Sandbox();
      await sessionThatEchoes(box);
      const asking = await RawClient.connect(box.socket("work"));
      let answers = 0;
      const askAgain = (): void => {
        ask(asking, count, tag, payload);
        asking.send(Tag.Run);
      };
      asking.onOutput = () => answers++;
      asking.onMessage = (answered) => {
        if (answered === Tag.Ack) askAgain();
        else answers++;
      };
      askAgain();
      await until(() => answers > 0, "the first answer");
      for (let round = 0; round < 3; round++) await expectService(box);
      expect(await box.ok("ls")).toContain("work");
      await box.ok("kill", "work");
      asking.close();
    });

    test(`${count} times ${what} without reading: nobody waits, and memory is bounded`, async () => {
      await using box = new Sandbox();
      await sessionThatEchoes(box);
      const daemon = box.daemonPid("work");
      const before = privateBytes(daemon);
      const asking = await RawClient.connect(box.socket("work"));
      asking.pause();
      ask(asking, count, tag, payload);
      for (let round = 0; round < 5; round++) await expectService(box);
      expect(privateBytes(daemon) - before).toBeLessThan(64 * MIB);
      asking.close();
      await expectService(box);
      await box.ok("kill", "work");
    });
  }

  test("gets its answers in the order of its questions, each once", async () => {
    await using box = new Sandbox();
    await sessionThatEchoes(box);
    const asked: number[] = [];
    const answered: number[] = [];
    const done = Promise.withResolvers<void>();
    const asking = await RawClient.connect(box.socket("work"));
    const count = 3000;
    asking.onMessage = (tag) => {
      answered.push(tag);
      if (answered.length === count) done.resolve();
    };
    const tags = [Tag.Info, Tag.History, Tag.Tags, Tag.Attention, Tag.Run];
    for (let i = 0; i < count; i++) asked.push(tags[(i * 7 + (i >> 3)) % tags.length] ?? Tag.Info);
    for (const tag of asked) asking.send(tag);
    await inTime(done.promise, () => "all answers");
    expect(answered).toEqual(asked.map((tag) => (tag === Tag.Run ? Tag.Ack : tag)));
    asking.close();
  });

  test("types and kills in its turn as well", async () => {
    await using box = new Sandbox();
    await sessionThatEchoes(box);
    const asking = await RawClient.connect(box.socket("work"));
    let last = "";
    asking.onMessage = (tag, payload) => {
      if (tag === Tag.History) last = Buffer.from(payload).toString();
    };
    ask(asking, 2000, Tag.History);
    asking.type("typed late");
    await until(() => {
      asking.send(Tag.History);
      return last.includes("typed late");
    }, "the echo");
    ask(asking, 2000, Tag.History);
    asking.send(Tag.Kill);
    await inTime(asking.closed, () => "the session to end");
    expect(box.sockets()).toEqual([]);
  });
});

describe("messages that do not come whole", () => {
  for (const [what, tag, count] of [
    ["RunCommand", Tag.RunCommand, 40],
    ["Labels", Tag.Labels, 40],
    ["unknown", 200, 40],
    ["Input", Tag.Input, 5], // is typed as it comes, which takes a while
  ] as const) {
    test(`of 15 MiB each on ${count} connections, ${what}: they share one budget`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work", "sh", "-c", "stty raw -echo; echo ready; exec cat >/dev/null");
      const daemon = box.daemonPid("work");
      const before = privateBytes(daemon);
      const header = marshalHeader({ tag, length: 16 * MIB });
      using clients = new DisposableStack();
      for (let i = 0; i < count; i++) {
        const client = clients.use(await RawConnection.open(box.socket("work")));
        client.sendBytes(concatBytes([header, new Uint8Array(15 * MIB)]));
        await client.sent();
      }
      using other = await RawConnection.open(box.socket("work"));
      other.send(Tag.Info);
      await other.read(Tag.Info);
      expect(privateBytes(daemon) - before).toBeLessThan(300 * MIB);
      await box.ok("kill", "work");
    });
  }

  test("the one that has begun last is heard to its end", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const header = marshalHeader({ tag: Tag.RunCommand, length: 16 * MIB });
    using broken = new DisposableStack();
    for (let i = 0; i < 4; i++) {
      const client = broken.use(await RawConnection.open(box.socket("work")));
      client.sendBytes(concatBytes([header, new Uint8Array(12 * MIB)]));
      await client.sent();
    }
    using whole = await RawConnection.open(box.socket("work"));
    const text = Buffer.from(`echo he''ard # ${"x".repeat(15 * MIB)}`);
    const request = { text, isScript: true, isDetached: true, isPatient: true };
    whole.send(Tag.RunCommand, encodeRunRequest(request));
    await whole.read(Tag.RunState);
  });

  test("a whole message of 16 MiB is typed, byte for byte", async () => {
    await using box = new Sandbox();
    const file = join(box.root, "typed");
    await box.ok(
      "new",
      "work",
      "sh",
      "-c",
      `stty raw -echo; echo ready; head -c ${16 * MIB} > ${file}; echo got; exec sleep 1000`,
    );
    const client = await RawClient.attach(box.socket("work"));
    await inTime(client.shown("ready"), () => "the program");
    const text = Uint8Array.from({ length: 16 * MIB }, (_, i) => (i * 31 + (i >> 9)) & 0xff);
    client.send(Tag.Input, text);
    await inTime(client.shown("got"), () => "the program to have read all");
    expect(Buffer.compare(readFileSync(file), text)).toBe(0);
    client.close();
  });
});

describe("several who type at once", () => {
  test("a key reaches the program before the rest of another one's paste", async () => {
    await using box = new Sandbox();
    const file = join(box.root, "typed");
    const go = join(box.root, "go");
    const program = `stty raw -echo; echo ready; until [ -e ${go} ]; do sleep 0.05; done; exec cat > ${file}`;
    await box.ok("new", "work", "sh", "-c", program);
    const paster = await RawClient.attach(box.socket("work"));
    const typist = await RawClient.attach(box.socket("work"));
    await inTime(typist.shown("ready"), () => "the program");
    paster.send(Tag.Input, new Uint8Array(8 * MIB).fill(0x70));
    await inTime(paster.sent(), () => "the paste");
    typist.type("K");
    writeFileSync(go, "");
    await until(() => readFileSync(file, { flag: "a+" }).byteLength > 8 * MIB, "all of it");
    const typed = readFileSync(file);
    expect(typed.indexOf("K")).toBeGreaterThan(-1);
    expect(typed.indexOf("K")).toBeLessThan(MIB);
    paster.close();
    typist.close();
  });

  for (const [first, second] of [
    ["x\x1b", "[D"],
    ["x\x1b[", "1;5D"],
    ["é\x1b[1", "3;2uy"],
    ["x\x1b]11;", "zz"],
  ] as const) {
    const keys = JSON.stringify([first, second]);
    test(`keys cut by two reads stay in order, whoever decides by then: ${keys}`, async () => {
      await using box = new Sandbox();
      await box.ok("new", "work", "sh", "-c", "stty raw -echo; echo ready; exec cat");
      const deciding = await RawClient.attach(box.socket("work"));
      const other = await RawClient.attach(box.socket("work"));
      await inTime(other.shown("ready"), () => "the snapshot");
      deciding.type("-");
      await inTime(deciding.shown("-"), () => "the echo");
      let echoed = Buffer.alloc(0);
      deciding.onOutput = (bytes) => (echoed = Buffer.concat([echoed, bytes]));
      other.type(first);
      await until(() => echoed.length > 0, "the first character");
      other.type(second);
      const expected = Buffer.from(first + second);
      await until(() => echoed.length >= expected.length, "the rest");
      expect(echoed.toString()).toBe(expected.toString());
      deciding.close();
      other.close();
    });
  }
});

describe("connections", () => {
  test("beyond what the limit of open files allows are closed, and the session goes on", async () => {
    await using box = new Sandbox();
    const limited = Bun.spawnSync(
      ["sh", "-c", 'ulimit -n 150; exec "$0" "$@"', ...box.command("new", "work", "cat")],
      { cwd: box.root, env: box.env() },
    );
    expect(limited.exitCode).toBe(0);
    using all = new DisposableStack();
    const first = all.use(await RawConnection.open(box.socket("work")));
    let closed = 0;
    for (let i = 0; i < 300; i++) {
      const client = await RawClient.connect(box.socket("work"));
      all.defer(() => client.close());
      void client.closed.then(() => closed++);
    }
    await until(() => closed >= 100, "connections to be closed");
    first.send(Tag.Info);
    expect(parseInfo(await first.read(Tag.Info)).clientsLen).toBe(0n);
    all.dispose();
    await until(async () => (await box.run(["ls", "--short"])).stdout === "work\n", "room again");
    await box.ok("kill", "work");
  });
});
