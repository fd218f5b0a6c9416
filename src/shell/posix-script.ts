import { MARK_BODY } from "../protocol/shell-mark.ts";
import { quoteForPosix } from "./quote.ts";
import { callBuiltin, mark, type PosixShell, type ScriptOptions } from "./script-mark.ts";
import { hideTraps, SHOW_BASH_TRAPS, SHOW_ZSH_TRAPS } from "./script-traps.ts";

/**
 * Evaluated, the text's messages do not name our file. The line feeds keep its first word from being
 * taken for an option, and end a here-document in its last line.
 */
export function evaluate(shell: PosixShell, text: string, nonce: string): string {
  const call = shell === "sh" ? "\\command eval" : callBuiltin(shell, "eval");
  // With csh_junkie_quotes zsh wants quotes to end in the line that they begin in.
  const quoted = shell === "zsh" ? quoteInOneLine(`\n${text}\n`) : quoteForPosix(`\n${text}\n`);
  const aliases = shell === "sh" ? "" : `${ALIASES_ON[shell]}\n`;
  // The file's being a part of a list is forgotten in it elsewhere.
  const list = shell === "sh" ? " && { \\:; } 2>/dev/null" : "";
  return `${withOwnNames(`${aliases}${call} "$__run_prelude"`, nonce)}${quoted}${list}\n`;
}

/** Each run has variables of its own: a user cannot have made them read-only. */
function withOwnNames(script: string, nonce: string): string {
  return script.replaceAll("__run_", `__tsm_${nonce}_`);
}

