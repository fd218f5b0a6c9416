import { TsmError } from "../../base/errors.ts";
import { makeHarmless } from "../../base/harmless-text.ts";
import type { AttachEnd, AttachOptions } from "../../client/attach.ts";
import { currentSession, terminalKind } from "../../config/environment.ts";
import { loadSettings } from "../../config/load-settings.ts";
import type { Settings } from "../../config/settings.ts";
import { spawnDaemon } from "../../daemon/launch/spawn.ts";
import { exitCodeOf } from "../../protocol/messages.ts";
import { plainSwitch } from "../../protocol/switch-request.ts";
import { dieOf } from "../../system/fatal-signals.ts";
import { clientVariables } from "../../sessions/client-variables.ts";
import { findSession, listSessions, sessionNames } from "../../sessions/list.ts";
import { quoteName, validateSessionAddress, validateSessionName } from "../../sessions/names.ts";
import { requireSocket } from "../../sessions/wire/requests.ts";
import type { Session } from "../../sessions/session.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { defaultSessionName } from "../attach/default-name.ts";
import { failure } from "../failure.ts";
import { printSessions } from "./list.ts";
import { noteFocus, warnOfOlderBuild } from "../attach/warn-older-build.ts";
import { refuseToNest, sessionAround } from "../attach/outer-session.ts";
import { chooseNames, fullName } from "../session-names.ts";
import { currentDirectory, spawnOptions } from "../session-options.ts";
import { switchClient } from "../attach/switch-client.ts";
import { canShowPicker } from "../terminal-output.ts";
import { createWorktreeSessions } from "../attach/worktree-sessions.ts";

export const attachCommand = defineTsmCommand({
  usage: "tsm attach [--read-only] [--take] [name]",
  description:
    "Attaches this terminal to a session, which is created if it is missing. Inside a session it " +
    "switches to the other one instead. Without a name: the only session there is, a new one named " +
    "after the directory, or one chosen from several. Ctrl+\\ detaches, Ctrl+] chooses another " +
    "session. Ends with the exit status of the session's " +
    "command, or 0 after a detach.",
  examples: [
    ["tsm a work", "attach to work, or create it"],
    ["tsm a", "attach to the only session, or choose one"],
    ["tsm a -r work", "watch without typing"],
    ["tsm a --take work", "attach and send all others home"],
  ],
  args: {
    name: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "name of the session",
    },
    "read-only": { type: "boolean", alias: "r", description: "only look: type nothing" },
    take: { type: "boolean", description: "detach all other clients" },
  },
  async run({ name: word, take, "read-only": isReadOnly }, context) {
    const name = word === undefined ? undefined : fullName(context, word);
    if (name !== undefined) checkName(context, name);
    const how = { isReadOnly: isReadOnly === true, takesOver: take === true };
    const inside = await sessionAround(context);
    const sessions = name === undefined ? await listOwnSessions(context) : [];
    if (sessions.length > 1) {
      const { pickSession } = await import("../attach/choose-session.ts");
      if (canShowPicker(context.env)) return await pickSession(context, {}, how);
      printSessions(sessions, context);
      context.warn("Several sessions: name the one to attach to, as in 'tsm attach NAME'.");
      return 1;
    }
    const target = name ?? sessions[0]?.name ?? (await freeName(context, sessions));
    if (inside?.name === target) return 0;
    const { LocalTerminal } = await import("../../client/local-terminal.ts");
    if (inside === undefined) LocalTerminal.requireTerminal();
    await refuseToNest(context, target);
    if (isReadOnly === true) await requireSocket(context.config, target);
    else await createIfMissing(context, target);
    if (inside === undefined) {
      sayThatItAttachesHere(context);
      return await attachUntilLeft(context, target, how);
    }
    await switchClient(context, inside, { ...plainSwitch(target), ...how });
    return 0;
  },
});

/** What there is can be attached to, whatever its name; what there is not, not under any. */
function checkName({ config }: CliContext, name: string): void {
  validateSessionAddress(name, config);
  if (!sessionNames(config).includes(name)) validateSessionName(name, config);
}

/** In a terminal that was started from a session and is not its own. */
function sayThatItAttachesHere({ env, warn }: CliContext): void {
  const name = currentSession(env);
  if (name !== undefined)
    warn(`This is not the terminal of session ${quoteName(name)}: attaching here.`);
}

