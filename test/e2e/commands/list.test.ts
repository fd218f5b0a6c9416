import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Sandbox, TSM } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

test("without sessions each form of the list says so", async () => {
  await using box = new Sandbox();
  expect(await box.ok("ls")).toBe(`no sessions found in ${box.config.socketDir}\n`);
  expect(await box.ok("ls", "--short")).toBe("");
  expect(await box.ok("ls", "--json")).toBe("[]\n");
  expect(await box.run(["ls", "--attention"])).toEqual({ code: 1, stdout: "", stderr: "" });
});

test("names can be sorted, and a branch has a column", async () => {
  await using box = new Sandbox();
  for (const name of ["b", "a"]) await box.ok("new", name, "sleep", "1000");
  mkdirSync(join(box.config.logDir, "git-meta"), { recursive: true });
  const meta = { repo_name: "app", branch_name: "topic", is_worktree: true, repo_root: "/app" };
  writeFileSync(join(box.config.logDir, "git-meta/b.json"), JSON.stringify(meta));
  expect(await box.ok("ls", "--short")).toBe("a\nb\n");
  expect(await box.ok("ls", "-s", "--sort", "repo")).toBe("b\na\n");
  const table = (await box.ok("ls")).split("\n");
  expect(table[0]).toMatch(/^NAME +BRANCH +PID +ATTACHED +UPTIME +MEM +CMD +DIR$/);
  expect(table[2]).toMatch(/^b +topic +\d+ +- +\d+s +\d+[KM] +sleep 1000 +~$/);
});

test("wrong options are wrong use", async () => {
  await using box = new Sandbox();
  expect(await box.run(["ls", "--sort", "size"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "Option --sort cannot be 'size': it is one of name, age, memory, clients, repo.\n",
  });
  expect(await box.run(["ls", "--short", "--json"])).toMatchObject({ code: 2, stdout: "" });
});

test("on a terminal a list never wraps", async () => {
  await using box = new Sandbox();
  await box.ok("new", "work", "sh", "-c", `: ${"long ".repeat(40)}; sleep 1000`);
  const screen = box.open(["ls"], { cols: 50 });
  expect(await screen.exited()).toBe(0);
  const lines = screen.text.trimEnd().split("\r\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(50);
});

test("a watched list is shown again, and the terminal is given back at the end", async () => {
  await using box = new Sandbox();
  await box.ok("new", "one", "sleep", "1000");
  const screen = box.open(["ls", "--watch"]);
  await screen.shown("one");
  await box.ok("new", "two", "sleep", "1000");
  await screen.shown("two");
  screen.type("\x03");
  expect(await screen.exited()).toBe(0);
  expect(screen.text).toEndWith("\x1b[?25h\x1b[?1049l");
});

test("a watched list in a pipe ends with its reader", async () => {
  await using box = new Sandbox();
  await box.ok("new", "one", "sleep", "1000");
  const script = `"${TSM}" ls --watch --short | head -n 1`;
  const shell = box.open(["-c", script], { program: "/bin/sh" });
  await shell.shown("one");
  expect(await shell.exited()).toBe(0);
});
