import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { findLeftovers } from "../../../src/sessions/files/leftovers.ts";

const config = { socketDir: "", logDir: "" };
let root = "";
let user: Bun.Subprocess | undefined;

beforeEach(() => {
  root = mkdtempSync("/tmp/tsm-left-");
  config.socketDir = join(root, "s");
  config.logDir = join(root, "s.logs");
  for (const dir of ["s", "s.logs/agent-sock", "s.logs/client-env", "s.logs/git-meta"]) {
    mkdirSync(join(root, dir), { recursive: true });
  }
});

afterEach(() => {
  user?.kill("SIGKILL");
  user = undefined;
  rmSync(root, { recursive: true, force: true });
});

/** A process with the given variables in its environment. */
function startUser(env: Record<string, string>): void {
  user = Bun.spawn(["sleep", "1000"], { env: { PATH: process.env["PATH"] ?? "", ...env } });
}

/** The pid of a process that has ended. */
function deadPid(): number {
  const { pid } = Bun.spawnSync(["true"]);
  return pid;
}

function link(name: string): string {
  const path = join(config.logDir, "agent-sock", name);
  symlinkSync("/nowhere", path);
  return path;
}

function file(path: string): string {
  const whole = join(root, path);
  writeFileSync(whole, "");
  return whole;
}

test("a link to an agent is a leftover once its creator is gone and no process refers to it", () => {
  const dead = deadPid().toString(36);
  const left = link(`0123456789ab-${dead}`);
  link(`1123456789ab-${process.pid.toString(36)}`);
  const used = link(`2123456789ab-${dead}`);
  startUser({ SSH_AUTH_SOCK: used });
  link("of-somebody-else");
  expect(findLeftovers(config, () => true)).toEqual([left]);
});

test("a file counts as used by any path that leads to it", () => {
  const other = join(root, "other");
  symlinkSync(config.logDir, other);
  const path = link(`0123456789ab-${deadPid().toString(36)}`);
  startUser({ SSH_AUTH_SOCK: path.replace(config.logDir, other) });
  expect(findLeftovers(config, () => true)).toEqual([]);
});

test("temporary replacement files are leftovers once the process that wrote them is gone", () => {
  const dead = deadPid();
  const left = [
    link(`0123456789ab-1.${dead}.new`),
    file(`s.logs/git-meta/x.json.${dead}.new`),
    file(`s/.focus.json.${dead}.new`),
    file(`s/..doctor-${dead.toString(36)}`),
  ];
  file(`s.logs/git-meta/x.json.${process.pid}.new`);
  file(`s/..doctor-${process.pid.toString(36)}`);
  // Sessions may have such names.
  file(`s/build.${dead}`);
  file(`s/x.json.${dead}`);
  file(`s.logs/build.${dead}`);
  expect(findLeftovers(config, () => true).sort()).toEqual(left.sort());
});

test("a client's variables are leftovers when their session does not exist", () => {
  const left = file("s.logs/client-env/gone.json");
  file("s.logs/client-env/live.json");
  expect(findLeftovers(config, (name) => name !== "live")).toEqual([left]);
});

test("start-up files are kept as long as a process may read them, and while they are new", () => {
  for (const name of ["new", "used"]) {
    mkdirSync(join(root, "s/.bash", name), { recursive: true });
    file(`s/.bash/${name}/.tsm-session-name`);
  }
  startUser({ TSM_SESSION_FILE: join(root, "s/.bash/used/.tsm-session-name") });
  expect(findLeftovers(config, () => true)).toEqual([]);
});