/** `text` as one word of zsh or bash, without a line feed in it. */
function quoteInOneLine(text: string): string {
  return `$'${text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;
}

/** Turn aliases on again for the text, which may be read under them. */
const ALIASES_ON: Readonly<Record<Exclude<PosixShell, "sh">, string>> = {
  bash: 'case $__run_aliases in *expand_aliases*) "$__run_call" shopt -s expand_aliases 2>/dev/null ;; esac',
  zsh: 'case $__run_aliases in on) "$__run_call" setopt aliases ;; esac',
};

/** The function that a bash file defines to write marks: the builtin may be disabled. */
const WRITE = [
  "__run_write() {",
  '{ "$__run_call" printf "$@" 2>/dev/null || \\command -p printf "$@"; } >/dev/tty',
  "}",
];

/**
 * Where bash-preexec is loaded the typed line is in the history, because bash-preexec reads it there:
 * it is removed. Elsewhere our integration keeps it out.
 */
const FORGET_LINE = [
  "if [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then",
  '__run_prompts=$(HISTTIMEFORMAT= "$__run_call" history 1)',
  "if [[ $__run_prompts == *' \\. '*..run-* ]]; then",
  '__run_prompts=${__run_prompts#"${__run_prompts%%[0-9]*}"}',
  '"$__run_call" history -d "${__run_prompts%%[!0-9]*}"',
  "fi",
  "fi",
];

/** All variables that a file assigns. */
const VARIABLES = [
  "status flags last options prelude prompts",
  "had_errexit debug return traps aliases call",
].flatMap((names) => names.split(" ").map((name) => `__run_${name}`));

/** Ends with the arguments of its format. */
function endMark(shell: PosixShell, { secret, nonce }: ScriptOptions): string {
  const format = `${MARK_BODY.runEnded}${nonce};%d;%s`;
  return `${mark(shell, secret, format)} "$__run_status" "$__run_prompts"`;
}

/** Options that would show our lines, or hand our variables to programs. */
const NOISY_OPTIONS = ["a", "x", "v"];

/**
 * Makes `__run_call` the word by which builtins are reached, empty if there is none. In bash `command`
 * is the better one: what it reads heeds that it is a part of a list.
 */
const FIND_CALL: Readonly<Record<PosixShell, string>> = {
  sh: "",
  bash: `__run_call=; ${tryCall("builtin")} ${tryCall("command")}`,
  zsh: `__run_call=; ${tryCall("builtin")}`,
};

function tryCall(word: string): string {
  return `\\${word} \\eval '__run_call=${word}' >/dev/null;`;
}

/** What the text begins with: those options, and the exit status that they have changed. */
const PRELUDE = [
  "case $__run_options$__run_aliases in",
  `?*) __run_prelude='{ '$__run_options' __run_set_status "$__run_last"; } 2>/dev/null' ;;`,
  "*) __run_prelude= ;;",
  "esac",
];

/**
 * Keeps the exit status, the last argument and the options, and turns those off, and aliases until the
 * text is read: they could replace any word of ours. Trace output until then is discarded.
 */
const KEEP_STATE: Readonly<Record<PosixShell, string>> = {
  sh: keepState("sh", ""),
  bash: keepState(
    "bash",
    'aliases=${BASHOPTS-expand_aliases}; "$__run_call" \\shopt -u expand_aliases;',
  ),
  zsh: keepState("zsh", 'aliases=${options[aliases]}; "$__run_call" \\setopt no_aliases;'),
};

function keepState(shell: PosixShell, aliases: string): string {
  const off = callBuiltin(shell, `${shell === "sh" ? "" : "\\"}set +${NOISY_OPTIONS.join("")}`);
  const aliasesOff = aliases && ` __run_${aliases}`;
  const state = "__run_status=$? __run_flags=$- __run_last=${_-};";
  return `{ ${state} ${FIND_CALL[shell]} ${off};${aliasesOff} } 2>/dev/null`;
}

/** Makes `__run_options` shell text that turns them on again. */
const nameOptions = (shell: PosixShell): string[] => [
  // With -a these have become variables of programs; assigned once more they are not.
  "__run_options=$__run_status:$__run_flags:$__run_last",
  ...(shell === "sh" ? [] : ["__run_prompts=$__run_call"]),
  callBuiltin(shell, "unset __run_status __run_flags __run_last __run_call"),
  ...(shell === "sh" ? [] : ["__run_call=$__run_prompts"]),
  "__run_status=${__run_options%%:*} __run_options=${__run_options#*:}",
  "__run_flags=${__run_options%%:*} __run_last=${__run_options#*:} __run_options=",
  ...NOISY_OPTIONS.map(
    (option) =>
      `case $__run_flags in *${option}*) __run_options="$__run_options${named(shell)}set -${option};" ;; esac`,
  ),
];

/** How a builtin is called in text that is made in double quotes, for later. */
function named(shell: PosixShell): string {
  return shell === "sh" ? "\\\\" : "\\\\$__run_call ";
}

/** The file that the typed line reads, in strings of bytes, one a character; `call` runs the text. */
export function posixFile(
  shell: PosixShell,
  path: string,
  options: ScriptOptions,
  call: string,
): string {
  const { secret, nonce, isScript } = options;
  // A failure of the text must not end the session (errexit), nor be one of ours for an ERR trap:
  // files heed that they are read by a part of a list. But for errexit only bash and zsh do, elsewhere
  // it is off meanwhile; a script has a shell of its own, which it may end.
  const isList = !isScript && shell !== "sh";
  const nothing = shell === "sh" ? "\\:" : "[[ 1 ]]";
  const run = isScript ? `( ${call} )` : `${call} && { ${nothing}; } 2>/dev/null`;
  const body = ['if __run_set_status "$__run_last"', `then ${run}`, `else ${run}`, "fi"];
  const end = [
    KEEP_STATE[shell],
    ...nameOptions(shell),
    'case ${PS1-} in "${PS2-}") __run_prompts== ;; *) __run_prompts= ;; esac',
    endMark(shell, options),
    putErrexitOff(shell),
  ];
  const lines = [
    KEEP_STATE[shell],
    // Without a way to call a builtin, nothing can be run or reported.
    ...(shell === "sh" ? ["__run_aliases="] : ["if [[ -n $__run_call ]]; then"]),
    ...hideTraps(shell, path),
    ...nameOptions(shell),
    ...PRELUDE,
    ...(shell === "bash" ? [...WRITE, ...FORGET_LINE] : []),
    ...(options.integration === undefined ? [] : armLines(shell, options.integration)),
    "__run_had_errexit=",
    ...(isList ? [] : [putErrexitOff(shell)]),
    "__run_set_status() {",
    callBuiltin(shell, 'return "$__run_status"'),
    "}",
    // If the start cannot be reported, as in a restricted zsh, nothing is run.
    `if ${mark(shell, secret, `${MARK_BODY.runStarted}${nonce}`)}`,
    // One command, read as a whole before the text may make that to be seen (`set -v`). Zsh leaves a
    // file on Ctrl+C; `always` is run even then.
    "then {",
    ...body,
    ...(shell === "zsh" ? ["} always {"] : []),
    ...end,
    ...(shell === "zsh" ? SHOW_ZSH_TRAPS : []),
    "}",
    "fi",
    callBuiltin(shell, `unset -f __run_set_status${shell === "bash" ? " __run_write" : ""}`),
    ...(shell === "bash" ? SHOW_BASH_TRAPS : []),
    ...(shell === "sh" ? LOSE_STATUS : KEEP_STATUS),
    ...(shell === "sh" ? [] : [`__run_options="$__run_options ${aliasesBack(shell)}"`]),
    // Removes all of these variables.
    `__run_options="$__run_options ${named(shell)}unset ${VARIABLES.join(" ")}; ${named(shell)}return $__run_status"`,
    `{ ${callBuiltin(shell, 'eval "$__run_options"')}`,
    "} 2>/dev/null",
    ...(shell === "sh" ? [] : ["fi"]),
    "",
  ];
  return withOwnNames(lines.join("\n"), nonce);
}

/** The text that turns aliases on again, made in double quotes. */
function aliasesBack(shell: Exclude<PosixShell, "sh">): string {
  return ALIASES_ON[shell]
    .replace("case $__run_aliases", "case '$__run_aliases'")
    .replace('"$__run_call" ', named(shell))
    .concat(";");
}

function putErrexitOff(shell: PosixShell): string {
  return `case $- in *e*) __run_had_errexit=1; ${callBuiltin(shell, "set +e")} ;; esac`;
}

/** With errexit the status of a failed run would end the session. */
const LOSE_STATUS = [
  'case $__run_had_errexit in 1) __run_status=0 __run_options="$__run_options \\\\set -e;" ;; esac',
];
/** The same where something of ours may turn errexit on again at the next prompt. */
const KEEP_STATUS = [
  "if [[ -n $__run_had_errexit ]]; then",
  'if [[ "$__run_status" != 0 && "${PROMPT_COMMAND[*]-}${precmd_functions[*]-}" == *__tsm_* ]]',
  "then __tsm_errexit=1",
  'else __run_status=0 __run_options="$__run_options \\\\$__run_call set -e;"; fi',
  "fi",
];

/** Installs the integration again, before the text begins. */
function armLines(shell: PosixShell, integration: string): string[] {
  const path = quoteForPosix(Buffer.from(integration).toString("latin1"));
  // The user's settings may make it fail; the text must be run all the same.
  if (shell === "zsh") {
    return [
      `{ { "$__run_call" source ${path}; __tsm_arm; } always { TRY_BLOCK_ERROR=0; } } 2>/dev/null`,
    ];
  }
  if (shell !== "bash") return [];
  return [
    `"$__run_call" . ${path}`,
    // The traps are hidden, and stay so.
    "if [[ -n $__run_debug || ($- == *T* && -n $__run_return) ]]; then __tsm_has_trap=1; fi",
    "__tsm_arm '' || [[ 1 ]]",
  ];
}
