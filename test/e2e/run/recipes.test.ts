import { expect, setDefaultTimeout, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { RunBox } from "../support/run-box.ts";
import { inTime } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const DOCUMENT = join(import.meta.dir, "../../../docs/scripting.md");

/** The code below a heading of the document on scripting, as a reader would copy it. */
async function recipe(heading: string): Promise<string> {
  const text = await Bun.file(DOCUMENT).text();
  const section = text.slice(text.indexOf(`### ${heading}`));
  const code = /```sh\n(.*?)```/s.exec(section)?.[1];
  if (code === undefined) throw new Error(`no recipe ${heading}`);
  return code;
}

/** Runs a recipe with `tsm` on its PATH, in a shell that stops at the first failure. */
async function follow(box: RunBox, code: string, env: Record<string, string> = {}) {
  const [tsm = ""] = box.command();
  symlinkSync(tsm, join(box.root, "tsm"));
  const child = Bun.spawn(["sh", "-ec", code], {
    cwd: box.root,
    env: box.env({ PATH: pathOf(box), ...env }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [status, stdout, stderr] = await inTime(
    Promise.all([child.exited, child.stdout.text(), child.stderr.text()]),
    () => "the recipe to end",
  );
  return { code: status, stdout, stderr };
}

/** What is in the sandbox comes first. */
function pathOf(box: RunBox): string {
  return `${box.root}:${process.env["PATH"] ?? ""}`;
}

test("the recipe for CI builds, checks, keeps the output, and leaves no session", async () => {
  await using box = new RunBox("bash");
  box.file("Makefile", "all:\n\t@echo built\n");
  box.file("checks.sh", "test -f Makefile && echo checked\n");
  await box.ok("new", "other");
  const { code, stdout, stderr } = await follow(box, await recipe("CI"), { JOB_ID: "7" });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "built\nchecked\n", stderr: "" });
  expect(await Bun.file(join(box.root, "build.html")).text()).toContain("built");
  expect(box.sockets()).toEqual(["other"]);
});

test("the recipe for CI fails when the build does", async () => {
  await using box = new RunBox("bash");
  box.file("Makefile", "all:\n\t@exit 3\n");
  const { code, stderr } = await follow(box, await recipe("CI"), { JOB_ID: "7" });
  expect({ code, stderr }).toEqual({ code: 2, stderr: "" }); // make's own
  expect(await Bun.file(join(box.root, "build.html")).text()).toContain("Error 3");
  expect(box.sockets()).toEqual([]);
});

test("the recipe for a server runs the tests when it listens, and ends it", async () => {
  await using box = new RunBox("bash");
  const server =
    "#!/bin/sh\nsleep 0.3\necho starting\nsleep 0.3\nprintf 'listening '\necho \"on $2\"\nexec sleep 60\n";
  box.program("server", server);
  box.program("run-tests", '#!/bin/sh\necho "tested $1"\n');
  const { code, stdout } = await follow(box, await recipe("A server"));
  expect({ code, stdout }).toEqual({ code: 130, stdout: "tested http://localhost:8080\n" });
});

test("the recipe for an agent works in the session that a person watches", async () => {
  await using box = new RunBox("bash");
  box.file("src/app/package.json", '{"scripts":{"test":"echo tested"}}');
  Bun.spawnSync(["git", "init", "-q"], { cwd: join(box.root, "src/app") });
  box.program("npm", "#!/bin/sh\necho tested; exit 1\n");
  // The system's set-up of login shells may set the PATH anew.
  box.file(".profile", `PS1='$ '\nPATH=${box.root}:$PATH\n`);
  const lines = (await recipe("An AI agent")).split("\n").filter((line) => !line.includes("600"));
  const person = box.open(["a", "work"]);
  await person.shown("$ ");
  const { code, stdout } = await follow(
    box,
    lines.join("\n").replace("npm test", "npm test || true"),
  );
  expect(code).toBe(0);
  const [run = "", screen = ""] = stdout.split("\n").filter((line) => line.startsWith("{"));
  expect(JSON.parse(run)).toMatchObject({ exitCode: 1, output: "tested\n", timedOut: false });
  expect(JSON.parse(screen).lines).toContain("tested");
  await person.shown("npm test\r\ntested");
});
