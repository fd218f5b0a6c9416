import { rmSync, writeFileSync } from "node:fs";

import { describeError } from "../../base/errors.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { RunFiles } from "../../sessions/files/run-files.ts";
import type { RunScript } from "../../shell/run-script.ts";
import { ignoringSystemErrors } from "../log.ts";
import type { AtPrompt } from "../terminal/shell-state.ts";

/** Bound by our integration: leaves a line editor's command mode, if it is in one. */
const TO_INSERT_MODE = encodeUtf8("\x1b[633~");
/** The same where nothing is bound: begins to append, if keys are commands, and takes it back. */
const TO_INSERT_MODE_BY_KEYS = encodeUtf8("a\x7f");

/** The keys that enter a line at a prompt. */
export function typedBytes(line: Uint8Array, { hasEditor, hasKeys }: AtPrompt): Uint8Array {
  // Without a line editor LF ends a line whatever the terminal makes of CR.
  if (!hasEditor) return concatBytes([line, encodeUtf8("\n")]);
  return concatBytes([hasKeys ? TO_INSERT_MODE : TO_INSERT_MODE_BY_KEYS, line, encodeUtf8("\r")]);
}

/** Writes the files that a shell is made to read. @returns why that failed. */
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

/** Defuses the run file: a shell that reads it now only reports its last exit status. */
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
