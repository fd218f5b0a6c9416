import { TsmError } from "../base/errors.ts";
import { configPath, readConfigFile } from "./config-file.ts";
import type { Environment } from "./environment.ts";
import { KEYMAP_NAMES } from "./keymaps.ts";
import { oneOf } from "./setting-kinds.ts";
import { TUI_MODES, defaultSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** Settings from the command line, as typed. */
export interface SettingFlags {
  mode?: string | undefined;
  keymap?: string | undefined;
}

/**
 * Loads the settings in effect: defaults, overridden by the configuration file, then by the
 * environment, then by flags. Without a file, the TOML parser is not loaded.
 *
 * @throws TsmError `config` at the first mistake in the file or environment, `usage` in a flag.
 */
export async function loadSettings(
  env: Environment = process.env,
  flags: SettingFlags = {},
): Promise<Settings> {
  const source = readConfigFile(configPath(env));
  const settings = source === undefined ? defaultSettings() : await parse(source, configPath(env));
  applyEnvironment(settings, env);
  applyFlags(settings, flags);
  return settings;
}

async function parse(source: string, file: string): Promise<Settings> {
  const { parseSettings } = await import("./parse-settings.ts");
  const { settings, errors } = parseSettings(source, file);
  if (errors[0] !== undefined) throw errors[0];
  return settings;
}

function applyEnvironment(settings: Settings, env: Environment): void {
  const mode = env["TSM_TUI_MODE"];
  if (mode) settings.tui.mode = choose(mode, TUI_MODES, "TSM_TUI_MODE", "config");
  const keymap = env["TSM_TUI_KEYMAP"];
  if (keymap) settings.tui.keymap = choose(keymap, KEYMAP_NAMES, "TSM_TUI_KEYMAP", "config");
}

function applyFlags(settings: Settings, { mode, keymap }: SettingFlags): void {
  if (mode !== undefined) settings.tui.mode = choose(mode, TUI_MODES, "The mode", "usage");
  if (keymap !== undefined) {
    settings.tui.keymap = choose(keymap, KEYMAP_NAMES, "--keymap", "usage");
  }
}

function choose<T extends string>(
  value: string,
  choices: readonly T[],
  name: string,
  code: "config" | "usage",
): T {
  const kind = oneOf(choices);
  const choice = kind.parse(value);
  if (choice !== undefined) return choice;
  throw new TsmError(code, `${name} is "${value}", but must be ${kind.expected}.`, {
    remedy: code === "config" ? `Correct the variable or unset it.` : `Run 'tsm help tui'.`,
    exitCode: code === "usage" ? 2 : 1,
  });
}
