import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import {
  removeSessionArtifacts,
  renameSessionArtifacts,
  writeClaudeStatusline,
} from "../../../src/index.ts";
import { Sandbox } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const INDEX = join(import.meta.dir, "../../../src/index.ts");

const INVALID: [name: string, problem: string][] = [
  ["", "must not be empty"],
  ["../outside", "must not contain path separators"],
  ["..", "must not be or start with '..'"],
  [".zsh", "is reserved for tsm's own files"],
  ["a\nb", "must not contain control characters"],
  ["a\u202eb", "must not contain invisible characters"],
  ["x".repeat(200), "is 200 bytes long"],
];

describe("a daemon that is started with a name that no session can have", () => {
  for (const [name, problem] of INVALID) {
    test(`refuses ${JSON.stringify(name.slice(0, 20))}, and leaves nothing behind`, async () => {
      await using box = new Sandbox();
      const daemon = Bun.spawn(box.command("--daemon", name, "sleep", "1000"), {
        env: box.env(),
        cwd: box.home,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      const said = await new Response(daemon.stdout).text();
      expect(await daemon.exited).toBe(1);
      expect(said).toStartWith("failed invalid-name Invalid session name ");
      expect(said).toContain(problem);
      expect(said.trimEnd()).not.toContain("\n");
      const files = readdirSync(box.root, { recursive: true }).map(String);
      expect(files.filter((file) => /outside|\.log$|sock|lock/.test(file))).toEqual([]);
      expect(existsSync(join(box.root, "..", "outside"))).toBe(false);
    });
  }
});

describe("the library, called with a name that leads out of the directory,", () => {
  const name = "../outside";

  test("starts no session", async () => {
    await using box = new Sandbox();
    const script = `import { defaultConfig, startDaemon } from ${JSON.stringify(INDEX)};
      process.exit(await startDaemon(defaultConfig(), ${JSON.stringify(name)}, ["sleep", "1000"]));`;
    const child = Bun.spawn([process.execPath, "-e", script], {
      env: box.env(),
      cwd: box.home,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const said = await new Response(child.stdout).text();
    expect(await new Response(child.stderr).text()).toBe("");
    expect(await child.exited).toBe(1);
    expect(said).toStartWith(
      'failed invalid-name Invalid session name "../outside": it must not contain path',
    );
    expect(existsSync(box.config.socketDir)).toBe(false);
  });

  test("writes, renames and removes no file outside", async () => {
    await using box = new Sandbox();
    const outside = join(box.config.logDir, "outside.json");
    mkdirSync(join(box.config.logDir, "claude-statusline"), { recursive: true, mode: 0o700 });
    chmodSync(box.config.logDir, 0o700);
    writeFileSync(outside, "mine");
    expect(() => writeClaudeStatusline(box.config, name, "{}")).toThrow("is no name of a file");
    removeSessionArtifacts(box.config, name);
    renameSessionArtifacts(box.config, name, "inside");
    expect(readFileSync(outside, "utf8")).toBe("mine");
    expect(readdirSync(join(box.config.logDir, "claude-statusline"))).toEqual([]);
  });
});

test("the old name of a renamed session is free at once", async () => {
  await using box = new Sandbox();
  await box.ok("new", "one", "cat");
  await box.ok("rename", "one", "two");
  await box.ok("new", "one", "cat");
  expect(await box.ok("ls", "--short")).toBe("one\ntwo\n");
});
