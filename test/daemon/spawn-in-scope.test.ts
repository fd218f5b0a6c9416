import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { defaultSettings } from "../../src/config/settings.ts";
import { spawnDaemonProcess } from "../../src/daemon/launch/daemon-process.ts";
import { sessionNames } from "../../src/sessions/list.ts";
import { killSession } from "../../src/sessions/wire/requests.ts";

setDefaultTimeout(60_000);

const MAIN = join(import.meta.dir, "../../src/main.ts");
let root = "";
let config = { socketDir: "", logDir: "" };

beforeEach(() => {
  root = mkdtempSync("/tmp/tsm-scope-");
  config = { socketDir: join(root, "s"), logDir: join(root, "s.logs") };
  mkdirSync(join(root, "bin"));
});

afterEach(async () => {
  for (const name of sessionNames(config)) await killSession(config, name);
  rmSync(root, { recursive: true, force: true });
});

/** Starts a session with this script in the place of systemd-run; returns how that was called. */
async function spawnWith(script: string): Promise<string> {
  const record = join(root, "called");
  const text = `#!/bin/sh\necho "$@" >${record}\n${script}\n`;
  writeFileSync(join(root, "bin/systemd-run"), text, { mode: 0o755 });
  await spawnDaemonProcess({
    config,
    name: "work",
    argv: ["cat"],
    dir: root,
    env: {
      PATH: `${join(root, "bin")}:${process.env["PATH"]}`,
      HOME: root,
      TERM: "xterm",
      TSM_DIR: config.socketDir,
    },
    self: [process.execPath, MAIN],
    settings: defaultSettings(),
    start: "scope",
  });
  return existsSync(record) ? readFileSync(record, "utf8") : "";
}

describe("a daemon that is to run in a scope", () => {
  test("is handed to systemd-run, which becomes it", async () => {
    const called = await spawnWith('while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
    expect(called).toStartWith("--user --scope --quiet --collect -- ");
    expect(called).toEndWith(" --daemon work -- cat\n");
    expect(sessionNames(config)).toEqual(["work"]);
  });

  test("is started plainly when there can be no scope", async () => {
    expect(await spawnWith("echo 'Failed to connect to bus' >&2; exit 1")).not.toBe("");
    expect(sessionNames(config)).toEqual(["work"]);
  });
});
