/** Commands that fill the terminal, and the one without a name, by all their names. */
const TERMINAL_COMMANDS: ReadonlySet<string | undefined> = new Set([
  undefined,
  "attach",
  "a",
  "toggle",
  "last",
  "prev",
  "tui",
  "palette",
  "p",
]);
const HELP = ["--help", "-h"];

/** Whether a command line is one of those; what is wrong with it comes to light later. */
export function fillsTerminal([command, ...rest]: readonly string[]): boolean {
  return TERMINAL_COMMANDS.has(command) && !rest.some((word) => HELP.includes(word));
}
