import type { Config } from "../config/paths.ts";
import { writeArtifact } from "./artifacts.ts";
import { readJsonObject } from "./read-json.ts";

/** The sessions that the user was in last; empty where there is none. */
export interface Focus {
  current: string;
  previous: string;
}

/** Path of the file that remembers which sessions the user was in. */
export function focusPath(config: Config): string {
  return `${config.socketDir}/.focus.json`;
}

/** The sessions that the user was in last, whether they still live or not. */
export function readFocus(config: Config): Focus {
  const fields = readJsonObject(focusPath(config));
  const { current, previous } = fields ?? {};
  return {
    current: typeof current === "string" ? current : "",
    previous: typeof previous === "string" ? previous : "",
  };
}

/** Remembers that the user is in this session now. @throws a system error. */
export function setFocus(config: Config, session: string): void {
  const { current, previous } = readFocus(config);
  if (current === session) return;
  writeFocus(config, { current: session, previous: current === "" ? previous : current });
}

/** Follows a session's new name. @throws a system error. */
export function renameFocus(config: Config, oldName: string, newName: string): void {
  const focus = readFocus(config);
  if (focus.current !== oldName && focus.previous !== oldName) return;
  const renamed = (name: string): string => (name === oldName ? newName : name);
  writeFocus(config, { current: renamed(focus.current), previous: renamed(focus.previous) });
}

function writeFocus(config: Config, focus: Focus): void {
  writeArtifact(focusPath(config), JSON.stringify(focus));
}
