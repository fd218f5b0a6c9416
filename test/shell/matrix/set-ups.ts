import { FRAMEWORKS } from "./frameworks.ts";
import { PLAIN, type Exceptions, type MatrixShell, type SetUp } from "./set-up.ts";

type Case = readonly [name: string, startUp: string, except?: Exceptions, prompt?: string];

/** Nothing can be put into a read-only prompt. */
const UNMARKED: Exceptions = { marks: "none" };
const REFUSED: Exceptions = {
  hooks: "nothing can be run",
  status: "nothing can be run",
  run: "refused, with the reason",
  exported: "nothing can be run",
};
/** Words of the language that an alias can stand in for. */
const KEYWORD_ALIASES =
  "alias if='echo NO;if' then='echo NO;then' case='echo NO;case' '[['='echo NO;[['";
const IN_FILE: Exceptions = {
  hooks: "output is in the file",
  status: "output is in the file",
  run: "output is in the file",
};
const BASH: readonly Case[] = [
  ["nothing but a prompt and a hook", ""],
  ...["printf", "builtin", "command", "local", "read", "export", "shopt", "set", "cd"].map(
    (word): Case => [`alias ${word}`, `alias ${word}='echo NO'`],
  ),
  ...["printf", "builtin", "command", "local", "read", "export", "shopt", "trap"].map(
    (word): Case => [`function ${word}`, `${word}() { echo NO; }`],
  ),
  ["aliases of if, then, case, [[", KEYWORD_ALIASES],
  [
    "functions :, eval, set, unset, return",
    'for f in : eval set unset return; do builtin eval "function $f { echo NO; }"; done',
  ],
  ["function .", ".() { echo NO; }", REFUSED],
  [
    "functions builtin and command",
    "builtin() { echo NO; }; command() { echo NO; }",
    { ...REFUSED, ...UNMARKED },
  ],
  [
    "enable -n printf builtin local read export shopt",
    "enable -n printf builtin local read export shopt",
  ],
  ["a DEBUG trap", "trap 'debug=$((debug + 1))' DEBUG"],
  [
    "a DEBUG trap that prints, set -T",
    "set -T; trap 'echo DBG' DEBUG",
    { quiet: "it sees the user's hook" },
  ],
  ["an ERR trap that prints, set -E", "set -E; trap 'echo ERR' ERR"],
  ["a RETURN trap that prints", "trap 'echo RET' RETURN"],
  [
    "a RETURN trap that prints, set -T",
    "set -T; trap 'echo RET' RETURN",
    { quiet: "it sees the user's hook" },
  ],
  ["an EXIT trap", "trap 'echo BYE' EXIT"],
  ["a CHLD trap", "trap 'children=$((children + 1))' CHLD"],
  ["set -e", "set -e"],
  ["set -eu -o pipefail", "set -eu -o pipefail"],
  ["set -a, PS1 exported", "set -a; export PS1"],
  ["IFS of digits and letters", "IFS=0123456789abcdefx"],
  ["PS1 empty", "PS1=", {}, ""],
  ["PS1 exported", "export PS1"],
  ["PS1 read-only", "readonly PS1", UNMARKED],
  ["PS1 and PS2 equal", "PS2=$PS1"],
  ["PS1 of two lines", "PS1='above\\nP> '", {}, "above\nP> "],
  ["PS1 with a substitution", "PS1='$(echo P)> '"],
  ["a theme that builds PS1 anew", "theme() { PS1='P> '; }; PROMPT_COMMAND='count; theme'"],
  ["PS1 that ends in a backslash", "PS1='P> \\'", {}, "P> \\"],
  ["PS1 of capital letters (declare -u)", "declare -u PS1; PS1='p> '", UNMARKED],
  ["PS0 read-only", "readonly PS0", { marks: "without C and D" }],
  ["PROMPT_COMMAND read-only", "readonly PROMPT_COMMAND"],
  [
    "PROMPT_COMMAND unset by a hook",
    "PROMPT_COMMAND='count; unset PROMPT_COMMAND'",
    { hooks: "has unset itself" },
  ],
  ["PROMPT_COMMAND exported", "export PROMPT_COMMAND"],
  ["HISTIGNORE read-only", "readonly HISTIGNORE=x"],
  ["a function with ]133; that nobody calls", "mine() { printf '\\e]133;A\\a'; }"],
  ["readonly __tsm_status", "readonly __tsm_status"],
  ["readonly __tsm_text", "readonly __tsm_text=", UNMARKED],
  ["vi mode", "set -o vi"],
  ["backspace bound", `bind '"\\C-?": "zzz"'`],
  ["no line editing", "set +o emacs; set +o vi"],
  ["restricted (set -r)", "set -r", REFUSED],
  ["exec >file", "exec >~/out", IN_FILE],
];