/** Those whose names begin with `$TSM_PREFIX`. */
function listOwnSessions(context: CliContext): Promise<Session[]> {
  return listSessions(context.config, (all) => chooseNames(context, [], all));
}

/** Creates a session unless there is one, or somebody else is quicker. */
export async function createIfMissing(context: CliContext, name: string): Promise<void> {
  // Only this one is asked: another that does not answer must not hold anybody up.
  if ((await findSession(context.config, name)) !== undefined) return;
  try {
    const options = await spawnOptions(context, name, []);
    await spawnDaemon(options);
    await createWorktreeSessions(options, context);
  } catch (error) {
    // Somebody else has created it just now: then there is one to attach to.
    if (error instanceof TsmError && error.code === "exists") return;
    throw failure("create session", name, error);
  }
}

/** A name for a new session here, with `-2`, `-3`, … when it is taken. */
async function freeName(context: CliContext, sessions: readonly Session[]): Promise<string> {
  const stem = await defaultSessionName(currentDirectory(), context);
  const taken = new Set([...sessions.map(({ name }) => name), ...sessionNames(context.config)]);
  for (let count = 1; ; count++) {
    const name = count === 1 ? stem : `${stem}-${count}`;
    if (!taken.has(name)) return name;
  }
}

const BEL = Uint8Array.of(7);

/** How attaching begins. */
export interface AttachStart {
  /** Read from the environment and the configuration unless given. */
  settings?: Settings;
  /** Typed before, for the session. */
  typed?: Uint8Array;
}

/** Attaches, follows switches and the picker, gives the terminal back, and says how it ended. */
export async function attachUntilLeft(
  context: CliContext,
  first: string,
  how: Pick<AttachOptions, "isReadOnly" | "takesOver">,
  start: AttachStart = {},
): Promise<number> {
  const { attachSession } = await import("../../client/attach.ts");
  const { LocalTerminal } = await import("../../client/local-terminal.ts");
  const { attachKeys } = await import("../../client/keys.ts");
  const settings = start.settings ?? (await loadSettings(context.env));
  warnOfOlderBuild(context, first);
  const kind = terminalKind(context.env);
  // Where the picker cannot be drawn, its key is the session's.
  const { attach } = settings;
  const keys = attachKeys(kind === "dumb" ? { ...attach, pickerKey: "none" } : attach);
  const terminal = new LocalTerminal(kind);
  terminal.resumeInput(); // the picker before it leaves standard input paused
  terminal.unlisten(start.typed ?? new Uint8Array(0));
  let name = first;
  let before: string | undefined;
  let { takesOver, isReadOnly } = how;
  let creates = false;
  let end: AttachEnd;
  try {
    for (;;) {
      noteFocus(context, name);
      try {
        if (creates) await createIfMissing(context, name);
        end = await attachSession({
          config: context.config,
          name,
          terminal,
          keys,
          variables: clientVariables(context.env),
          isReadOnly: isReadOnly === true,
          takesOver: takesOver === true,
        });
      } catch (error) {
        if (before === undefined || !(error instanceof TsmError)) throw error;
        // The session that was asked for cannot be reached: nobody is thrown out for that.
        name = before;
        before = undefined;
        terminal.write(BEL);
        continue;
      }
      if (end.kind === "picker") {
        const { pickFromSession } = await import("../attach/overlay-picker.ts");
        end = await pickFromSession(context, { settings, terminal, session: end.name });
      }
      if (end.kind !== "switch") break;
      before = end.name;
      name = end.target;
      ({ creates } = end);
      ({ takesOver } = end);
      isReadOnly = isReadOnly === true || end.isReadOnly;
    }
  } catch (error) {
    throw failure("attach session", name, error);
  } finally {
    await terminal.restore();
  }
  return report(end, context);
}

function report(end: AttachEnd, context: CliContext): number {
  switch (end.kind) {
    case "ended": {
      const code = end.exit === undefined ? 0 : exitCodeOf(end.exit);
      context.print(
        `[${makeHarmless(end.name)} ended${end.exit === undefined ? "" : `: exit ${code}`}]`,
      );
      return code;
    }
    case "gone":
      if (end.signal !== undefined) dieOf(end.signal);
      return end.exitCode;
    case "detached":
    case "picker":
    case "switch":
      context.print(`[detached from ${makeHarmless(end.name)}]`);
      // Said before the attach too, but that clears the screen.
      warnOfOlderBuild(context, end.name);
      return 0;
  }
}
