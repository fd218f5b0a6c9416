import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { isInstalled, RUN_SHELLS, RunBox, type RunShellName } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const said = (stdout: string, code = 0) => ({ code, stdout, stderr: "" });

/** Texts that leave a shell or its terminal changed, for the runs behind them. */
const CHANGES: readonly { what: string; text: string; back: string; notIn?: RunShellName[] }[] = [
  // A plain sh reads lines, which end with LF only.
  { what: "the terminal raw", text: "stty raw", back: "stty sane", notIn: ["sh"] },
  { what: "the terminal without echo", text: "stty -echo", back: "stty sane" },
  { what: "line feeds as they are", text: "stty -onlcr", back: "stty sane" },
  { what: "a directory that is gone", text: "mkdir d; cd d; rmdir ../d", back: "cd /" },
  { what: "another PATH", text: "export PATH=/none; true", back: "export PATH=/bin; true" },
];

for (const shell of RUN_SHELLS) {
  describe.skipIf(!isInstalled(shell))(`behind a run in ${shell}`, () => {
    for (const { what, text, back, notIn = [] } of CHANGES) {
      test.skipIf(notIn.includes(shell))(`that leaves ${what}, runs are exact`, async () => {
        await using box = new RunBox(shell);
        expect((await box.runIn("work", text)).code).toBe(0);
        expect(await box.runIn("work", "echo one; echo two")).toEqual(said("one\ntwo\n"));
        expect((await box.runIn("work", "false || return 5")).code).toBe(5);
        expect((await box.runIn("work", back)).code).toBe(0);
        expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
      });
    }

    test("that shows the alternate screen, or clears all, runs are exact", async () => {
      await using box = new RunBox(shell);
      for (const codes of ["\\033[?1049h", "\\033[?1049l", "\\033c", "\\033[2J\\033[H\\033[3J"]) {
        const bytes = codes.replaceAll("\\033", "\x1b");
        expect(await box.runIn("work", `printf '${codes}'`)).toEqual(said(bytes));
        expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
      }
    });

    test("that is no whole command, the shell is at its prompt", async () => {
      await using box = new RunBox(shell);
      // Of an open `$(` bash 5.2 dies by itself (abort), whoever makes it read that.
      for (const text of ["echo 'abc", "echo (", "}", 'echo "abc']) {
        const { code, stderr } = await box.runIn("work", text);
        expect([text, code > 0 && code < 124, stderr]).toEqual([text, true, ""]);
        expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
      }
    });

    test("that prints on in the background, runs are taken", async () => {
      await using box = new RunBox(shell);
      const late = "sleep 0.2; echo from behind; touch printed";
      await box.runIn("work", `sh -c '${late}' &`);
      await until(() => existsSync(join(box.root, "printed")), "the late output");
      await box.shows("work", "from behind");
      expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
    });

    // Fish cannot.
    const sendsElsewhere = shell === "fish" ? test.skip : test;
    sendsElsewhere("that sends output elsewhere, nothing is said that is not so", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "exec > elsewhere");
      const { code } = await box.runIn("work", "touch ran");
      expect(existsSync(join(box.root, "ran"))).toBe(code === 0);
    });

    // In fish nothing hides the trace of the line that turns tracing off.
    test.skipIf(shell === "fish")("that traces, the output has nothing of tsm's own", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", shell === "fish" ? "set -g fish_trace 1" : "set -x");
      const { stdout } = await box.runIn("work", "echo traced");
      expect(stdout).toContain("traced\n");
      expect(stdout).not.toContain("TSM_RUN");
    });
  });
}
