import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import { marshalMessage } from "../../../src/protocol/frame.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import { SessionConnection } from "../../../src/sessions/wire/session-connection.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync("/tmp/tsm-conn-");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Peer extends Disposable {
  path: string;
  /** The daemon's end of the first connection. */
  socket: Promise<Bun.Socket<undefined>>;
}

/** A daemon that sends what the test specifies. */
function listen(onRoom: (socket: Bun.Socket<undefined>) => void = () => {}): Peer {
  const path = join(root, "s");
  const { promise, resolve } = Promise.withResolvers<Bun.Socket<undefined>>();
  const listener = Bun.listen<undefined>({
    unix: path,
    socket: {
      open: (socket) => {
        resolve(socket);
        onRoom(socket);
      },
      drain: onRoom,
      data: () => {},
    },
  });
  return { path, socket: promise, [Symbol.dispose]: () => listener.stop(true) };
}

/** Writes a message repeatedly for as long as the other end reads. */
function floodWith(message: Uint8Array): (socket: Bun.Socket<undefined>) => void {
  let rest: Uint8Array = message;
  return (socket) => {
    for (;;) {
      const written = socket.write(rest);
      if (written <= 0) return;
      rest = written < rest.byteLength ? rest.subarray(written) : message;
      if (rest !== message) return;
    }
  };
}

test("a message that arrives after a read gave up is returned by the next read", async () => {
  using peer = listen();
  const connection = await SessionConnection.open(peer.path);
  const socket = await peer.socket;
  const given = await connection.read(5).catch((error: unknown) => String(error));
  expect(given).toContain("no answer within 5 ms");
  socket.write(marshalMessage(Tag.Ack, Buffer.from("late")));
  expect(Buffer.from((await connection.read(10_000)).payload).toString()).toBe("late");
  connection.close();
});

test("concurrent reads are answered in order, also when one of them gives up", async () => {
  using peer = listen();
  const connection = await SessionConnection.open(peer.path);
  const socket = await peer.socket;
  const first = connection.read(10_000);
  const second = connection.read(1).catch(() => "gave up");
  const third = connection.read(10_000);
  expect(await second).toBe("gave up");
  socket.write(marshalMessage(Tag.Ack, Buffer.from("one")));
  socket.write(marshalMessage(Tag.Ack, Buffer.from("two")));
  const texts = (await Promise.all([first, third])).map(({ payload }) =>
    Buffer.from(payload).toString(),
  );
  expect(texts).toEqual(["one", "two"]);
  connection.close();
});

for (const tag of [200, Tag.Output]) {
  test(`a daemon that sends tag ${tag} forever counts as not answering`, async () => {
    using peer = listen(floodWith(marshalMessage(tag, new Uint8Array(1000))));
    const connection = await SessionConnection.open(peer.path);
    const given = await connection.readTag(Tag.Info, 50).catch((error: unknown) => String(error));
    expect(given).toContain("no answer within 50 ms");
    connection.close();
  });
}

test("one time limit covers a whole conversation, however many messages it has", async () => {
  using peer = listen(floodWith(marshalMessage(Tag.Attention, new Uint8Array(9))));
  const connection = await SessionConnection.open(peer.path);
  let seen = 0;
  const given = await connection
    .readUntil(({ tag }) => {
      if (tag === Tag.Attention) seen++;
      return tag === Tag.Info;
    }, 50)
    .catch((error: unknown) => String(error));
  expect(given).toContain("no answer within 50 ms");
  expect(seen).toBeGreaterThan(0);
  connection.close();
});

test("unread messages take bounded memory: the daemon has to wait", async () => {
  let written = 0;
  const message = marshalMessage(Tag.Output, new Uint8Array(64 * 1024));
  const flood = floodWith(message);
  using peer = listen((socket) => {
    const write = socket.write.bind(socket);
    const counting = {
      write: (bytes: Uint8Array) => {
        const count = write(bytes);
        written += Math.max(0, count);
        return count;
      },
    };
    flood(counting as unknown as Bun.Socket<undefined>);
  });
  const connection = await SessionConnection.open(peer.path);
  await peer.socket;
  let before = -1;
  while (before !== written) {
    before = written;
    await Bun.sleep(50);
  }
  expect(written).toBeLessThan(4 * 1024 * 1024);
  for (let i = 0; i < 200; i++) expect((await connection.read(10_000)).tag).toBe(Tag.Output);
  connection.close();
});

test("unwanted messages are not kept", async () => {
  using peer = listen();
  const connection = await SessionConnection.open(peer.path, undefined, (tag) => ({
    maxBytes: tag === Tag.Info ? 3 : 0,
  }));
  const socket = await peer.socket;
  socket.write(marshalMessage(Tag.Output, Buffer.from("unwanted")));
  socket.write(marshalMessage(Tag.Info, Buffer.from("wanted")));
  const lengths = [await connection.read(10_000), await connection.read(10_000)].map(
    ({ payload }) => payload.byteLength,
  );
  expect(lengths).toEqual([0, 3]);
  connection.close();
});

test("readUntil skips other messages and leaves those after the requested one", async () => {
  using peer = listen();
  const connection = await SessionConnection.open(peer.path);
  const socket = await peer.socket;
  for (const text of ["a", "b", "last", "after"]) {
    socket.write(marshalMessage(text === "last" ? Tag.Info : Tag.Ack, Buffer.from(text)));
  }
  expect(Buffer.from(await connection.readTag(Tag.Info, 10_000)).toString()).toBe("last");
  expect(Buffer.from((await connection.read(10_000)).payload).toString()).toBe("after");
  connection.close();
});

test("the end of the connection ends every read, after the messages received before it", async () => {
  using peer = listen();
  const connection = await SessionConnection.open(peer.path);
  const socket = await peer.socket;
  const waiting = [1, 2, 3].map(() =>
    connection.read(0).then(
      ({ tag }) => tag,
      (error: unknown) => String(error),
    ),
  );
  socket.write(marshalMessage(Tag.Ack));
  socket.end();
  const ended = expect.stringContaining("the daemon closed the connection");
  expect(await Promise.all(waiting)).toEqual([Tag.Ack, ended, ended]);
  await connection.untilClosed(10_000);
  expect(await connection.read(0).catch((error: unknown) => String(error))).toEqual(ended);
});

test("untilClosed gives up after its time limit", async () => {
  using peer = listen();
  const connection = await SessionConnection.open(peer.path);
  await peer.socket;
  const given = await connection.untilClosed(5).catch((error: unknown) => String(error));
  expect(given).toContain("no answer within 5 ms");
  connection.close();
});
