import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../base/errors.ts";
import { ifAccessible } from "../base/system-access.ts";
import { SHELL_KINDS } from "./shell-kind.ts";
import type { ShellKind } from "./shell-kind.ts";

/** Holds the session's name and a newline. Running shells read it at every prompt. */
export const NAME_FILE = ".tsm-session-name";

/** Is there from the session's first rename on: until then nothing needs to read its name again. */
const RENAMED_FILE = `${NAME_FILE}.renamed`;

/** Holds the secret of the shell's reports to its daemon. */
export const SECRET_FILE = ".tsm-secret";

/** Renamed sessions in one place of which a new one must keep clear; more is a defect. */
const MAX_NAMESAKES = 100;

/**
 * Makes the directory for a session's start-up files, private and with the name in it. It is called
 * after the session, unless a session that was called so and got another name still reads there:
 * then `~2`, `~3` and so on follow the name.
 *
 * @throws the system's error when the directory cannot be made.
 */
export function makeShellDirectory(
  socketDir: string,
  kind: ShellKind,
  sessionName: string,
): string {
  const parent = join(socketDir, `.${kind}`);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (let count = 1; count <= MAX_NAMESAKES; count++) {
    const directory = join(parent, count === 1 ? sessionName : `${sessionName}~${count}`);
    const owner = readName(directory);
    if (owner !== undefined && owner !== sessionName) continue;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    try {
      writeName(directory, sessionName);
    } catch (error) {
      rmSync(directory, { recursive: true, force: true }); // without its name it is useless
      throw error;
    }
    return directory;
  }
  throw new Error(`more than ${MAX_NAMESAKES} directories ${join(parent, sessionName)}~N`);
}

/**
 * Tells the running shells of a session its new name. The directories keep theirs: the shells know
 * them by it. Without any this does nothing.
 */
export function renameShellFiles(socketDir: string, oldName: string, newName: string): void {
  for (const directory of directoriesOf(socketDir, new Set([oldName]))) {
    writeName(directory, newName);
    writeShellFile(directory, RENAMED_FILE, "");
  }
}

/** Writes a file of a shell's directory, for its owner alone. */
export function writeShellFile(directory: string, name: string, text: string): void {
  writeFileSync(join(directory, name), text, { mode: 0o600 });
}

/** The secret of the shell whose files are in a directory; undefined when there is none. */
export function readShellSecret(directory: string): string | undefined {
  // A shell without integration.
  return ifAccessible(() => {
    const secret = readFileSync(join(directory, SECRET_FILE), "utf8").trim();
    return /^[0-9a-f]{16}$/.test(secret) ? secret : undefined;
  });
}

/** Makes the file again from which a running shell learns its session's name. @throws a system error. */
export function restoreNameFile(path: string, sessionName: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeName(dirname(path), sessionName);
}

/** Removes the start-up files of sessions that are gone, whatever their directories are called. */
export function removeShellFiles(socketDir: string, names: readonly string[]): void {
  for (const directory of directoriesOf(socketDir, new Set(names))) {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The directories of start-up files of sessions, whatever they are called. */
export function shellDirectoriesOf(socketDir: string, names: readonly string[]): string[] {
  return directoriesOf(socketDir, new Set(names));
}

/** A directory without a readable name belongs to the session that it is called after. */
function directoriesOf(socketDir: string, names: ReadonlySet<string>): string[] {
  return SHELL_KINDS.map((kind) => join(socketDir, `.${kind}`)).flatMap((parent) =>
    listDirectory(parent)
      .filter((entry) => names.has(readName(join(parent, entry)) ?? entry))
      .map((entry) => join(parent, entry)),
  );
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    // No shell of this kind was ever started.
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

function readName(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, NAME_FILE), "utf8").replace(/\n$/, "");
  } catch {
    // Not there, or not readable: no name can be read from it.
    return undefined;
  }
}

/** In one step, so that no prompt reads half a name. */
function writeName(directory: string, sessionName: string): void {
  const temporary = join(directory, `${NAME_FILE}.new`);
  writeFileSync(temporary, `${sessionName}\n`, { mode: 0o600 });
  renameSync(temporary, join(directory, NAME_FILE));
}
