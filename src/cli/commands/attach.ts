import { currentSession } from "../../config/environment.ts";
import { plainSwitch } from "../../protocol/switch-request.ts";
import { listSessions, sessionNames } from "../../sessions/list.ts";
import { quoteName, validateSessionAddress, validateSessionName } from "../../sessions/names.ts";
import { requireSocket } from "../../sessions/wire/requests.ts";
import type { Session } from "../../sessions/session.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { defaultSessionName } from "../attach/default-name.ts";
import { attachUntilLeft } from "../attach/attach-loop.ts";
import { createIfMissing } from "../attach/create-if-missing.ts";
import { printSessions } from "../list/print-sessions.ts";
import { refuseToNest, findOuterSession } from "../attach/outer-session.ts";
import { chooseNames, fullName } from "../session-names.ts";
import { currentDirectory } from "../session-options.ts";
import { switchClient } from "../attach/switch-client.ts";
import { canShowPicker } from "../terminal-output.ts";

export const attachCommand = defineTsmCommand({
  usage: "tsm attach [--read-only] [--take] [name]",
  description:
    "Attaches this terminal to a session, creating it if it is missing. Inside a session, " +
    "switches to the other one instead. Without a name: attaches to the only session there is, " +
    "creates one named after the directory if there is none, or lets you choose from several. " +
    "Ctrl+\\ detaches, Ctrl+] chooses another session. Exits with the status of the session's " +
    "command, or with 0 after a detach.",
  examples: [
    ["tsm a work", "attach to work, or create it"],
    ["tsm a", "attach to the only session, or choose one"],
    ["tsm a -r work", "watch without typing"],
    ["tsm a --take work", "attach and detach all other clients"],
  ],
  args: {
    name: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "name of the session",
    },
    "read-only": { type: "boolean", alias: "r", description: "watch only: type nothing" },
    take: { type: "boolean", description: "detach all other clients" },
  },
  async run({ name: word, take, "read-only": isReadOnly }, context) {
    const name = word === undefined ? undefined : fullName(context, word);
    if (name !== undefined) checkName(context, name);
    const how = { isReadOnly: isReadOnly === true, takesOver: take === true };
    const inside = await findOuterSession(context);
    const sessions = name === undefined ? await listOwnSessions(context) : [];
    if (sessions.length > 1) {
      const { chooseSession } = await import("../attach/choose-session.ts");
      if (canShowPicker(context.env)) return await chooseSession(context, {}, how);
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
      warnOfAttachingHere(context);
      return await attachUntilLeft(context, target, how);
    }
    await switchClient(context, inside, { ...plainSwitch(target), ...how });
    return 0;
  },
});

/** An existing session may have any name; a new one needs a valid name. */
function checkName({ config }: CliContext, name: string): void {
  validateSessionAddress(name, config);
  if (!sessionNames(config).includes(name)) validateSessionName(name, config);
}

/** In a terminal that was started from a session and is not its own. */
function warnOfAttachingHere({ env, warn }: CliContext): void {
  const name = currentSession(env);
  if (name !== undefined)
    warn(`This is not the terminal of session ${quoteName(name)}: attaching here.`);
}

/** Sessions whose names begin with `$TSM_PREFIX`. */
function listOwnSessions(context: CliContext): Promise<Session[]> {
  return listSessions(context.config, (all) => chooseNames(context, [], all));
}

/** A name for a new session here, with `-2`, `-3`, … if it is taken. */
async function freeName(context: CliContext, sessions: readonly Session[]): Promise<string> {
  const stem = await defaultSessionName(currentDirectory(), context);
  const taken = new Set([...sessions.map(({ name }) => name), ...sessionNames(context.config)]);
  for (let count = 1; ; count++) {
    const name = count === 1 ? stem : `${stem}-${count}`;
    if (!taken.has(name)) return name;
  }
}
