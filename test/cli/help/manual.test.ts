import { expect, test } from "bun:test";
import { join } from "node:path";

import { COMMANDS } from "../../../src/cli/command-list.ts";
import { manualPage } from "../../../src/cli/help/manual.ts";

test("the manual page in the repository is the one of these commands: scripts/man writes it", async () => {
  const stored = await Bun.file(join(import.meta.dir, "../../../docs/tsm.1")).text();
  expect(stored).toBe(await manualPage(COMMANDS));
});

test("the manual page has every command, with its options", async () => {
  const page = await manualPage(COMMANDS);
  for (const entry of COMMANDS) {
    const command = await entry.load();
    expect(page).toContain(`.SS "${command.usage.replaceAll("-", "\\-")}"`);
    for (const name of Object.keys(command.args))
      expect(page).toContain(name.replaceAll("-", "\\-"));
  }
});

test.skipIf(Bun.which("groff") === null)("groff has nothing to say against the page", async () => {
  const groff = Bun.spawn(["groff", "-man", "-Tutf8", "-k", "-ww", "-z"], {
    stdin: Buffer.from(await manualPage(COMMANDS)),
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await groff.stderr.text()).toBe("");
  expect(await groff.exited).toBe(0);
});
