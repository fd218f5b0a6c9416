import { expect, test } from "bun:test";

import type { ClientConnection } from "../../../src/daemon/clients/client-connection.ts";
import { Turns } from "../../../src/daemon/clients/turns.ts";

/** Turns use nothing of a client. */
function client(): ClientConnection {
  return {} as ClientConnection;
}

function burn(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

async function pastTurns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

test("a connection that asks all the time is served last, but is served", async () => {
  const served: string[] = [];
  const names = new Map<ClientConnection, string>();
  const greedy = client();
  names.set(greedy, "greedy");
  const turns = new Turns((it) => {
    served.push(names.get(it) ?? "");
    burn(6);
    if (it === greedy) turns.add(greedy);
  });
  turns.add(greedy);
  await pastTurns(5);
  expect(served.length).toBeGreaterThan(3);
  served.length = 0;
  for (const name of ["one", "two", "three"]) {
    const modest = client();
    names.set(modest, name);
    turns.add(modest);
  }
  await pastTurns(8);
  expect(served.filter((name) => name !== "greedy")).toEqual(["one", "two", "three"]);
  expect(served.slice(1, 3)).not.toContain("greedy");
  expect(served.slice(3)).toContain("greedy");
  turns.remove(greedy);
});

test("between two turns the event loop gets to everything else", async () => {
  const order: string[] = [];
  const turns = new Turns(() => {
    order.push("turn");
    burn(6);
  });
  turns.add(client());
  turns.add(client());
  setImmediate(() => order.push("other"));
  await pastTurns(3);
  expect(order).toEqual(["turn", "other", "turn"]);
});

test("while there is time, nobody has to wait for a turn", () => {
  const turns = new Turns(() => {});
  expect(turns.hasTime).toBe(true);
  turns.run(client(), () => burn(30));
  expect(turns.hasTime).toBe(false);
});

test("a turn ends after some milliseconds, and has begun with time left", () => {
  const turns = new Turns(() => {});
  turns.run(client(), (isOver) => {
    expect(isOver()).toBe(false);
    burn(20);
    expect(isOver()).toBe(true);
  });
});

test("a closed connection gets no turn", async () => {
  const served: ClientConnection[] = [];
  const turns = new Turns((it) => served.push(it));
  const [gone, here] = [client(), client()];
  turns.add(gone);
  turns.add(here);
  turns.remove(gone);
  await pastTurns(3);
  expect(served).toEqual([here]);
});
