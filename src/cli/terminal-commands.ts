/** All names of the commands that fill the terminal; undefined is 'tsm' alone. */
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

/** Whether a command line fills the terminal; mistakes in it are reported later. */
export function fillsTerminal([command, ...rest]: readonly string[]): boolean {
  return TERMINAL_COMMANDS.has(command) && !rest.some((word) => HELP.includes(word));
}
