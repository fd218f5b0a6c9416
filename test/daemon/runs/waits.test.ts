import { afterEach, beforeEach, expect, test } from "bun:test";

import { Waits } from "../../../src/daemon/runs/waits.ts";
import { decodeWaitEnd, type WaitEnd } from "../../../src/protocol/wait.ts";
import { until } from "../../e2e/support/sandbox.ts";
import { ConnectedClients, type Peer } from "../clients/connected-clients.ts";

let connected: ConnectedClients;
let waits: Waits;

beforeEach(() => {
  connected = new ConnectedClients();
  waits = new Waits();
});
afterEach(() => connected[Symbol.dispose]());

async function answersOf(peer: Peer, count: number): Promise<(WaitEnd | undefined)[]> {
  await until(() => peer.messages.length >= count, `${count} answers`);
  return peer.messages.map(({ payload }) => decodeWaitEnd(payload));
}

test("clients that wait during a run get its end, later ones that of the session", async () => {
  const [early, late] = [await connected.connect(), await connected.connect()];
  waits.noteRun();
  waits.add(early.client, false);
  expect(early.client.waitsForEnd).toBe(true);
  waits.endRun(3, true);
  waits.add(late.client, false);
  expect(waits.endSession(7)).toBe(true);
  expect(await answersOf(early, 1)).toEqual([{ what: "run", code: 3, isStale: false }]);
  expect(await answersOf(late, 1)).toEqual([{ what: "session", code: 7, isStale: false }]);
});

test("an end that no client was told is answered at once, and marked when it is stale", async () => {
  const peer = await connected.connect();
  waits.noteRun();
  waits.endRun(4, false);
  waits.add(peer.client, false);
  waits.noteTyping();
  waits.add(peer.client, false);
  expect(await answersOf(peer, 2)).toEqual([
    { what: "run", code: 4, isStale: false },
    { what: "run", code: 4, isStale: true },
  ]);
});

test("a new run forgets the last one's end", async () => {
  const peer = await connected.connect();
  waits.noteRun();
  waits.endRun(4, false);
  waits.noteRun();
  waits.add(peer.client, false);
  waits.endRun(5, true);
  expect(await answersOf(peer, 1)).toEqual([{ what: "run", code: 5, isStale: false }]);
});

test("the session's end answers clients that wait for a run, too", async () => {
  const peer = await connected.connect();
  waits.noteRun();
  waits.add(peer.client, false);
  waits.endSession(9);
  expect(await answersOf(peer, 1)).toEqual([{ what: "session", code: 9, isStale: false }]);
  expect(waits.endSession(9)).toBe(false);
});

test("clients that have left, and those that keep the session, do not count as having waited", async () => {
  expect(waits.endSession(0)).toBe(false);
  const [gone, keeper] = [await connected.connect(), await connected.connect()];
  waits.add(gone.client, false);
  waits.forget(gone.client);
  waits.add(keeper.client, true);
  expect(waits.endSession(0)).toBe(false);
  expect(await answersOf(keeper, 1)).toHaveLength(1);
  expect(gone.messages).toEqual([]);
});
