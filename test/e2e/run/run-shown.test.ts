import { describe, expect, setDefaultTimeout, test } from "bun:test";

import { isInstalled, RUN_SHELLS, RunBox } from "../support/run-box.ts";

setDefaultTimeout(60_000);

for (const shell of RUN_SHELLS) {
  describe.skipIf(!isInstalled(shell))(`what tsm run leaves on the screen of ${shell}`, () => {
    test("is the command as if it had been typed, and its output", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "true");
      await box.runIn("work", "echo", "one");
      await box.run(["run", "work"], { stdin: Buffer.from("echo two\necho three\n") });
      const { stdout } = await box.run(["history", "work", "--plain"]);
      expect(stdout).toMatch(
        /[$>#%] true\n.*[$>#%] echo one\none\n.*[$>#%] echo two\necho three\ntwo\nthree\n/,
      );
      expect(stdout).not.toContain("..run");
      expect(stdout).not.toContain("TSM_RUN");
    });

    test("reaches attached clients live, without a marker", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "true");
      const screen = box.open(["a", "work"]);
      await screen.shown("true");
      await box.runIn("work", "echo", "si''ngle");
      await screen.shown("si''ngle");
      expect(screen.text).not.toContain("TSM_RUN");
    });

    test.skipIf(shell === "sh")("does not enter the shell's history", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "echo", "run");
      const screen = box.open(["a", "work"]);
      await screen.shown("run");
      screen.type("echo ty''ped\r");
      await screen.shown("typed\r\n");
      const { stdout } = await box.runIn("work", "history");
      expect(stdout).toContain("echo ty''ped");
      expect(stdout).not.toContain("..run");
    });
  });
}
