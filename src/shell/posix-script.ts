import { MARK_BODY } from "../protocol/shell-mark.ts";
import { quoteForPosix } from "./quote.ts";
import { mark, type PosixShell, type ScriptOptions } from "./script-mark.ts";
import { hideTraps, SHOW_BASH_TRAPS, SHOW_ZSH_TRAPS } from "./script-traps.ts";

/**
 * Evaluated, the text's messages do not name our file. The line feeds keep its first word from being
 * taken for an option, and end a here-document in its last line.
 */
export function evaluate(shell: PosixShell, text: string, nonce: string): string {
  const call = shell === "sh" ? "\\command eval" : "\\eval";
  // With csh_junkie_quotes zsh wants quotes to end in the line that they begin in.
  const quoted = shell === "zsh" ? quoteInOneLine(`\n${text}\n`) : quoteForPosix(`\n${text}\n`);
  const aliases = shell === "zsh" ? "case $__run_aliases in on) \\setopt aliases ;; esac\n" : "";
  return `${withOwnNames(`${aliases}${call} "$__run_prelude"`, nonce)}${quoted}\n`;
}

/** Variables of a run are its own: nobody can have made them read-only. */
function withOwnNames(script: string, nonce: string): string {
  return script.replaceAll("__run_", `__tsm_${nonce}_`);
}

