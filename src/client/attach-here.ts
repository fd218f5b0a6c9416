import { processEnvironment, terminalKind, type Environment } from "../config/environment.ts";
import { loadSettings } from "../config/load-settings.ts";
import type { Config } from "../config/paths.ts";
import type { Settings } from "../config/settings.ts";
import { clientVariables } from "../sessions/client-variables.ts";
import type { AttachEnd } from "./attachment-options.ts";
import { PickerRequestError, SwitchSessionError } from "./attach-errors.ts";

export interface AttachOptions {
  /** Only watch: type nothing, decide no size. */
  isReadOnly?: boolean;
  /** Detach all other clients first. */
  takesOver?: boolean;
  /** Describes this terminal, and holds the variables that the session's new processes get. */
  env?: Environment;
  /** `ctrl+x` or `none`; by default the keys of the configuration file. */
  keys?: Partial<Settings["attach"]>;
}

/** How an attach ended when neither another session nor the picker was asked for. */
export type AttachResult = Extract<AttachEnd, { kind: "detached" | "ended" | "gone" }>;

/**
 * Shows a session in this process's terminal until it ends or the user leaves; the terminal is as
 * before when the promise settles.
 * @throws SwitchSessionError or PickerRequestError when that was asked for; SessionNotFoundError;
 * TsmError `not-a-terminal` when standard input or output is none.
 */
export async function attach(
  config: Config,
  name: string,
  { env = processEnvironment(), keys = {}, ...how }: AttachOptions = {},
): Promise<AttachResult> {
  const { attachSession } = await import("./attach.ts");
  const { LocalTerminal } = await import("./local-terminal.ts");
  const { attachKeys } = await import("./keys.ts");
  const settings = await loadSettings(env);
  const terminal = new LocalTerminal(terminalKind(env));
  try {
    const end = await attachSession({
      config,
      name,
      terminal,
      keys: attachKeys({ ...settings.attach, ...keys }),
      variables: clientVariables(env),
      ...how,
    });
    if (end.kind === "switch") throw new SwitchSessionError(end.target);
    if (end.kind === "picker") throw new PickerRequestError();
    return end;
  } finally {
    await terminal.restore();
  }
}
