import { quoteForPosix } from "./quote.ts";
import type { PosixShell } from "./script-mark.ts";

/**
 * The beginning of a trap of ours that replaces the user's while the text runs. Otherwise a RETURN
 * trap would run when the text has been read, and with functrace a DEBUG trap on our own lines. If
 * our trap is still set afterwards, the text has not changed the user's trap.
 */
const STAND_IN = (path: string): string =>
  `if [[ ! -e ${path.replace(/[\\$`"]/g, "\\$&")} ]]; then ${USER_TRAP}`;
/** Sets the user's trap again, through the call that bypasses functions. */
const USER_TRAP = "\\\\$__run_call trap --";

const hideBashTraps = (path: string): readonly string[] => [
  // Bash has already read this whole file: the answer can overwrite it, which needs no fork.
  `__run_debug= __run_return=; "$__run_call" trap -p DEBUG RETURN >|${path}`,
  `if [[ -s ${path} ]]; then`,
  '__run_debug=$("$__run_call" trap -p DEBUG) __run_return=$("$__run_call" trap -p RETURN)',
  // The DEBUG trap may have printed something there; posix mode has an answer even without a trap.
  'if [[ $__run_debug == *"trap -- \'"* ]]; then __run_debug=${__run_debug#*trap -- }',
  "else __run_debug=; fi",
  'if [[ $__run_return == *"trap -- \'"* ]]; then __run_return=${__run_return#*trap -- }',
  "else __run_return=; fi",
  // If the text is interrupted, the lines after it do not run, but the daemon removes this file:
  // each trap of ours then sets the user's trap again.
  `if [[ -n $__run_debug ]]; then "$__run_call" trap "${STAND_IN(path)} $__run_debug; fi" DEBUG; fi`,
  `if [[ -n $__run_return ]]; then "$__run_call" trap "${STAND_IN(path)} $__run_return; fi" RETURN; fi`,
  "fi",
];
export const SHOW_BASH_TRAPS = ["return", "debug"].flatMap((name) => [
  `if [[ -n $__run_${name} && $("$__run_call" trap -p ${name}) == *"; then ${USER_TRAP}"* ]]; then`,
  `"$__run_call" eval "\\\\$__run_call trap -- $__run_${name}"`,
  "fi",
]);

/** Lines for the beginning of a file that hide the user's traps; `path` is the file's own. */
export function hideTraps(shell: PosixShell, path: string): readonly string[] {
  switch (shell) {
    case "bash":
      return hideBashTraps(quoteForPosix(path));
    case "zsh":
      // Asking costs a fork: only if a DEBUG trap was seen at the first prompt, or is a function.
      return [
        "__run_traps=",
        'if [[ -n "${__tsm_has_debug_trap-}${functions[TRAPDEBUG]-}" ]]; then',
        '__run_traps="$("$__run_call" trap)"',
        'if [[ "$__run_traps" == *DEBUG* ]]; then "$__run_call" trap "[[ tsm ]]" DEBUG; fi; fi',
      ];
    case "sh":
      return [];
  }
}
export const SHOW_ZSH_TRAPS = [
  'if [[ "$__run_traps" == *DEBUG* && "$("$__run_call" trap)" == *"[[ tsm ]]"* ]]',
  'then if [[ "$__run_traps" == *"TRAPDEBUG ("* ]]',
  'then "$__run_call" eval "TRAPDEBUG${__run_traps#*TRAPDEBUG}"',
  'else "$__run_call" eval "trap -- ${__run_traps#*trap -- }"; fi; fi',
];
