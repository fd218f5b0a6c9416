import { parseObject } from "../../base/json-object.ts";
import { errnoOf, TsmError } from "../../base/errors.ts";
import type { Config } from "../../config/paths.ts";
import { PrivateDirectory } from "../../system/private-directory.ts";

/** The two sessions that the user was in last; an empty name when there was none. */
export interface Focus {
  current: string;
  previous: string;
}

/** Remembers in the socket directory which sessions the user was in. */
const FILE = ".focus.json";
const MAX_BYTES = 4096;

/** The sessions that the user was in last, whether they still live or not. */
export function readFocus(config: Config): Focus {
  const { current, previous } = parseObject(readText(config)) ?? {};
  return {
    current: typeof current === "string" ? current : "",
    previous: typeof previous === "string" ? previous : "",
  };
}

/** Records that the user is now in this session. @throws TsmError; a system error. */
export function setFocus(config: Config, session: string): void {
  const { current, previous } = readFocus(config);
  if (current === session) return;
  writeFocus(config, { current: session, previous: current === "" ? previous : current });
}

/** Records a session's new name. @throws TsmError; a system error. */
export function renameFocus(config: Config, oldName: string, newName: string): void {
  const focus = readFocus(config);
  if (focus.current !== oldName && focus.previous !== oldName) return;
  const renamed = (name: string): string => (name === oldName ? newName : name);
  writeFocus(config, { current: renamed(focus.current), previous: renamed(focus.previous) });
}

function writeFocus(config: Config, focus: Focus): void {
  using dir = PrivateDirectory.make(config.socketDir);
  dir.write(FILE, JSON.stringify(focus));
}

function readText(config: Config): string {
  try {
    using dir = PrivateDirectory.open(config.socketDir);
    return dir?.read(FILE, MAX_BYTES)?.bytes.toString("utf8") ?? "";
  } catch (error) {
    if (error instanceof TsmError || errnoOf(error) !== undefined) return ""; // no focus is known
    throw error;
  }
}
