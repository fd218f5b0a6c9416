import { rmSync, writeFileSync } from "node:fs";

import { describeError } from "../../base/errors.ts";
import type { RunFiles } from "../../sessions/files/run-files.ts";
import type { RunScript } from "../../shell/run-script.ts";
import { ignoringSystemErrors } from "../log.ts";

/** Writes what a shell is made to read. @returns why that cannot be done. */
export function writeRunFiles(files: RunFiles, script: RunScript): string | undefined {
  try {
    writePrivate(files.textPath, script.textFile);
    writePrivate(files.path, script.file);
    return undefined;
  } catch (error) {
    removeRunFiles(files);
    return `its files cannot be written: ${describeError(error)}`;
  }
}

/** When the shell comes to the line that was typed, it is to find nothing to do but to report. */
export function writeStatusFile({ path, textPath }: RunFiles, file: Uint8Array): void {
  ignoringSystemErrors(() => {
    writePrivate(path, file);
    rmSync(textPath, { force: true });
  });
}

/** For the end of a command, and of the session. */
export function removeRunFiles({ path, textPath }: RunFiles): void {
  for (const file of [path, textPath]) ignoringSystemErrors(() => rmSync(file, { force: true }));
}

function writePrivate(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes, { mode: 0o600 });
}
