import { basename } from "node:path";

/** Commands that end with a request to switch to any session that the user chooses. */
const CHOOSING = [undefined, "toggle", "last", "prev", "tui", "palette", "p"];

/**
 * Whether a command line of tsm, or of the original program, may request a switch to this session.
 * Output that looks like such a request only counts while that command has the terminal.
 */
export function asksToSwitch(argv: readonly string[], target: string): boolean {
  const [program = "", command, ...rest] = argv;
  if (basename(program) !== "tsm") return false;
  if (command === "attach" || command === "a") return rest.includes(target);
  return CHOOSING.includes(command);
}
