import { join } from "node:path";

/** How this program is started again: its executable, and its script when it is not compiled. */
export function ownCommand(): readonly string[] {
  const isCompiled = Bun.main.startsWith("/$bunfs/");
  // The daemon must not read a `.env` in the directory that its session starts in.
  return isCompiled
    ? [process.execPath]
    : [process.execPath, "--no-env-file", join(import.meta.dir, "../../main.ts")];
}
