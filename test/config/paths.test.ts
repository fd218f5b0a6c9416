import { describe, expect, test } from "bun:test";

import vectors from "../fixtures/names.json";
import type { Environment } from "../../src/config/environment.ts";
import { configFromEnvironment, socketPath } from "../../src/config/paths.ts";

const UID = 1234;

describe("the socket directory", () => {
  for (const [variables, dir] of vectors.socketDir as [Environment, string][]) {
    test(`is ${dir} with ${JSON.stringify(variables)}`, () => {
      const config = configFromEnvironment(variables, UID);
      expect(config.socketDir).toBe(dir.replace("UID", String(UID)));
    });
  }

  test("is the first that is set of TSM_DIR, XDG_RUNTIME_DIR and TMPDIR", () => {
    const all = { TSM_DIR: "/own", XDG_RUNTIME_DIR: "/run/user/1", TMPDIR: "/t" };
    expect(configFromEnvironment(all, UID).socketDir).toBe("/own");
    const noOwn = { ...all, TSM_DIR: "" };
    expect(configFromEnvironment(noOwn, UID).socketDir).toBe("/run/user/1/tsm");
    const noRuntime = { ...noOwn, XDG_RUNTIME_DIR: undefined };
    expect(configFromEnvironment(noRuntime, UID).socketDir).toBe("/t/tsm-1234");
  });

  test("is absolute, since a daemon has another working directory than its creator", () => {
    const { socketDir } = configFromEnvironment({ TSM_DIR: "here/./x/.." }, UID);
    expect(socketDir).toBe(`${process.cwd()}/here`);
  });

  test("has no slash at its end, so that the logs are next to it and not in it", () => {
    for (const dir of ["/d/s", "/d/s/", "/d/s//"]) {
      const config = configFromEnvironment({ TSM_DIR: dir }, UID);
      expect(config).toEqual({ socketDir: "/d/s", logDir: "/d/s.logs" });
    }
  });
});

test("a socket is named after its session", () => {
  const config = configFromEnvironment({ TSM_DIR: "/d" }, UID);
  expect(socketPath(config, "a b@日本")).toBe("/d/a b@日本");
});
