import { expect, test } from "bun:test";

import { until } from "../../e2e/support/sandbox.ts";
import { ConnectedClients } from "./connected-clients.ts";

test("the client that was active last decides the size", async () => {
  using connected = new ConnectedClients();
  const { clients } = connected;
  expect(clients.deciding()).toBeUndefined();
  expect(clients.size()).toBeUndefined();
  const first = await connected.attach(24, 80);
  const second = await connected.attach(50, 132);
  expect(clients.deciding()).toBe(second.client);
  clients.touch(first.client);
  expect(clients.deciding()).toBe(first.client);
  expect(clients.size()).toEqual({ rows: 24, cols: 80, xPixels: 0, yPixels: 0 });
});

test("connections that are not attached, and clients that only watch, decide nothing", async () => {
  using connected = new ConnectedClients();
  const { clients } = connected;
  const owner = await connected.attach(24, 80);
  const viewer = await connected.attach(9, 9);
  viewer.client.isReadOnly = true;
  const asker = await connected.connect();
  asker.client.size = { rows: 5, cols: 5 };
  clients.touch(asker.client);
  clients.touch(viewer.client);
  expect(clients.deciding()).toBe(owner.client);
  expect(clients.attached()).toEqual([owner.client, viewer.client]);
});

test("a terminal without a size decides only while no other can", async () => {
  using connected = new ConnectedClients();
  const sized = await connected.attach(24, 80);
  const sizeless = await connected.attach();
  expect(connected.clients.deciding()).toBe(sized.client);
  sized.close();
  await until(() => connected.clients.deciding() === sizeless.client, "the other one to decide");
  expect(connected.clients.size()).toBeUndefined();
});

test("pixels count only together with the size that they belong to", async () => {
  using connected = new ConnectedClients();
  const { client } = await connected.attach(24, 80);
  client.pixelSize = { rows: 24, cols: 80, xPixels: 800, yPixels: 480 };
  expect(connected.clients.size()).toEqual({ rows: 24, cols: 80, xPixels: 800, yPixels: 480 });
  client.size = { rows: 30, cols: 80 };
  expect(connected.clients.size()).toEqual({ rows: 30, cols: 80, xPixels: 0, yPixels: 0 });
});

test("a closed connection is forgotten, and nothing more is sent to it", async () => {
  using connected = new ConnectedClients();
  const peer = await connected.attach(24, 80);
  peer.close();
  await until(() => [...connected.clients.all()].length === 0, "the client to be forgotten");
  expect(peer.client.isClosed).toBe(true);
  peer.client.send(1, new Uint8Array(10));
  expect(peer.client.output.pendingBytes).toBe(0);
});
