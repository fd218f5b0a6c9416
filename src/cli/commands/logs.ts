import { watch } from "node:fs";
import { basename } from "node:path";

import { TsmError } from "../../base/errors.ts";
import { makeHarmless } from "../../base/harmless-text.ts";
import { quoteName, validateSessionAddress } from "../../sessions/names.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { SessionLog, type LogPart } from "../read/log-tail.ts";
import { ReaderWatch } from "../read/reader-watch.ts";
import { fullName } from "../session-names.ts";

export const logsCommand = defineTsmCommand({
  usage: "tsm logs [-f] [--json] <name>",
  description:
    "Prints the log of a session's daemon: start, end, renames, errors. The log remains when the " +
    "session ends. With --follow, new lines are printed until Ctrl+C.",
  examples: [
    ["tsm logs work", "what happened"],
    ["tsm logs -f work", "and what happens next"],
  ],
  args: {
    name: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "name of the session",
    },
    follow: { type: "boolean", alias: "f", description: "keep printing new lines" },
    json: { type: "boolean", description: "print JSON, one object per line" },
  },
  async run({ name: word, follow, json }, context) {
    const name = fullName(context, word);
    validateSessionAddress(name);
    const log = SessionLog.find(context.config, name);
    const first = log.read();
    if (first === undefined) {
      throw new TsmError("not-found", `There is no log of session ${quoteName(name)}.`, {
        remedy: "Run 'tsm ls' to list sessions.",
      });
    }
    const print = json === true ? printLogAsJson : printLog;
    print(first.text, context);
    if (follow === true) await followLog(log, context, first, print);
  },
});

type Print = (text: string, context: CliContext) => void;

function printLog(text: string, context: CliContext): void {
  // Each line as it was written, also by a daemon of another build.
  context.write(text.split("\n").map(makeHarmless).join("\n"));
}

function printLogAsJson(text: string, context: CliContext): void {
  for (const line of text.split("\n").filter((it) => it !== "")) {
    const [time = ""] = line.split(" ", 1);
    context.print(JSON.stringify({ time, event: line.slice(time.length + 1) }));
  }
}

/** Prints new lines, also after the log was replaced, until the reader is gone. */
async function followLog(
  log: SessionLog,
  context: CliContext,
  first: LogPart,
  print: Print,
): Promise<void> {
  using reader = new ReaderWatch();
  const failed = Promise.withResolvers<never>();
  let seen = first;
  const catchUp = (): void => {
    const next = log.read(seen.end);
    if (next === undefined) return;
    const isNew = next.inode !== seen.inode;
    seen = isNew ? (log.read() ?? next) : next;
    if (seen.text !== "") print(seen.text, context);
  };
  // The directory: the file itself is replaced when it has grown too long.
  const watcher = watch(log.dir, (_, file) => {
    try {
      if (file === null || file === basename(log.path)) catchUp();
    } catch (error) {
      failed.reject(error);
    }
  });
  try {
    catchUp(); // lines written between the first read and the watch
    await Promise.race([reader.gone, failed.promise]);
  } finally {
    watcher.close();
  }
}
