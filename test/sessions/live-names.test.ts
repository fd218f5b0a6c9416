import { expect, test } from "bun:test";
import { existsSync, linkSync, mkdirSync } from "node:fs";

import { liveSessionNames } from "../../src/sessions/live-names.ts";
import { TestDirectory } from "../config/test-directory.ts";

test("only listening sessions are named; dead sockets are left out but not removed", async () => {
  using dir = new TestDirectory();
  const config = { socketDir: dir.join("s"), logDir: dir.join("s.logs") };
  mkdirSync(config.socketDir, { mode: 0o700 });
  const listener = Bun.listen({ unix: dir.join("s/live"), socket: { data: () => {} } });
  const dead = Bun.listen({ unix: dir.join("s/bound"), socket: { data: () => {} } });
  linkSync(dir.join("s/bound"), dir.join("s/dead"));
  dead.stop(true); // removes the path that was bound
  expect(liveSessionNames(config)).toEqual(["live"]);
  expect(existsSync(dir.join("s/dead"))).toBe(true);
  listener.stop(true);
});

test("without a directory there are no names", async () => {
  using dir = new TestDirectory();
  const config = { socketDir: dir.join("missing"), logDir: dir.join("missing.logs") };
  expect(liveSessionNames(config)).toEqual([]);
});
