import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";

import { encodeUtf8 } from "../../../src/protocol/utf8.ts";
import { SessionRun } from "../../../src/sessions/wire/session-run.ts";
import { isInstalled, RunBox } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(120_000);

const RUNS = 1000;
/** The others do the same in this process. */
const RUNS_BY_COMMAND = 300;
const WARM_UP_RUNS = 100;
const WARM_UP_LAST = 300;
const MAX_GROWTH_BYTES = 32 << 20;

test("a thousand runs in a row are exact, and leave no files", async () => {
  await using box = new RunBox("bash");
  await box.openPrompt("work");
  const daemon = box.daemonPid("work");
  // The scrollback is full: from here on it does not grow.
  expect((await box.runIn("work", "seq 20000 > /dev/tty")).code).toBe(0);
  let before = { files: 0, bytes: 0 };
  for (let i = 0; i < RUNS; i++) {
    // Garbage comes and goes: the most of some looks is what is needed.
    if (i >= WARM_UP_RUNS && i <= WARM_UP_LAST && i % 20 === 0) {
      const now = sizeOf(daemon);
      before = { files: now.files, bytes: Math.max(now.bytes, before.bytes) };
    }
    const text = `echo "run $((${i}))"; (exit ${i % 256})`;
    const run = i < RUNS_BY_COMMAND ? runByCommand : runHere;
    expect(await run(box, text)).toEqual([`run ${i}\n`, i % 256]);
  }
  await until(() => sizeOf(daemon).files <= before.files, "the connections to close");
  // What is garbage goes when the daemon has nothing else to do.
  const limit = before.bytes + MAX_GROWTH_BYTES;
  await until(() => sizeOf(daemon).bytes < limit, `memory to be as it was, ${before.bytes}`);
  expect(readdirSync(box.config.socketDir).filter((name) => name.includes("run"))).toEqual([]);
  await until(() => box.processes().length === 2, "only the daemon and its shell");
});

for (const shell of ["zsh", "fish", "sh"] as const) {
  test.skipIf(!isInstalled(shell))(`a thousand runs in a row are exact in ${shell}`, async () => {
    await using box = new RunBox(shell);
    await box.openPrompt("work");
    for (let i = 0; i < RUNS; i++) {
      const text = `echo "run ${i}"; sh -c 'exit ${i % 256}'`;
      expect(await runHere(box, text)).toEqual([`run ${i}\n`, i % 256]);
    }
    expect(readdirSync(box.config.socketDir).filter((name) => name.includes("run"))).toEqual([]);
  });
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  describe.skipIf(!isInstalled(shell))(`the history of ${shell}`, () => {
    test("has what was typed, and none of the runs", async () => {
      await using box = new RunBox(shell);
      await box.openPrompt("work");
      await box.typeLine("work", "echo ty''ped");
      await box.shows("work", "\ntyped");
      const run = (text: string) => box.run(["run", "work", "--wait", "--", text]);
      for (let i = 0; i < 3; i++) await run(`echo run ${i}`);
      const { stdout } = await run(shell === "zsh" ? "fc -l" : "history");
      expect(stdout).toContain("echo ty''ped");
      expect(stdout).not.toContain("..run-");
      expect(stdout).not.toContain("echo run");
    });
  });
}

async function runByCommand(box: RunBox, text: string): Promise<[string, number]> {
  const { code, stdout } = await box.runIn("work", text);
  return [stdout, code];
}

async function runHere(box: RunBox, text: string): Promise<[string, number]> {
  const how = { isScript: false, isDetached: false, isPatient: false };
  const run = await SessionRun.start(box.config, "work", { text: encodeUtf8(text), ...how });
  let output = "";
  try {
    for await (const event of run.events()) {
      if (event.kind === "output") output += Buffer.from(event.bytes).toString();
      if (event.kind === "ended") return [output, event.code];
    }
  } finally {
    run.close();
  }
  throw new Error(`it did not end: ${output}`);
}

/** A process's open files, and the memory that it alone has: proc_pid_smaps(5). */
function sizeOf(pid: number): { files: number; bytes: number } {
  const smaps = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const sizes = [...smaps.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)];
  const bytes = sizes.reduce((sum, [, size]) => sum + Number(size) * 1024, 0);
  return { files: readdirSync(`/proc/${pid}/fd`).length, bytes };
}
