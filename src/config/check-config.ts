import { TsmError } from "../base/errors.ts";
import { configPath, readConfigFile } from "./config-file.ts";
import type { Environment } from "./environment.ts";

export interface ConfigReport {
  path: string;
  isPresent: boolean;
  /** Every mistake in the file; empty for a good or a missing one. */
  errors: TsmError[];
}

/** Finds all mistakes in the configuration file; loading stops at the first one. */
export async function checkConfig(env: Environment = process.env): Promise<ConfigReport> {
  const path = configPath(env);
  try {
    const source = readConfigFile(path);
    if (source === undefined) return { path, isPresent: false, errors: [] };
    const { parseSettings } = await import("./parse-settings.ts");
    return { path, isPresent: true, errors: parseSettings(source, path).errors };
  } catch (error) {
    if (error instanceof TsmError) return { path, isPresent: true, errors: [error] };
    throw error;
  }
}
