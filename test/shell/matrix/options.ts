import type { Exceptions, MatrixShell } from "./set-up.ts";

/** How a shell's options are listed, turned on and turned off. */
export interface OptionKind {
  /** The command that people know them by. */
  title: string;
  /** Prints one option a line: `name on` or `name off`. */
  list: string;
  on(name: string): string;
  off(name: string): string;
}

export const OPTION_KINDS: Readonly<Partial<Record<MatrixShell, readonly OptionKind[]>>> = {
  bash: [
    {
      title: "set -o",
      list: "set -o",
      on: (name) => `set -o ${name}`,
      off: (name) => `set +o ${name}`,
    },
    {
      title: "shopt",
      list: "shopt",
      on: (name) => `shopt -s ${name}`,
      off: (name) => `shopt -u ${name}`,
    },
  ],
  zsh: [
    {
      title: "setopt",
      list: 'for option in ${(ko)options}; do print -r -- "$option ${options[$option]}"; done',
      on: (name) => `setopt ${name}`,
      off: (name) => `unsetopt ${name}`,
    },
  ],
};

/**
 * Options that are not tried: the shell does not let them be changed while it runs, ends by them, or
 * says itself that they are for scripts.
 */
export const UNTRIED: Readonly<Partial<Record<MatrixShell, Readonly<Record<string, string>>>>> = {
  bash: {
    noexec: "ignored in interactive shells",
    onecmd: "ends the shell",
    privileged: "changes users",
    login_shell: "cannot be changed",
    restricted_shell: "cannot be changed",
    emacs: "see the set-ups",
    vi: "see the set-ups",
  },
  zsh: {
    exec: "ends the shell's work",
    interactive: "cannot be changed",
    login: "makes it another shell",
    loginshell: "cannot be changed",
    monitor: "needs a terminal of its own",
    privileged: "changes users",
    restricted: "see the set-ups",
    shinstdin: "cannot be changed",
    singlecommand: "ends the shell",
    zle: "see the set-ups",
  },
};

/** Options with which something does not hold, and what is so instead. */
export const OPTION_EXCEPTIONS: Readonly<
  Partial<Record<MatrixShell, Readonly<Record<string, Exceptions>>>>
> = {
  bash: {
    verbose: {
      hooks: "lines are shown as they are read",
      run: "lines are shown as they are read",
      quiet: "the hook's line is shown",
    },
    xtrace: { hooks: "traced", run: "traced", quiet: "the user's hooks are traced" },
  },
  zsh: {
    sourcetrace: { hooks: "traced", run: "traced" },
    warnnestedvar: { quiet: "the user's hooks are warned of" },
    xtrace: { hooks: "traced", run: "traced", quiet: "the user's hooks are traced" },
  },
};
