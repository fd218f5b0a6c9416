import { fstatSync } from "node:fs";
import { isatty } from "node:tty";

import { makeHarmless } from "../../base/harmless-text.ts";
import { concatBytes } from "../../protocol/concat-bytes.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import { sendInput } from "../../sessions/wire/send-input.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand } from "../command.ts";
import { exitStatusOf, actOnSessions } from "../act-on-sessions.ts";
import { parseKeys } from "../send/parse-keys.ts";
import { namedSessions } from "../session-names.ts";
import { readStandardInput } from "../standard-input.ts";

const USAGE = "tsm send <name> [--enter] [--keys KEYS] [text…|-]";
const STDIN = 0;
/** It is all read before any of it is typed, so that what cannot be read is not typed by half. */
const INPUT_LIMIT = {
  maxBytes: 64 * 1024 * 1024,
  tooLong: ["Standard input is longer than 64 MiB", "Send it in several parts."],
} as const;

export const sendCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Types into a session, as if at its terminal: the words joined by spaces, byte for byte; with " +
    "-, or in a pipe, the contents of standard input. Then the keys of --keys, then Enter with " +
    "--enter; both options may also come at the very end. Returns when the session's daemon has " +
    "accepted the input, not when the program has read it. A pattern types into every session " +
    "that it matches.",
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
    const input = concatBytes([await typedBytes(typed), encodeUtf8(keys)]);
    const names = namedSessions(context, [args.name]);
    const outcomes = await actOnSessions(context, "send to session", names, (name) =>
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

/** The text, without the options that may follow it. */
function readWords(
  rest: readonly string[],
  options: { keys?: string | undefined; enter?: boolean | undefined },
): TypedWords {
  const keys = options.keys === undefined ? [] : [options.keys];
  let hasEnter = options.enter === true;
  if (rest[0] === "--") return { words: rest.slice(1), keys, hasEnter };
  const words = [...rest];
  for (;;) {
    if (words.at(-1) === "--enter") hasEnter = words.pop() !== undefined;
    else if (words.length > 1 && words.at(-2) === "--keys") {
      const [, value = ""] = words.splice(-2);
      keys.push(value);
    } else break;
  }
  const [first] = words;
  if (first !== "-" && first?.startsWith("-") === true) {
    throw usageError(
      `Unknown option '${makeHarmless(first)}': ${USAGE}`,
      "Put -- before the text.",
    );
  }
  return { words, keys, hasEnter };
}

/** Standard input is read for a `-`, and from a pipe or a file when there is no text and no keys. */
async function typedBytes({ words, keys, hasEnter }: TypedWords): Promise<Uint8Array> {
  const isDash = words.length === 1 && words[0] === "-";
  if (!isDash && words.length > 0) return encodeUtf8(words.join(" "));
  const isRead = isDash ? !isatty(STDIN) : keys.length === 0 && isPiped();
  const bytes = isRead ? await readStandardInput(INPUT_LIMIT) : new Uint8Array(0);
  if (bytes.byteLength === 0 && !isDash && keys.length === 0 && !hasEnter) {
    throw usageError(`Nothing to send: ${USAGE}`);
  }
  if (isDash && !isRead) throw usageError(`Standard input is a terminal: ${USAGE}`);
  return bytes;
}

function isPiped(): boolean {
  const stats = fstatSync(STDIN);
  return stats.isFIFO() || stats.isFile() || stats.isSocket();
}
