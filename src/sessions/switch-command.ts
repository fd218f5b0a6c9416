import { basename } from "node:path";

/** Commands that end by asking for another session, whichever the user chooses. */
const CHOOSING = [undefined, "toggle", "last", "prev", "tui", "palette", "p"];

/**
 * Whether a command line is one of tsm's, or of the original program, that asks for this session: what
 * looks like such a request in a terminal's output only counts while that program has the terminal.
 */
export function asksToSwitch(argv: readonly string[], target: string): boolean {
  const [program = "", command, ...rest] = argv;
  if (basename(program) !== "tsm") return false;
  if (command === "attach" || command === "a") return rest.includes(target);
  return CHOOSING.includes(command);
}