const ZSH: readonly Case[] = [
  ["nothing but a prompt and a hook", ""],
  ...["printf", "print", "builtin", "emulate", "typeset", "local", "export"].map((word): Case => [
    `alias ${word}`,
    `alias ${word}='echo NO'`,
  ]),
  ["alias -g of words that tsm uses", "alias -g printf=NO setopt=NO G='| grep' .=NO"],
  ["aliases of if, then, case, [[", KEYWORD_ALIASES],
  [
    "functions ., :, eval, set, setopt, unset, return",
    'for f in . : eval set setopt unset return; do builtin eval "function $f { echo NO }"; done',
  ],
  ["function builtin", "builtin() { echo NO }", { ...REFUSED, marks: "without C and D" }],
  [
    "functions print, local, export, read",
    "print() { echo NO }; local() { echo NO }; export() { echo NO }; read() { echo NO }",
  ],
  ["err_exit", "setopt err_exit"],
  ["err_return", "setopt err_return"],
  ["a ZERR trap that prints", "trap 'print ZERR' ZERR"],
  ["a DEBUG trap", "trap 'debug=$((debug + 1))' DEBUG", { marks: "without C and D" }],
  ["an EXIT trap", "trap 'print BYE' EXIT"],
  ["emulate csh", "emulate csh"],
  ["emulate ksh", "emulate ksh"],
  ["emulate sh", "emulate sh"],
  ["PS1 empty", "PS1=", {}, ""],
  ["PS1 exported", "export PS1"],
  ["PS1 read-only", "typeset -r PS1"],
  ["PS1 that ends in a percent", "PS1='P> %'", {}, "P> %"],
  ["PS1 of two lines", "PS1=$'above\\nP> '", {}, "above\nP> "],
  ["a theme that builds PS1 anew", "theme() { PS1='P> ' }; precmd_functions+=(theme)"],
  ["precmd_functions set anew", "precmd_functions=(count)"],
  ["precmd_functions read-only", "typeset -r precmd_functions"],
  ["preexec_functions read-only", "typeset -ar preexec_functions=()", { marks: "without C and D" }],
  ["read-only __tsm_name, __tsm_mark", "typeset -r __tsm_name __tsm_mark", UNMARKED],
  ["a function with ]133; that nobody calls", "mine() { print -n '\\e]133;A\\a' }"],
  ["vi mode", "bindkey -v"],
  ["a keymap of their own", "bindkey -N mine emacs; bindkey -A mine main"],
  ["backspace bound", "bindkey -s '^?' zzz"],
  ["no_zle", "setopt no_zle"],
  ["no prompt_percent", "unsetopt prompt_percent"],
  ["ZDOTDIR set in .zshrc", "ZDOTDIR=~/other"],
  ["restricted", "setopt restricted", { ...REFUSED, marks: "without C and D" }],
  ["exec >file", "exec >~/out", IN_FILE],
];