/** `text` as one word of zsh or bash, without a line feed in it. */
function quoteInOneLine(text: string): string {
  return `$'${text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;
}

/** What a bash file defines for that. */
const CALL = [
  "__run_call() {",
  "if \\declare -F command >/dev/null 2>&1",
  'then \\builtin "$@"',
  'else \\command -p "$@"',
  "fi >/dev/tty",
  "}",
];

/**
 * bash-preexec has to find the typed line in the history, where nobody else is to: our integration
 * keeps it out elsewhere.
 */
const FORGET_LINE = [
  "if [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then",
  "__run_prompts=$(HISTTIMEFORMAT= \\command history 1)",
  "if [[ $__run_prompts == *' \\. '*..run-* ]]; then",
  '__run_prompts=${__run_prompts#"${__run_prompts%%[0-9]*}"}',
  '\\command history -d "${__run_prompts%%[!0-9]*}"',
  "fi",
  "fi",
];

/** All that a file assigns. */
const VARIABLES = [
  "status flags last options prelude prompts",
  "had_errexit debug return traps aliases",
].flatMap((names) => names.split(" ").map((name) => `__run_${name}`));

/** Ends with the arguments of its format. */
function endMark(shell: PosixShell, { secret, nonce }: ScriptOptions): string {
  const format = `${MARK_BODY.runEnded}${nonce};%d;%s`;
  return `${mark(shell, secret, format)} "$__run_status" "$__run_prompts"`;
}

/** Options that would show our lines, or hand our variables to programs. */
const NOISY_OPTIONS = ["a", "x", "v"];

/** What the text begins with: those options, and the exit status that they have changed. */
const PRELUDE = [
  "case $__run_options$__run_aliases in",
  `?*) __run_prelude='{ '$__run_options' __run_set_status "$__run_last"; } 2>/dev/null' ;;`,
  "*) __run_prelude= ;;",
  "esac",
];

/**
 * Keeps the exit status, the last argument and the options, and turns those off. What is traced until
 * then goes nowhere.
 */
const KEEP_STATE: Readonly<Record<PosixShell, readonly string[]>> = {
  sh: [keepState("")],
  bash: [keepState("")],
  // Global aliases would stand in for any word: they are off until the text is read.
  zsh: [keepState(" __run_aliases=${options[aliases]}; \\setopt no_aliases;")],
};

function keepState(more: string): string {
  const off = NOISY_OPTIONS.join("");
  return `{ __run_status=$? __run_flags=$- __run_last=\${_-}; \\set +${off};${more} } 2>/dev/null`;
}

/** Makes `__run_options` shell text that turns them on again. */
const NAME_OPTIONS = [
  // With -a these have become variables of programs; assigned once more they are not.
  "__run_options=$__run_status:$__run_flags:$__run_last",
  "\\unset __run_status __run_flags __run_last",
  "__run_status=${__run_options%%:*} __run_options=${__run_options#*:}",
  "__run_flags=${__run_options%%:*} __run_last=${__run_options#*:} __run_options=",
  ...NOISY_OPTIONS.map(
    (option) =>
      `case $__run_flags in *${option}*) __run_options="$__run_options\\\\set -${option};" ;; esac`,
  ),
];

/** The file that the typed line reads, in strings of bytes, one a character; `call` runs the text. */
export function posixFile(
  shell: PosixShell,
  path: string,
  options: ScriptOptions,
  call: string,
): string {
  const { secret, nonce, isScript } = options;
  // A failure of the text must not end the session (errexit). Bash and zsh heed that in files that a
  // part of a list reads. Elsewhere errexit is off meanwhile; a script has a shell of its own, which
  // it may end.
  const isList = !isScript && shell !== "sh";
  const run = isScript ? `( ${call} )` : isList ? `${call} && { \\:; } 2>/dev/null` : call;
  const body = ['if __run_set_status "$__run_last"', `then ${run}`, `else ${run}`, "fi"];
  const end = [
    ...KEEP_STATE[shell],
    ...NAME_OPTIONS,
    'case ${PS1-} in "${PS2-}") __run_prompts== ;; *) __run_prompts= ;; esac',
    endMark(shell, options),
    PUT_ERREXIT_OFF[shell],
  ];
  const lines = [
    ...KEEP_STATE[shell],
    ...hideTraps(shell, path),
    ...NAME_OPTIONS,
    ...(shell === "zsh" ? [] : ["__run_aliases="]),
    ...PRELUDE,
    ...(shell === "bash" ? [...CALL, ...FORGET_LINE] : []),
    ...(options.integration === undefined ? [] : armLines(shell, options.integration)),
    "__run_had_errexit=",
    ...(isList ? [] : [PUT_ERREXIT_OFF[shell]]),
    "__run_set_status() {",
    '\\return "$__run_status"',
    "}",
    // Where nobody can be told, as in a restricted zsh, nothing is run.
    `if ${mark(shell, secret, `${MARK_BODY.runStarted}${nonce}`)}`,
    // One command, read as a whole before the text may make that to be seen (`set -v`). Zsh leaves a
    // file on Ctrl+C; what stands behind `always` is done even so.
    "then {",
    ...body,
    ...(shell === "zsh" ? ["} always {"] : []),
    ...end,
    ...(shell === "zsh" ? SHOW_ZSH_TRAPS : []),
    "}",
    "fi",
    `\\unset -f __run_set_status${shell === "bash" ? " __run_call" : ""}`,
    ...(shell === "bash" ? SHOW_BASH_TRAPS : []),
    ...(shell === "sh" ? LOSE_STATUS : KEEP_STATUS),
    ...(shell === "zsh" ? ZSH_ALIASES_BACK : []),
    // Nothing of all this stays.
    `__run_options="$__run_options \\\\unset ${VARIABLES.join(" ")}; \\\\return $__run_status"`,
    '{ \\eval "$__run_options"',
    "} 2>/dev/null",
    "",
  ];
  return withOwnNames(lines.join("\n"), nonce);
}

const ZSH_ALIASES_BACK = [
  'case $__run_aliases in on) __run_options="$__run_options \\\\setopt aliases;" ;; esac',
];

const PUT_ERREXIT_OFF: Readonly<Record<PosixShell, string>> = {
  bash: "if [[ -o errexit ]]; then __run_had_errexit=1; \\set +e; fi",
  zsh: "if [[ -o errexit ]]; then __run_had_errexit=1; \\set +e; fi",
  sh: "case $- in *e*) __run_had_errexit=1; \\set +e ;; esac",
};

/** With errexit the status of a failed run would end the session. */
const LOSE_STATUS = [
  'case $__run_had_errexit in 1) __run_status=0 __run_options="$__run_options \\\\set -e;" ;; esac',
];
/** The same where something of ours may turn errexit on again at the next prompt. */
const KEEP_STATUS = [
  "if [[ -z $__run_had_errexit ]]; then \\:",
  'elif [[ "$__run_status" != 0 && "${PROMPT_COMMAND[*]-}${precmd_functions[*]-}" == *__tsm_* ]]',
  "then __tsm_errexit=1",
  'else __run_status=0 __run_options="$__run_options \\\\set -e;"; fi',
];

/** Puts the integration in its place once more, before the text begins. */
function armLines(shell: PosixShell, integration: string): string[] {
  const path = quoteForPosix(Buffer.from(integration).toString("latin1"));
  if (shell === "zsh") return [`\\builtin source ${path}`, "__tsm_arm"];
  if (shell !== "bash") return [];
  return [
    "__run_aliases=-u",
    "if \\shopt -q expand_aliases; then __run_aliases=-s; fi",
    "\\shopt -u expand_aliases",
    `\\. ${path}`,
    // The traps are hidden, and stay so.
    "if [[ -n $__run_debug ]]; then __tsm_has_debug_trap=1; fi",
    "__tsm_arm '' || \\:",
    '\\shopt "$__run_aliases" expand_aliases',
  ];
}
