import { isatty } from "node:tty";

import { concatBytes } from "../protocol/concat-bytes.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { sendInput } from "../sessions/send-input.ts";
import { printable, usageError } from "./arguments.ts";
import { defineTsmCommand } from "./command.ts";
import { exitStatusOf, forEachSession } from "./each-session.ts";
import { parseKeys } from "./key-names.ts";
import { namedSessions } from "./session-names.ts";

const USAGE = "tsm send <name> [--enter] [--keys KEYS] [text…|-]";
const STDIN = 0;

export const sendCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Types into a session, as if at its terminal: the words with blanks between them, byte for byte; " +
    "with - or in a pipe what stands on standard input. Then the keys of --keys, then Enter with " +
    "--enter. It returns when the session's daemon has taken it, not when the program has read it. A " +
    "pattern types into every session that it matches.",
  examples: [
    ["tsm send work --enter make test", "type a line"],
    ["tsm send work --keys 'C-c Up Enter'", "interrupt, and run the last command again"],
    ["tsm send 'api-*' --enter 'git pull'", "in several sessions"],
    ["tsm send editor - < notes.txt", "paste a file"],
  ],
  args: {
    name: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "name of the session, or a pattern",
    },
    enter: { type: "boolean", alias: "e", description: "press Enter at the end" },
    keys: {
      type: "string",
      alias: "k",
      valueHint: "KEYS",
      description: "keys by name: C-c, M-x, Enter, Up, F5",
    },
  },
  takesRest: true,
  async run(args, context, rest) {
    const typed = readWords(rest, args);
    const keys = parseKeys(typed.keys.join(" ")) + (typed.hasEnter ? "\r" : "");
    const input = concatBytes([await typedBytes(typed.words, keys !== ""), encodeUtf8(keys)]);
    const names = namedSessions(context, [args.name]);
    const outcomes = await forEachSession(context, "send to session", names, (name) =>
      sendInput(context.config, name, input),
    );
    return exitStatusOf(outcomes);
  },
});

interface TypedWords {
  words: readonly string[];
  keys: readonly string[];
  hasEnter: boolean;
}

/** Takes the options out that stand behind the text, where habit may put them. */
function readWords(
  rest: readonly string[],
  options: { keys?: string | undefined; enter?: boolean | undefined },
): TypedWords {
  const keys = options.keys === undefined ? [] : [options.keys];
  let hasEnter = options.enter === true;
  if (rest[0] === "--") return { words: rest.slice(1), keys, hasEnter };
  if (rest[0] !== "-" && rest[0]?.startsWith("-") === true) {
    throw usageError(`Unknown option '${printable(rest[0])}': ${USAGE}`, "Put -- before the text.");
  }
  const words: string[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    if (word === "--enter") hasEnter = true;
    else if (word.startsWith("--keys=")) keys.push(word.slice("--keys=".length));
    else if (word === "--keys" && at + 1 < rest.length) keys.push(rest[++at] ?? "");
    else words.push(word);
  }
  return { words, keys, hasEnter };
}

/** Standard input is read for a `-`, and when nothing else says what to type. */
async function typedBytes(words: readonly string[], hasKeys: boolean): Promise<Uint8Array> {
  const isDash = words.length === 1 && words[0] === "-";
  if (!isDash && (words.length > 0 || hasKeys)) return encodeUtf8(words.join(" "));
  const bytes = isatty(STDIN) ? undefined : await Bun.stdin.bytes();
  if (bytes === undefined || (!isDash && bytes.byteLength === 0)) {
    throw usageError(`Nothing to send: ${USAGE}`);
  }
  return bytes;
}
