import { quoteForPosix } from "./quote.ts";
import type { PosixShell } from "./script-mark.ts";

/**
 * A RETURN trap would be run when the text has been read, and with functrace a DEBUG trap in our own
 * lines. One of ours stands in the place of each: if it is still there afterwards, the text has left
 * the user's alone.
 */
const STAND_IN = (path: string): string =>
  `if [[ ! -e ${path.replace(/[\\$`"]/g, "\\$&")} ]]; then ${USER_TRAP}`;
/** With the call that gets past functions. */
const USER_TRAP = "\\\\$__run_call trap --";

const hideBashTraps = (path: string): readonly string[] => [
  // Bash has read this file whole: it can take the answer, for which nothing has to be forked.
  `__run_debug= __run_return=; "$__run_call" trap -p DEBUG RETURN >|${path}`,
  `if [[ -s ${path} ]]; then`,
  '__run_debug=$("$__run_call" trap -p DEBUG) __run_return=$("$__run_call" trap -p RETURN)',
  // The DEBUG trap may have printed something there; posix mode has an answer without a trap, too.
  'if [[ $__run_debug == *"trap -- \'"* ]]; then __run_debug=${__run_debug#*trap -- }',
  "else __run_debug=; fi",
  'if [[ $__run_return == *"trap -- \'"* ]]; then __run_return=${__run_return#*trap -- }',
  "else __run_return=; fi",
  // If the text is interrupted nothing below is done, but the daemon removes this file: then each
  // puts the user's in its place again.
  `if [[ -n $__run_debug ]]; then "$__run_call" trap "${STAND_IN(path)} $__run_debug; fi" DEBUG; fi`,
  `if [[ -n $__run_return ]]; then "$__run_call" trap "${STAND_IN(path)} $__run_return; fi" RETURN; fi`,
  "fi",
];
export const SHOW_BASH_TRAPS = ["return", "debug"].flatMap((name) => [
  `if [[ -n $__run_${name} && $("$__run_call" trap -p ${name}) == *"; then ${USER_TRAP}"* ]]; then`,
  `"$__run_call" eval "\\\\$__run_call trap -- $__run_${name}"`,
  "fi",
]);

/** For the beginning of a file; `path` is its own. */
export function hideTraps(shell: PosixShell, path: string): readonly string[] {
  switch (shell) {
    case "bash":
      return hideBashTraps(quoteForPosix(path));
    case "zsh":
      // To ask costs a fork: only where one was seen at the first prompt, or has a name.
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
