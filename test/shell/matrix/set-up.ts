/** What is tried in every set-up. */
export const PROBES = {
  marks: "marks for terminals, once each and in order",
  hooks: "the user's own hook runs once a prompt",
  status: "`$?` is what it would be",
  run: "`tsm run`: success, failure, binary output, interrupt",
  exported: "nothing of tsm's in the environment of programs",
  quiet: "nothing of tsm's on the screen",
} as const;
export type Probe = keyof typeof PROBES;
export const PROBE_NAMES = Object.keys(PROBES) as Probe[];

/** Shells of the matrix, by the name of their program. */
export const MATRIX_SHELLS = [
  "bash",
  "zsh",
  "fish",
  "dash",
  "busybox ash",
  "ksh93",
  "mksh",
  "yash",
] as const;
export type MatrixShell = (typeof MATRIX_SHELLS)[number];

/** What does not hold in a set-up, and what is so instead, in a few words. */
export type Exceptions = Partial<Record<Probe, string>>;

/** One thing that users do to their shell. */
export interface SetUp {
  name: string;
  /** Stands in the shell's start-up file, behind what every set-up has. */
  startUp: string;
  except?: Exceptions;
  /** The prompt that the set-up makes, when it is not the usual one; empty for none. */
  prompt?: string;
  /** What has to be installed; without it the set-up is skipped. */
  needs?: string;
}

/** One option of a shell, the other way round than it comes. */
export interface OptionExceptions {
  except: Exceptions;
}

/** The prompt of every set-up, and a hook that counts. */
export const BASE: Readonly<Record<MatrixShell, string>> = {
  bash: "PS1='P> '; hooks=0; count() { hooks=$((hooks + 1)); }; PROMPT_COMMAND=count",
  zsh: "PS1='P> '; hooks=0; count() { hooks=$((hooks + 1)) }; precmd_functions=(count)",
  fish: "function fish_prompt; echo -n 'P> '; end; set -g hooks 0; function count_hooks --on-event fish_prompt; set -g hooks (math $hooks + 1); end",
  dash: "PS1='P> '",
  "busybox ash": "PS1='P> '",
  ksh93: "PS1='P> '",
  mksh: "PS1='P> '",
  yash: "PS1='P> '",
};

/** The path of each start-up file in the home directory. */
export const START_UP_FILES: Readonly<Record<MatrixShell, string>> = {
  bash: ".bashrc",
  zsh: ".zshrc",
  fish: ".config/fish/config.fish",
  dash: ".profile",
  "busybox ash": ".profile",
  ksh93: ".profile",
  mksh: ".profile",
  yash: ".yashrc",
};

/** In shells without integration. */
export const PLAIN: Exceptions = { marks: "none", hooks: "has no such hook" };
