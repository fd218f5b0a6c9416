import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Flow } from "../../../src/daemon/clients/flow.ts";
import { ModelFeed } from "../../../src/daemon/terminal/model-feed.ts";
import { Tag } from "../../../src/protocol/tags.ts";
import type { Pty } from "../../../src/pty/pty.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { until } from "../../e2e/support/sandbox.ts";
import { ConnectedClients, type Peer } from "./connected-clients.ts";

setDefaultTimeout(60_000);

const MIB = 1024 * 1024;

/** Records whether the program may run. */
class RecordingPty {
  isPaused = false;
  maxBytes: number | undefined;

  pause(): void {
    this.isPaused = true;
  }

  resume(maxBytes?: number): void {
    this.isPaused = false;
    this.maxBytes = maxBytes;
  }
}

let connected: ConnectedClients;
let pty: RecordingPty;
let model: ModelFeed;
let backend: ReturnType<typeof createTerminalBackend>;
let flow: Flow;
let stalls: number[];

beforeEach(() => {
  connected = new ConnectedClients((client) => {
    client.flush();
    flow.update();
  });
  pty = new RecordingPty();
  stalls = [];
  backend = createTerminalBackend({ rows: 24, cols: 80 });
  model = new ModelFeed(
    backend,
    () => {},
    () => flow.update(),
  );
  flow = new Flow(
    pty as unknown as Pty,
    () => connected.clients.all(),
    model,
    (bytes) => stalls.push(bytes),
  );
});

afterEach(() => {
  flow.stop();
  connected[Symbol.dispose]();
  backend.close();
});

function send(peer: Peer, bytes: number, tag: Tag = Tag.Output): void {
  for (let sent = 0; sent < bytes; sent += MIB) peer.client.send(tag, new Uint8Array(MIB));
  flow.update();
}

describe("the program", () => {
  test("waits for a client with more than a MiB on its way, and resumes when it has read", async () => {
    const peer = await connected.attach(24, 80);
    peer.stopReading();
    flow.update();
    expect(pty.isPaused).toBe(false);
    send(peer, 3 * MIB);
    expect(pty.isPaused).toBe(true);
    peer.read();
    await until(() => !pty.isPaused, "the program to resume");
    await until(() => peer.messages.length === 3, "all output to come");
    expect(stalls).toEqual([]);
  });

  test("does not wait for answers that are not read; such a connection is closed", async () => {
    const peer = await connected.connect();
    peer.stopReading();
    send(peer, 3 * MIB, Tag.History);
    expect(pty.isPaused).toBe(false);
    await until(() => peer.client.isClosed, "the connection to be closed");
    expect(stalls).toEqual([]);
  });

  test("does not wait for a state that a client has asked for", async () => {
    const peer = await connected.attach(24, 80);
    peer.stopReading();
    send(peer, 3 * MIB);
    peer.client.output.sendState([]);
    flow.update();
    expect(pty.isPaused).toBe(false);
  });

  test("waits while the terminal model is too far behind", async () => {
    // What moves the cursor cannot be skipped.
    model.push(new Uint8Array(Buffer.from("\x1b[5;5Hx".repeat(1.5 * MIB))));
    flow.update();
    expect(pty.isPaused).toBe(true);
    model.catchUp();
    expect(pty.isPaused).toBe(false);
  });

  test("is held back no longer once the session ends", async () => {
    const peer = await connected.attach(24, 80);
    peer.stopReading();
    flow.stop();
    send(peer, 3 * MIB);
    expect(pty.isPaused).toBe(false);
  });
});

test("with too much queued for all clients together, the one idle for longest is stalled at once", async () => {
  const first = await connected.attach(24, 80);
  const second = await connected.attach(24, 80);
  for (const peer of [first, second]) peer.stopReading();
  send(first, 40 * MIB);
  expect(stalls).toEqual([]);
  await until(() => first.client.output.idleMs() > 5, "the first one to be idle for longer");
  send(second, 40 * MIB);
  expect(stalls).toHaveLength(1);
  expect(stalls[0]).toBeGreaterThan(30 * MIB);
  expect(first.client.isStalled).toBe(true);
  expect(second.client.isStalled).toBe(false);
  expect(first.client.output.heldBytes).toBeLessThan(2 * MIB);
});
