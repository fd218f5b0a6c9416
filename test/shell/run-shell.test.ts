import { expect, test } from "bun:test";

import { runShellOf } from "../../src/shell/run-shell.ts";

test("shells that read commands from their terminal are known by their names", () => {
  expect(runShellOf(["/bin/bash", "--rcfile", "/tmp/rc", "-i"])).toBe("bash");
  expect(runShellOf(["-zsh"])).toBe("zsh");
  expect(runShellOf(["/usr/bin/fish", "-l", "--init-command", "source '/tmp/x'"])).toBe("fish");
  expect(runShellOf(["bash", "-o", "vi"])).toBe("bash");
  for (const shell of ["sh", "/bin/dash", "ksh", "mksh"])
    expect(runShellOf([shell, "-l"])).toBe("sh");
  expect(runShellOf(["busybox", "sh"])).toBe("sh");
});

test("shells that run something else, and other programs, are not", () => {
  expect(runShellOf(["bash", "-c", "sleep 1"])).toBeUndefined();
  expect(runShellOf(["bash", "-lc", "sleep 1"])).toBeUndefined();
  expect(runShellOf(["sh", "script"])).toBeUndefined();
  expect(runShellOf(["vim"])).toBeUndefined();
  expect(runShellOf(["busybox", "vi"])).toBeUndefined();
  expect(runShellOf([])).toBeUndefined();
});
