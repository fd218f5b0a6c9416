import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";

import { DirectoryWatch } from "../../src/system/directory-watch.ts";
import { TestDirectory } from "../config/test-directory.ts";

const onLinux = test.skipIf(process.platform !== "linux");

onLinux("Says when something vanishes, again and again, until it is closed", async () => {
  using dir = new TestDirectory();
  let next = Promise.withResolvers<void>();
  const watch = DirectoryWatch.open(dir.join("."), () => next.resolve());
  for (let round = 0; round < 3; round++) {
    next = Promise.withResolvers();
    writeFileSync(dir.join("x"), "");
    rmSync(dir.join("x"));
    await next.promise;
  }
  watch.close();
  expect(process.listenerCount("SIGIO")).toBe(0);
});

onLinux("Says so when the directory itself is removed with what is in it", async () => {
  using dir = new TestDirectory();
  mkdirSync(dir.join("d"));
  writeFileSync(dir.join("d/x"), "");
  const vanished = Promise.withResolvers<void>();
  const watch = DirectoryWatch.open(dir.join("d"), () => vanished.resolve());
  rmSync(dir.join("d"), { recursive: true });
  await vanished.promise;
  watch.close();
});

onLinux("Two of them do not disturb each other", async () => {
  using dir = new TestDirectory();
  const vanished = Promise.withResolvers<void>();
  const first = DirectoryWatch.open(dir.join("."), () => {});
  const second = DirectoryWatch.open(dir.join("."), () => vanished.resolve());
  first.close();
  writeFileSync(dir.join("x"), "");
  rmSync(dir.join("x"));
  await vanished.promise;
  second.close();
});
