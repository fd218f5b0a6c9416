import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";

import { PrivateDirectory } from "../../src/system/private-directory.ts";
import { foreignLinkIn, realPath } from "../../src/system/real-path.ts";
import { TestDirectory } from "../config/test-directory.ts";

const isRoot = process.getuid?.() === 0;
const ANOTHER_UID = 65533;

describe("a private directory", () => {
  test("is made 0700, with those above it, and keeps small files whole", () => {
    using dir = new TestDirectory();
    using opened = PrivateDirectory.make(dir.join("a/b"));
    expect(statSync(dir.join("a/b")).mode & 0o777).toBe(0o700);
    opened.write("x", "one");
    opened.write("x", "two");
    opened.append("x", "!\n");
    expect(opened.read("x", 100)).toMatchObject({ end: 5, isCut: false });
    expect(opened.read("x", 2)?.bytes.toString()).toBe("!\n");
    expect(statSync(dir.join("a/b/x")).mode & 0o777).toBe(0o600);
    opened.rename("x", "y");
    expect(opened.rename("x", "z")).toBe(false);
    expect(opened.names()).toEqual(["y"]);
    opened.remove("y");
    opened.remove("y");
    expect(readdirSync(dir.join("a/b"))).toEqual([]);
  });

  test("is undefined when it is missing", () => {
    using dir = new TestDirectory();
    expect(PrivateDirectory.open(dir.join("missing"))).toBeUndefined();
  });

  test("removes permissions that others have", () => {
    using dir = new TestDirectory();
    mkdirSync(dir.join("d"));
    chmodSync(dir.join("d"), 0o755);
    PrivateDirectory.open(dir.join("d"))?.[Symbol.dispose]();
    expect(statSync(dir.join("d")).mode & 0o777).toBe(0o700);
  });

  test("is refused when others can write to it, or when it is a link or not a directory", () => {
    using dir = new TestDirectory();
    mkdirSync(dir.join("shared"));
    chmodSync(dir.join("shared"), 0o1777);
    expect(() => PrivateDirectory.open(dir.join("shared"))).toThrow("Others may write to");
    mkdirSync(dir.join("own"), { mode: 0o700 });
    symlinkSync(dir.join("own"), dir.join("link"));
    expect(() => PrivateDirectory.open(dir.join("link"))).toThrow("is not a directory");
    writeFileSync(dir.join("file"), "");
    expect(() => PrivateDirectory.open(dir.join("file"))).toThrow("is not a directory");
  });

  test.skipIf(!isRoot)("is refused when it is another user's", () => {
    using dir = new TestDirectory();
    mkdirSync(dir.join("theirs"), { mode: 0o700 });
    chownSync(dir.join("theirs"), ANOTHER_UID, ANOTHER_UID);
    expect(() => PrivateDirectory.open(dir.join("theirs"))).toThrow(
      `belongs to another user (uid ${ANOTHER_UID})`,
    );
  });

  test("reads only regular files, never through a link, and never waits for one", () => {
    using dir = new TestDirectory();
    using opened = PrivateDirectory.make(dir.join("d"));
    writeFileSync(dir.join("secret"), "secret");
    symlinkSync(dir.join("secret"), dir.join("d/link"));
    Bun.spawnSync(["mkfifo", dir.join("d/fifo")]);
    mkdirSync(dir.join("d/dir"));
    for (const name of ["link", "fifo", "dir", "missing"]) {
      expect(opened.read(name, 100)).toBeUndefined();
    }
    opened.append("link", "more");
    opened.append("fifo", "more");
    expect(readFileSync(dir.join("secret"), "utf8")).toBe("secret");
    opened.write("link", "new");
    expect(readFileSync(dir.join("secret"), "utf8")).toBe("secret");
    expect(opened.read("link", 100)?.bytes.toString()).toBe("new");
  });

  test.skipIf(!isRoot)("does not read another user's file", () => {
    using dir = new TestDirectory();
    using opened = PrivateDirectory.make(dir.join("d"));
    writeFileSync(dir.join("d/theirs"), "planted");
    chownSync(dir.join("d/theirs"), ANOTHER_UID, ANOTHER_UID);
    expect(opened.read("theirs", 100)).toBeUndefined();
  });

  test.skipIf(!existsSync("/proc/self/fd"))(
    "stays the opened directory, whatever replaces it at its path",
    () => {
      using dir = new TestDirectory();
      using opened = PrivateDirectory.make(dir.join("d"));
      renameSync(dir.join("d"), dir.join("moved"));
      mkdirSync(dir.join("d"));
      opened.write("x", "1");
      expect(readdirSync(dir.join("d"))).toEqual([]);
      expect(readdirSync(dir.join("moved"))).toEqual(["x"]);
    },
  );
});

describe("the real path", () => {
  test("has no links in its existing part", () => {
    using dir = new TestDirectory();
    mkdirSync(dir.join("real"));
    symlinkSync("real", dir.join("link"));
    expect(realPath(dir.join("link/s"))).toBe(realPath(dir.join("real/s")));
    expect(realPath("/no/such/path")).toBe("/no/such/path");
    expect(foreignLinkIn(dir.join("link"))).toBeUndefined();
  });

  test.skipIf(!isRoot)("does not follow another user's link", () => {
    using dir = new TestDirectory();
    mkdirSync(dir.join("real"));
    symlinkSync("real", dir.join("link"));
    Bun.spawnSync(["chown", "-h", String(ANOTHER_UID), dir.join("link")]);
    // Root's own uid counts as trusted, so this checks as another user.
    const script = `
      import { foreignLinkIn, realPath } from ${JSON.stringify(`${import.meta.dir}/../../src/system/real-path.ts`)};
      console.log(foreignLinkIn(${JSON.stringify(dir.join("link"))}), realPath(${JSON.stringify(dir.join("link"))}));`;
    const { stdout } = Bun.spawnSync([process.execPath, "-e", script]);
    expect(stdout.toString()).toBe(`${dir.join("link")} ${dir.join("link")}\n`);
  });
});
