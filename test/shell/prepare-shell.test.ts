import { expect, test, setDefaultTimeout } from "bun:test";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { cleanEnvironment } from "../../src/shell/clean-environment.ts";
import { prepareShell } from "../../src/shell/prepare-shell.ts";
import { removeShellFiles, renameShellFiles } from "../../src/shell/shell-files.ts";
import { SHELL_KINDS } from "../../src/shell/shell-kind.ts";
import { TEST_TIME_LIMIT_MS, TestHome, isInstalled } from "./shell-under-test.ts";

setDefaultTimeout(TEST_TIME_LIMIT_MS);

test("the files are private and in a directory named after the session", async () => {
  await using home = new TestHome();
  for (const kind of SHELL_KINDS) {
    const { directory } = prepareShell(home.options(kind, { options: { shell: `/bin/${kind}` } }));
    expect(directory).toBe(home.join(`sockets/.${kind}/work`));
    for (const path of [home.join(`sockets/.${kind}`), directory ?? ""]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
    for (const file of readdirSync(directory ?? "")) {
      expect(statSync(`${directory}/${file}`).mode & 0o077).toBe(0);
    }
    expect(readFileSync(`${directory}/.tsm-session-name`, "utf8")).toBe("work\n");
  }
});

test("another shell is a plain login shell", async () => {
  await using home = new TestHome();
  const prepared = prepareShell(home.options("bash", { options: { shell: "/usr/bin/dash" } }));
  expect(prepared).toMatchObject({ argv: ["/usr/bin/dash", "-l"], directory: undefined });
  expect(prepared.env["TSM_SESSION"]).toBe("work");
  expect(prepared.env["TSM_SESSION_FILE"]).toBeUndefined();
  expect(readdirSync(home.socketDir)).toEqual([]);
});

test.each(SHELL_KINDS)("where nothing can be written %s is a plain login shell", async (kind) => {
  await using home = new TestHome();
  writeFileSync(home.join(`sockets/.${kind}`), "in the way");
  const prepared = prepareShell(home.options(kind));
  expect(prepared.argv.slice(1)).toEqual(["-l"]);
  expect(prepared.env["ZDOTDIR"]).toBeUndefined();
  expect(prepared.failure?.message).toStartWith(`Cannot write the start-up files of ${kind}: `);
  if (!isInstalled(kind)) return;
  const shell = home.run(prepared);
  shell.type("echo on''e\r");
  await shell.until("one");
});

test("a directory that a renamed session still reads is left to it", async () => {
  await using home = new TestHome();
  const start = (name: string): string =>
    prepareShell(home.options("zsh", { name })).directory ?? "";
  const name = (directory: string): string =>
    readFileSync(`${directory}/.tsm-session-name`, "utf8");
  const first = start("a");
  renameShellFiles(home.socketDir, "a", "b");
  const second = start("a");
  expect([first, second]).toEqual([home.join("sockets/.zsh/a"), home.join("sockets/.zsh/a~2")]);
  renameShellFiles(home.socketDir, "a", "c");
  expect([name(first), name(second)]).toEqual(["b\n", "c\n"]);
  removeShellFiles(home.socketDir, ["a", "b"]);
  expect(readdirSync(home.join("sockets/.zsh"))).toEqual(["a~2"]);
  removeShellFiles(home.socketDir, ["c"]);
  expect(readdirSync(home.join("sockets/.zsh"))).toEqual([]);
});

test("a directory without a name goes with the session that it is called after", async () => {
  await using home = new TestHome();
  mkdirSync(home.join("sockets/.fish/a"), { recursive: true });
  mkdirSync(home.join("sockets/.fish/b"));
  removeShellFiles(home.socketDir, ["a"]);
  expect(readdirSync(home.join("sockets/.fish"))).toEqual(["b"]);
  removeShellFiles(home.join("missing"), ["a"]);
  renameShellFiles(home.join("missing"), "a", "b");
});

test("the environment of a session is the caller's without another session's traces", async () => {
  await using home = new TestHome();
  mkdirSync(home.join("sockets/.zsh/x"), { recursive: true });
  writeFileSync(home.join("sockets/.zsh/x/.tsm-session-name"), "x\n");
  const env = {
    KEPT: "yes",
    UNSET: undefined,
    TSM_DIR: "/kept",
    TSM_SESSION: "outer",
    TSM_SESSION_FILE: "/f",
    TSM_SHELL_INTEGRATION: "1",
    TSM_ORIG_XDG_CONFIG_HOME: "/xdg",
    XDG_CONFIG_HOME: "/sockets/.fish/x",
    ZDOTDIR: home.join("sockets/.zsh/x"),
    TERM: "dumb",
  };
  expect(cleanEnvironment(env, "new")).toEqual({
    KEPT: "yes",
    TSM_DIR: "/kept",
    TSM_SESSION: "new",
    XDG_CONFIG_HOME: "/xdg",
    TERM: "xterm-256color",
  });
  const own = { ZDOTDIR: "/mine/.zsh/x", XDG_CONFIG_HOME: "/mine", TERM: "foot" };
  expect(cleanEnvironment(own, "n")).toEqual({ ...own, TSM_SESSION: "n" });
  expect(cleanEnvironment({ TERM: "" }, "n")).toEqual({ TERM: "xterm-256color", TSM_SESSION: "n" });
});
