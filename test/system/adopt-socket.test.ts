import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";

import { adoptConnection, adoptListener, descriptorOf } from "../../src/system/adopt-socket.ts";
import { connectUnix, listenUnix, peerOf } from "../../src/system/unix-socket.ts";
import { TestDirectory } from "../config/test-directory.ts";

test("Bun serves sockets on our descriptors, reports them, and removes no path", async () => {
  using dir = new TestDirectory();
  const path = dir.join("s");
  const served = Promise.withResolvers<Bun.Socket<undefined>>();
  const listening = listenUnix(path).fd ?? -1;
  const listener = adoptListener(listening, {
    open: (socket) => served.resolve(socket),
    data: (socket, bytes) => void socket.write(bytes),
  });
  const echoed = Promise.withResolvers<string>();
  const client = await adoptConnection(connectUnix(path).fd ?? -1, {
    data: (_, bytes) => echoed.resolve(bytes.toString("utf8")),
  });
  client.write("hello");
  expect(await echoed.promise).toBe("hello");
  const ours = { uid: process.getuid?.(), pid: process.pid };
  expect(peerOf(descriptorOf(client) ?? -1)).toMatchObject(ours);
  expect(peerOf(descriptorOf(await served.promise) ?? -1)).toMatchObject(ours);
  client.end();
  listener.stop(true);
  expect(existsSync(path)).toBe(true);
  expect(descriptorOf(client)).toBeUndefined();
});

test("closing adopted sockets closes their descriptors", async () => {
  using dir = new TestDirectory();
  const before = readdirSync("/proc/self/fd").length;
  for (let round = 0; round < 20; round++) {
    const path = dir.join(`s${round}`);
    const listener = adoptListener(listenUnix(path).fd ?? -1, { data: () => {} });
    const closed = Promise.withResolvers<void>();
    const client = await adoptConnection(connectUnix(path).fd ?? -1, {
      data: () => {},
      close: () => closed.resolve(),
    });
    client.terminate();
    await closed.promise;
    listener.stop(true);
  }
  expect(readdirSync("/proc/self/fd").length).toBeLessThan(before + 5);
});
