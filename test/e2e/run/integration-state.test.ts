import { describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Check } from "../../../src/cli/doctor/doctor-check.ts";
import type { IntegrationState } from "../../../src/protocol/integration.ts";
import { isInstalled, RunBox, type RunShellName } from "../support/run-box.ts";
import { until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const said = (stdout: string, code = 0) => ({ code, stdout, stderr: "" });

async function check(box: RunBox): Promise<Check | undefined> {
  const { stdout } = await box.run(["doctor", "--json"]);
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  return checks.find(({ name }) => name === 'session "work"');
}

async function state(box: RunBox): Promise<IntegrationState> {
  const report = JSON.parse(await box.ok("debug", "session", "work", "--json")) as {
    integration: IntegrationState;
  };
  return report.integration;
}

test("a shell that reports its prompts works, and other programs have no integration", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "true");
  expect(await state(box)).toEqual({ kind: "works", lastMs: expect.any(Number) as number });
  expect((await check(box))?.status).toBe("ok");
  await box.ok("kill", "work");
  await box.ok("new", "work", "cat");
  expect(await state(box)).toEqual({ kind: "none" });
  expect((await check(box))?.fact).toMatch(/^live, pid \d+$/);
});

test("one that never has is reported with the reason, and still runs commands", async () => {
  await using box = new RunBox("bash");
  box.file(".bash_profile", "readonly PS1='fixed> '\n");
  expect(await box.runIn("work", "echo", "one")).toEqual(said("one\n"));
  expect(await state(box)).toEqual({ kind: "never", problem: "PS1 is read-only" });
  expect(await check(box)).toMatchObject({
    status: "warning",
    fact: expect.stringContaining("never came: PS1 is read-only") as string,
  });
});

/** What takes a shell's integration away. */
const LOSSES: Partial<Record<RunShellName, string>> = {
  bash: "unset PROMPT_COMMAND; PS1='bare> '",
  zsh: "precmd_functions=() preexec_functions=() PS1='bare> '",
  fish: "functions -e __tsm_on_prompt; function fish_prompt; echo -n 'bare> '; end",
};

describe.each(Object.entries(LOSSES) as [RunShellName, string][])("%s", (shell, loss) => {
  const it = test.skipIf(!isInstalled(shell));

  it("that has lost it takes commands at once, is told of, and gets it back by a run", async () => {
    await using box = new RunBox(shell);
    await box.runIn("work", "true");
    expect((await box.runIn("work", loss)).code).toBe(0);
    await box.shows("work", "bare>");
    await until(async () => (await state(box)).kind === "lost", "the loss to be noticed");
    expect((await check(box))?.status).toBe("warning");
    expect(await box.runIn("work", "echo", "plain")).toEqual(said("plain\n"));
    await box.shows("work", "[tsm:work] bare>");
    expect(await state(box)).toMatchObject({ kind: "works" });
    expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
  });
});

test("one that cannot get it back still runs commands", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "true");
  const loss = "unset PROMPT_COMMAND; PS1='bare> '";
  const noWay = "echo 'kill -INT $$' >${TSM_SESSION_FILE%/*}/integration.bash";
  expect((await box.runIn("work", `${noWay}; ${loss}`)).code).toBe(0);
  await box.shows("work", "bare>");
  for (const word of ["one", "two"]) {
    expect(await box.runIn("work", "echo", word)).toEqual(said(`${word}\n`));
  }
  expect((await state(box)).kind).toBe("lost");
});

test("one whose prompt has lost the end mark still runs commands", async () => {
  await using box = new RunBox("bash");
  box.file(".bash_profile", "PROMPT_COMMAND=:; shorten() { PS1=${PS1%??????????}; }\n");
  await box.runIn("work", "PROMPT_COMMAND+=(shorten)");
  expect(await box.runIn("work", "echo", "one")).toEqual(said("one\n"));
  expect(await box.runIn("work", "echo", "two")).toEqual(said("two\n"));
});

test("an interrupted command ends in a shell whose prompt goes nowhere", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "exec 2>/dev/null");
  const run = box.run(["run", "work", "--timeout", "1", "--interrupt", "--", "sleep 100"]);
  expect((await run).code).toBe(124);
  expect(await box.runIn("work", 'echo "$?"')).toEqual(said("130\n"));
});

test.skipIf(!isInstalled("fish"))(
  "fish takes commands without a function for its prompt (skipped where it is not installed)",
  async () => {
    await using box = new RunBox("fish");
    box.file(".config/fish/config.fish", "functions -e fish_prompt\n");
    for (const word of ["one", "two"]) {
      expect(await box.runIn("work", "echo", word)).toEqual(said(`${word}\n`));
    }
  },
);

test("marks forged by a background job are ignored", async () => {
  await using box = new RunBox("bash");
  await box.runIn("work", "(printf '\\033]133;C\\007'; touch forged) & wait");
  expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
});

test("bash-preexec finds what was typed, and nothing of a run stays in the history", async () => {
  await using box = new RunBox("bash");
  const { FRAMEWORKS } = await import("../../shell/matrix/frameworks.ts");
  const setUp = FRAMEWORKS.bash.find(({ name }) => name.includes("bash-preexec"));
  box.file(".bash_profile", `count() { :; }\n${setUp?.startUp}\n`);
  await box.openPrompt("work");
  await box.typeLine("work", "echo fi''rst");
  await box.shows("work", "\nfirst");
  // Its hook finds the line of the run itself.
  const { stdout } = await box.run(["run", "work", "--wait", "--", 'echo "$noted"']);
  expect(stdout).toContain("..run-");
  await box.typeLine("work", "echo seco''nd; kept=$noted");
  await box.shows("work", "\nsecond");
  expect(await box.run(["run", "work", "--wait", "--", 'echo "$kept"'])).toEqual(
    said("echo seco''nd; kept=$noted\n"),
  );
  const history = (await box.runIn("work", "history")).stdout;
  expect(history).toContain("echo fi''rst");
  expect(history).not.toContain("..run-");
});

test.skipIf(Bun.which("elvish") === null)(
  "elvish has sessions, and takes no commands (skipped where it is not installed)",
  async () => {
    await using box = new RunBox("sh");
    const env = { SHELL: Bun.which("elvish") ?? "" };
    expect((await box.run(["new", "work"], { env })).code).toBe(0);
    await box.isOn("elvish");
    await box.shows("work", process.getuid?.() === 0 ? "#" : ">");
    const { code, stderr } = await box.runIn("work", "true");
    expect(code).toBe(125);
    expect(stderr).toStartWith(
      'Cannot run in session "work": it runs "elvish", which is no shell that takes commands.',
    );
    expect(await state(box)).toEqual({ kind: "none" });
  },
);
