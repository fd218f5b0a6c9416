import { version } from "../../../package.json";
import { TsmError } from "../../base/errors.ts";
import { checkConfig } from "../../config/check-config.ts";
import {
  defaultShell,
  requestedDriver,
  isDumbTerminal,
  variable,
} from "../../config/environment.ts";
import { loadSettings } from "../../config/load-settings.ts";
import { shellKind } from "../../shell/shell-kind.ts";
import { chooseDriver } from "../../pty/open-pty.ts";
import { restoreBackendName } from "../../terminal/backend.ts";
import type { CliContext } from "../command.ts";
import { fine, problem, warning, type Check } from "./doctor-check.ts";

/** This program, its configuration, and what it works with: PTY, terminal model, shell, terminal. */
export async function checkProgram(context: CliContext): Promise<Check[]> {
  const { driver, reason } = chooseDriver(requestedDriver(context.env));
  return [
    fine("version", `tsm ${version}, Bun ${Bun.version}, ${process.platform}-${process.arch}`),
    fine("executable", context.self.join(" ")),
    ...(await checkConfiguration(context)),
    fine("pty driver", `${driver}: ${reason}`),
    fine("terminal backend", restoreBackendName()),
    checkShell(context),
    checkTerminal(context),
  ];
}

async function checkConfiguration({ env }: CliContext): Promise<Check[]> {
  const { path, isPresent, errors } = await checkConfig(env);
  const found = errors.length > 0 ? errors : await environmentErrors(env);
  if (found.length > 0) {
    return found.map((error) => problem("configuration", error.message, error.remedy));
  }
  const state = isPresent ? "no mistakes" : "no such file; the defaults apply";
  return [fine("configuration", `${path}: ${state}`)];
}

/** Mistakes in variables; a file without mistakes is read on the way. */
async function environmentErrors(env: CliContext["env"]): Promise<TsmError[]> {
  try {
    await loadSettings(env);
    return [];
  } catch (error) {
    if (error instanceof TsmError) return [error];
    throw error;
  }
}

function checkShell({ env }: CliContext): Check {
  const shell = defaultShell(env);
  if (Bun.which(shell, { PATH: variable(env, "PATH") ?? "" }) === null) {
    return problem("shell", `${shell} cannot be run`, "Set SHELL to an installed shell.");
  }
  const kind = shellKind(shell);
  const integration =
    kind === undefined ? "without shell integration" : "with prompt mark and shortcuts";
  return fine("shell", `${shell}: ${integration}`);
}

function checkTerminal({ env }: CliContext): Check {
  const term = variable(env, "TERM");
  if (isDumbTerminal(env)) {
    return warning(
      "terminal",
      `TERM is ${term ?? "not set"}: sessions get xterm-256color`,
      "Set TERM to the type of your terminal, if this is a terminal.",
    );
  }
  const color = variable(env, "COLORTERM");
  return fine("terminal", color === undefined ? String(term) : `${term}, COLORTERM=${color}`);
}
