import { fstatSync } from "node:fs";

import { TsmError } from "../../base/errors.ts";
import { variable, type Environment } from "../../config/environment.ts";
import { quoteName } from "../../sessions/names.ts";
import { findOwnSession, type OwnSession } from "../../sessions/own-session.ts";
import { findSession } from "../../sessions/list.ts";
import {
  controllingTerminalOf,
  terminalPathOf,
} from "../../system/processes/controlling-terminal.ts";
import type { CliContext } from "../command.ts";

/** Asking tmux takes a few milliseconds; a tmux that hangs must not block the command. */
const TMUX_TIMEOUT_MS = 1000;
const STDOUT = 1;

/**
 * The session whose terminal this is; undefined outside. A terminal that was started from a session
 * has its variables too, but is a different one: there, attaching works as anywhere else.
 */
export async function findOuterSession({
  config,
  env,
}: CliContext): Promise<OwnSession | undefined> {
  const own = await findOwnSession(config, env);
  return own?.isOwnTerminal === true ? own : undefined;
}

/**
 * Refuses to attach to a session that shows this very terminal, through tmux or screen: all output
 * would be fed back to itself.
 * @throws TsmError `usage`.
 */
export async function refuseToNest(context: CliContext, target: string): Promise<void> {
  const { env } = context;
  const isInTmux = variable(env, "TMUX") !== undefined;
  if (!isInTmux && variable(env, "STY") === undefined) return;
  const pid = await pidOf(context, target);
  const own = await findOwnSession(context.config, env);
  // screen does not report where it is shown; its session's variables must do.
  const isShown = isInTmux ? isShownByTmux(env, pid) : own?.name === target && !own.isOwnTerminal;
  if (!isShown) return;
  throw new TsmError(
    "usage",
    `This ${isInTmux ? "tmux" : "screen"} is running inside session ${quoteName(target)}.`,
    { remedy: "Attach to it from another terminal." },
  );
}

/**
 * Refuses to follow the output of a session in its own terminal. Following into a file is harmless.
 * @throws TsmError `usage`.
 */
export async function refuseToFollowItself(context: CliContext, target: string): Promise<void> {
  if (fstatSync(STDOUT).isFile()) return;
  const pid = await pidOf(context, target);
  const own = controllingTerminalOf(process.pid);
  const isItself = own !== undefined && pid !== 0 && controllingTerminalOf(pid) === own;
  if (!isItself && !isShownByTmux(context.env, pid)) return;
  throw new TsmError("usage", `This command is running inside session ${quoteName(target)}.`, {
    remedy: "It would follow its own output: use another terminal, or write to a file.",
  });
}

/** Process on a session's PTY; 0 if unknown. */
async function pidOf({ config }: CliContext, name: string): Promise<number> {
  return Number((await findSession(config, name))?.pid ?? 0);
}

/** Whether the tmux around this process is shown in the terminal of a process. */
function isShownByTmux(env: Environment, pid: number): boolean {
  if (pid === 0 || variable(env, "TMUX") === undefined) return false;
  const terminal = controllingTerminalOf(pid);
  const path = terminal === undefined ? undefined : terminalPathOf(terminal);
  return path !== undefined && tmuxTerminals(env).includes(path);
}

/** Terminals of the clients of the tmux around this process. */
function tmuxTerminals(env: Environment): string[] {
  try {
    const { stdout } = Bun.spawnSync(["tmux", "list-clients", "-F", "#{client_tty}"], {
      env,
      stderr: "ignore",
      timeout: TMUX_TIMEOUT_MS,
    });
    return stdout.toString().trim().split("\n");
  } catch {
    return []; // tmux is not installed: the variable was inherited
  }
}
