import { makeHarmless } from "../../base/harmless-text.ts";
import { passedOver } from "../../config/find-config.ts";
import { planForLogout } from "../../daemon/launch/logout.ts";
import { readLogoutFacts } from "../../daemon/launch/logout-facts.ts";
import { quoteName } from "../../sessions/names.ts";
import { usageError } from "../arguments.ts";
import { cleanStale } from "../doctor/clean-stale.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import type { Check } from "../doctor/doctor-check.ts";
import { checkProgram } from "../doctor/doctor-program.ts";
import {
  checkLeftovers,
  checkSessions,
  inspectSessions,
  leftoversOf,
} from "../doctor/doctor-sessions.ts";
import { checkDirectories, checkLimits, checkLogout } from "../doctor/doctor-system.ts";
import { checkWritable } from "../doctor/doctor-writable.ts";

const USAGE = "tsm doctor [clean-stale] [--json]";
const MARKS = { ok: "ok", warning: "warn", problem: "FAIL" } as const;

export const doctorCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Checks everything that sessions need, and every session; exits with 1 if something is wrong. " +
    "It changes nothing. clean-stale removes the leftovers of dead sessions.",
  examples: [
    ["tsm doctor", "check everything"],
    ["tsm doctor clean-stale", "remove the leftovers of dead sessions"],
  ],
  args: {
    action: {
      type: "positional",
      required: false,
      valueHint: "clean-stale|",
      description: "clean-stale",
    },
    json: { type: "boolean", description: "print JSON" },
  },
  async run({ action, json }, context) {
    if (action === "clean-stale") return await clean(context, json === true);
    if (action !== undefined)
      throw usageError(`Unknown action '${makeHarmless(action)}': ${USAGE}`);
    const checks = await runChecks(context);
    const isWell = checks.every(({ status }) => status !== "problem");
    if (json === true) context.print(JSON.stringify({ ok: isWell, checks }, null, 2));
    else printChecks(checks, context);
    return isWell ? 0 : 1;
  },
});

async function runChecks(context: CliContext): Promise<Check[]> {
  const { config, env } = context;
  const skipped = passedOver(env, process.getuid?.() ?? 0);
  const directories = checkDirectories(config, skipped);
  const areSafe = directories.every(({ status }) => status !== "problem");
  return [
    ...(await checkProgram(context)),
    ...(areSafe ? checkWritable(directories, config) : directories),
    ...checkLimits(config),
    checkLogout(planForLogout(readLogoutFacts(env))),
    // In a directory that others can write to nothing is asked and nothing is removed.
    ...(areSafe
      ? [...checkSessions(await inspectSessions(config)), checkLeftovers(leftoversOf(config))]
      : []),
  ];
}

function printChecks(checks: readonly Check[], context: CliContext): void {
  for (const { name, status, fact, remedy } of checks) {
    context.print(`${MARKS[status].padEnd(4)}  ${makeHarmless(name)}: ${makeHarmless(fact)}`);
    if (remedy !== undefined) context.print(`      ${makeHarmless(remedy)}`);
  }
  const problems = checks.filter(({ status }) => status === "problem").length;
  context.print("");
  context.print(problems === 0 ? "Everything works." : `${problems} to fix.`);
}

async function clean(context: CliContext, isJson: boolean): Promise<number> {
  const removed = await cleanStale(context.config);
  if (isJson) {
    context.print(JSON.stringify({ removed }, null, 2));
    return 0;
  }
  for (const name of removed.sessions) context.print(`Removed dead session ${quoteName(name)}`);
  for (const path of removed.artifacts) context.print(`Removed ${makeHarmless(path)}`);
  if (removed.sessions.length + removed.artifacts.length === 0) context.print("Nothing to remove.");
  return 0;
}