const SHOWN = "is what the function prints";
const FISH_TRACED = "some lines of tsm's are traced";
const FISH: readonly Case[] = [
  ["nothing but a prompt and a hook", ""],
  [
    "function echo",
    "function echo; builtin printf NO; builtin echo $argv; end; " +
      "function fish_prompt; builtin echo -n 'P> '; end",
    { hooks: SHOWN, status: SHOWN, run: SHOWN },
  ],
  ["alias test, abbreviations", "alias test 'builtin test'; abbr -a printf NO; abbr -a echo NO"],
  [
    "functions bind, commandline, count, source, string, true",
    "for f in bind commandline count source string true; function $f; builtin echo NO; end; end",
  ],
  [
    "a handler that prints of TSM_SESSION",
    "function changed --on-variable TSM_SESSION; echo NO; end",
  ],
  ["vi mode", "fish_vi_key_bindings; function fish_mode_prompt; end"],
  ["a prompt that fails", "function fish_prompt; echo -n 'P> '; false; end"],
  [
    "a prompt of two lines",
    "function fish_prompt; echo above; echo -n 'P> '; end",
    {},
    "above\nP> ",
  ],
  ["an empty prompt", "function fish_prompt; end", {}, ""],
  ["a function with ]133; that nobody calls", "function mine; printf '\\e]133;A\\a'; end"],
  [
    "fish_trace",
    "set -g fish_trace 1",
    { hooks: FISH_TRACED, status: FISH_TRACED, run: FISH_TRACED, exported: FISH_TRACED },
  ],
  ["backspace bound", "bind \\x7f 'commandline -i zzz'"],
];

const TRACED = "traced, as every command is";
const STATUS_LOST: Exceptions = { status: "always 0", run: "its status is always 0" };
/** What such a shell reads may be the rest of a command. */
const AMBIGUOUS: Exceptions = {
  status: "refused once something was typed, up to Ctrl+C",
  run: "refused once something was typed, up to Ctrl+C",
  exported: "refused once something was typed, up to Ctrl+C",
};
const UNREAD: Exceptions = {
  status: "nothing can be run",
  run: "refused, with the reason",
  exported: "nothing can be run",
};
/** Shells without integration: neither marks nor hooks. */
const PLAIN_CASES: readonly Case[] = [
  ["nothing but a prompt", ""],
  ["set -e", "set -e", { status: "0 behind a failed run" }],
  ["set -u", "set -u"],
  ["set -a", "set -a"],
  ["set -x", "set -x", { run: TRACED }],
  ["set -v", "set -v"],
  ["PS1 empty", "PS1=", { quiet: "has no prompt" }, ""],
  ["PS1 and PS2 equal", "PS2=$PS1", AMBIGUOUS],
  ["an ERR trap", "trap 'echo ERR' ERR 2>/dev/null"],
  ["function command", "command() { echo NO; }", UNREAD],
  ["aliases of command and printf", "alias command=NO printf=NO"],
  ["an EXIT trap", "trap 'echo BYE' EXIT"],
];

export const SET_UPS: Readonly<Record<MatrixShell, readonly SetUp[]>> = {
  bash: [...toSetUps(BASH), ...FRAMEWORKS.bash],
  zsh: [...toSetUps(ZSH), ...FRAMEWORKS.zsh],
  fish: [...toSetUps(FISH), ...FRAMEWORKS.fish],
  dash: plain(),
  "busybox ash": plain(),
  ksh93: [
    ...plain({ "set -x": { run: TRACED, status: TRACED }, "PS1 and PS2 equal": {} }),
    ...toSetUps([["a DEBUG trap", "trap 'debug=1' DEBUG", { ...PLAIN, ...STATUS_LOST }]]),
  ],
  mksh: plain({
    "set -e": {},
    "set -x": {},
    "an ERR trap": { run: "it sees what fails in the text" },
    "set -v": { run: "an empty line at the end" },
    "PS1 and PS2 equal": {},
  }),
  yash: plain({ "set -x": { run: TRACED, status: TRACED } }),
};

function toSetUps(cases: readonly Case[]): SetUp[] {
  return cases.map(([name, startUp, except = {}, prompt]) => ({
    name,
    startUp,
    except,
    ...(prompt === undefined ? {} : { prompt }),
  }));
}

function plain(exceptions: Readonly<Record<string, Exceptions>> = {}): SetUp[] {
  return toSetUps(PLAIN_CASES).map((setUp) => ({
    ...setUp,
    except: { ...PLAIN, ...(exceptions[setUp.name] ?? setUp.except) },
  }));
}
