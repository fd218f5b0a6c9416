import { makeHarmless } from "../../base/harmless-text.ts";
import { labelSession } from "../../sessions/wire/label-session.ts";
import { changeLabels, type Labels } from "../../sessions/labels.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { exitStatusOf, actOnSessions } from "../act-on-sessions.ts";
import { fullName, namedOrCurrent } from "../session-names.ts";

const USAGE = "tsm label [--json] [name…] [key=value…]";

export const labelCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Labels sessions: words with a = are labels, all others are names of sessions or patterns (*, " +
    "?, [a-z], in quotes). Without a name, acts on the session you are in. An empty value removes " +
    "a label. Without labels, prints the existing ones, one per line (NAME<tab>KEY=VALUE for " +
    "several sessions). Labels survive a rename and end with the session. 'tsm ls --where' finds " +
    "sessions by label.",
  examples: [
    ["tsm label work env=ci role=db", "set two labels"],
    ["tsm label work role=", "remove one"],
    ["tsm label work", "print them"],
    ["tsm label 'api-*' team=core", "label all sessions whose names begin with api-"],
  ],
  args: {
    names: {
      type: "positional",
      required: false,
      valueHint: "session",
      description: "names of the sessions, or patterns, and labels: KEY=VALUE, or KEY= to remove",
    },
    json: { type: "boolean", description: "print all labels as JSON, also after a change" },
  },
  async run(args, context) {
    const words = args._.filter((word) => !word.includes("="));
    const changes = parseChanges(args._.filter((word) => word.includes("=")));
    const names = await namedOrCurrent(context, words, USAGE);
    const found = new Map<string, Labels>();
    const outcomes = await actOnSessions(context, "label session", names, async (name) => {
      found.set(name, await labelSession(context.config, name, changes));
    });
    // What is printed depends on what was typed, not on how many sessions a pattern matches.
    const [word = ""] = words;
    const isOne =
      words.length === 0 || (words.length === 1 && fullName(context, word) === names[0]);
    if (args.json === true) printLabelsAsJson(found, isOne, context);
    else if (Object.keys(changes).length === 0) printLabels(found, isOne, context);
    return exitStatusOf(outcomes);
  },
});

/** @throws TsmError `usage` for what cannot be a label. */
function parseChanges(words: readonly string[]): Labels {
  const changes = Object.fromEntries(
    words.map((word): [string, string] => {
      const at = word.indexOf("=");
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
  changeLabels({}, changes); // before any session is asked
  return changes;
}

function printLabelsAsJson(
  found: ReadonlyMap<string, Labels>,
  isOne: boolean,
  context: CliContext,
): void {
  if (!isOne) return context.print(JSON.stringify(Object.fromEntries(found)));
  for (const labels of found.values()) context.print(JSON.stringify(labels));
}

function printLabels(
  found: ReadonlyMap<string, Labels>,
  isOne: boolean,
  context: CliContext,
): void {
  for (const [name, labels] of found) {
    // An object has keys that are numbers first.
    for (const [key, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
      context.print(
        isOne
          ? `${key}=${makeHarmless(value)}`
          : `${makeHarmless(name)}\t${key}=${makeHarmless(value)}`,
      );
    }
  }
}
