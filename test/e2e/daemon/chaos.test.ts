import { expect, setDefaultTimeout, test } from "bun:test";

import { RawClient } from "../support/raw-client.ts";
import { Sandbox, until } from "../support/sandbox.ts";

const CHAOS_MS = Number(process.env["TSM_CHAOS_MS"] ?? 15_000);

setDefaultTimeout(CHAOS_MS + 60_000);

/** Seeded, so that a failure can be looked for again. */
function seededRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test("clients and daemons killed with -9 at random leave no processes or files", async () => {
  await using box = new Sandbox();
  const random = seededRandom(3);
  const names = ["a", "b", "c", "d"];
  const clients: RawClient[] = [];
  const endAtMs = performance.now() + CHAOS_MS;
  let killed = 0;
  while (performance.now() < endAtMs) {
    const name = names[random(names.length)] ?? "a";
    switch (random(5)) {
      case 0:
        await box.run(["new", name, ...(random(2) === 0 ? [] : ["yes"])]);
        break;
      case 1: {
        const pid = box.daemonPids()[random(4)];
        if (pid === undefined) break;
        process.kill(pid, "SIGKILL");
        killed++;
        break;
      }
      case 2: {
        const screen = box.open(["a", name]);
        await until(() => screen.output.length > 0, "the attach");
        screen.kill("SIGKILL");
        break;
      }
      case 3:
        try {
          clients.push(await RawClient.attach(box.socket(name)));
        } catch {
          // Not there just now.
        }
        break;
      default:
        await box.run(["kill", name]);
    }
  }
  for (const client of clients) client.close();
  expect(killed).toBeGreaterThan(0);
  for (const name of names) await box.run(["kill", name]);
  expect(await box.ok("ls")).toContain("no sessions found");
  expect(box.sockets()).toEqual([]);
  // What a killed daemon's program was, the kernel's hang-up has ended.
  await until(() => box.processes().length === 0, "all processes to end");
});
