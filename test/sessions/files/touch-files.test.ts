import { expect, test } from "bun:test";
import { mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";

import { configOf } from "../../../src/config/paths.ts";
import { makeShellDirectory } from "../../../src/shell/shell-files.ts";
import { writeArtifact } from "../../../src/sessions/files/artifacts.ts";
import { touchSessionFiles } from "../../../src/sessions/files/touch-files.ts";
import { TestDirectory } from "../../config/test-directory.ts";

const LONG_AGO = new Date(1_000_000);

test("All files of a session get a new time, those of others do not change", () => {
  using dir = new TestDirectory();
  const config = configOf(dir.join("s"));
  mkdirSync(config.socketDir, { mode: 0o700 });
  for (const name of ["mine", "other"]) {
    writeFileSync(dir.join("s", name), "");
    makeShellDirectory(config.socketDir, "bash", name);
    writeArtifact(config, "git-meta", name, "{}");
    writeFileSync(dir.join("s.logs", `${name}.log`), "");
  }
  const filesOf = (name: string): string[] => [
    dir.join("s", name),
    dir.join("s/.bash", name),
    dir.join("s/.bash", name, ".tsm-session-name"),
    dir.join("s.logs/git-meta", `${name}.json`),
    dir.join("s.logs", `${name}.log`),
  ];
  const shared = ["s", "s/.bash", "s.logs", "s.logs/git-meta"].map((path) => dir.join(path));
  const all = [...filesOf("mine"), ...filesOf("other"), ...shared];
  for (const path of all) utimesSync(path, LONG_AGO, LONG_AGO);

  touchSessionFiles(config, "mine");
  const isOld = (path: string): boolean => statSync(path).mtimeMs === LONG_AGO.getTime();
  expect([...filesOf("mine"), ...shared].filter(isOld)).toEqual([]);
  expect(filesOf("other").filter(isOld)).toEqual(filesOf("other"));
});

test("Missing files cause no error", () => {
  using dir = new TestDirectory();
  symlinkSync("nowhere", dir.join("s"));
  touchSessionFiles(configOf(dir.join("s")), "mine");
});
