import { expect, setDefaultTimeout, test } from "bun:test";

import { inTime, Sandbox, TSM } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const COMMANDS = ["run work", "send work -", "claude-statusline"] as const;

/** Exit status and standard error of a command whose standard input is a file. */
async function withInput(box: Sandbox, command: string, file: string): Promise<[number, string]> {
  const child = Bun.spawn([TSM, ...command.split(" ")], {
    cwd: box.root,
    env: box.env(),
    stdin: Bun.file(file),
    stdout: "ignore",
    stderr: "pipe",
  });
  try {
    const stderr = await inTime(child.stderr.text(), () => `the end of tsm ${command}`);
    return [await child.exited, stderr];
  } finally {
    child.kill("SIGKILL");
  }
}

for (const command of COMMANDS) {
  test(`tsm ${command} reads no standard input without end`, async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const [code, stderr] = await withInput(box, command, "/dev/zero");
    expect(code).toBe(2);
    expect(stderr).toContain(" long");
  });

  test(`tsm ${command} reports a directory as standard input`, async () => {
    await using box = new Sandbox();
    await box.ok("new", "work");
    const shell = Bun.spawn(["/bin/sh", "-c", `exec "${TSM}" ${command} < /tmp`], {
      cwd: box.root,
      env: box.env(),
      stdout: "ignore",
      stderr: "pipe",
    });
    expect(await inTime(shell.stderr.text(), () => "its end")).toBe(
      "Cannot read standard input: it is a directory (EISDIR).\nGive a file, or a pipe.\n",
    );
    expect(await shell.exited).toBeOneOf([1, 125]);
  });
}
