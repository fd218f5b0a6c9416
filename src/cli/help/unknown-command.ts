import { makeHarmless } from "../../base/harmless-text.ts";
import { nearestWord } from "../../config/nearest.ts";
import type { CommandEntry } from "../command.ts";

/** One line about an unknown command, with the nearest known one. */
export function unknownCommand(word: string, commands: readonly CommandEntry[]): string {
  const words = commands
    .flatMap(({ name, aliases }) => [name, ...aliases])
    .filter((known) => known.length > 2 && known.startsWith("-") === word.startsWith("-"));
  const match = nearestWord(word, words);
  const hint = match === undefined ? "Run 'tsm help'." : `Did you mean '${match}'?`;
  return `Unknown command '${makeHarmless(word)}'. ${hint}`;
}
