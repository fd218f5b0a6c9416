import { join } from "node:path";

import type { SetUp } from "./set-up.ts";

/** Frameworks as they come, where a registry has them; see also the stand-ins below. */
const NODE_MODULES = join(import.meta.dir, "../../../node_modules");
const FZF = "/usr/share/doc/fzf/examples";

/**
 * bash-preexec hooks in by a DEBUG trap that it sets at the first prompt, and by a first and a last
 * prompt command: a command between that and the next first one is the user's.
 */
const LIKE_BASH_PREEXEC = `
bash_preexec_imported=defined
precmd_functions=(count) preexec_functions=(note) preexec_mode= noted=
note() { noted=$1; }
preexec_invoke() {
  if [[ -z $preexec_mode || -n \${READLINE_POINT-} ]]; then return; fi
  preexec_mode=
  local line f
  line=$(HISTTIMEFORMAT= builtin history 1)
  line=\${line#*[0-9] }
  for f in "\${preexec_functions[@]}"; do "$f" "\${line# }"; done
}
preexec_precmd() { local f; for f in "\${precmd_functions[@]}"; do "$f"; done; }
preexec_interactive() { preexec_mode=on; }
preexec_install() {
  PROMPT_COMMAND=$'preexec_precmd\\npreexec_interactive'
  trap preexec_invoke DEBUG
  preexec_precmd
  preexec_interactive
}
PROMPT_COMMAND=preexec_install
`;

export const FRAMEWORKS: Readonly<Record<"bash" | "zsh" | "fish", readonly SetUp[]>> = {
  bash: [
    { name: "zoxide", startUp: 'eval "$(zoxide init bash)"', needs: "zoxide" },
    { name: "direnv", startUp: 'eval "$(direnv hook bash)"', needs: "direnv" },
    {
      name: "fzf key bindings",
      startUp: `. ${FZF}/key-bindings.bash`,
      needs: `${FZF}/key-bindings.bash`,
    },
    { name: "like bash-preexec (atuin, bash-it)", startUp: LIKE_BASH_PREEXEC },
    {
      name: "like starship",
      startUp:
        "theme_start=; theme_mark() { theme_start=1; }; theme_code=0; theme() { theme_code=$?; PS1='$(echo P)> '; count; }; PS0='${theme_start:0:0}'; PROMPT_COMMAND=theme",
    },
    {
      name: "like starship before 1.18: a DEBUG trap, PS1 built anew",
      startUp: "theme() { PS1='P> '; count; }; PROMPT_COMMAND=theme; trap 'theme_start=1' DEBUG",
      except: { marks: "none" },
    },
    {
      name: "like conda: PS1 with what came before",
      startUp: 'PS1="P> "; conda() { PS1="(base) $PS1"; }',
    },
    { name: "like nvm: cd is a function", startUp: 'cd() { builtin cd "$@"; }; nvm() { :; }' },
    { name: "like ble.sh: PROMPT_COMMAND is a list", startUp: "PROMPT_COMMAND=(count true)" },
    {
      name: "like history sharing: history -a; history -n",
      startUp: "PROMPT_COMMAND='count; history -a; history -n'",
    },
  ],
  zsh: [
    { name: "zoxide", startUp: 'eval "$(zoxide init zsh)"', needs: "zoxide" },
    { name: "direnv", startUp: 'eval "$(direnv hook zsh)"', needs: "direnv" },
    {
      name: "fzf key bindings",
      startUp: `. ${FZF}/key-bindings.zsh`,
      needs: `${FZF}/key-bindings.zsh`,
    },
    {
      name: "zsh-autosuggestions",
      startUp: ". /usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh",
      needs: "/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh",
    },
    {
      name: "zsh-syntax-highlighting",
      startUp: ". /usr/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh",
      needs: "/usr/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh",
    },
    {
      name: "pure",
      startUp: `fpath+=(${NODE_MODULES}/pure-prompt); autoload -U promptinit; promptinit; PURE_PROMPT_SYMBOL='P>'; PURE_GIT_PULL=0; prompt pure`,
      needs: join(NODE_MODULES, "pure-prompt/pure.zsh"),
      except: { quiet: "a line above the prompt" },
    },
    {
      name: "spaceship",
      startUp: `SPACESHIP_CHAR_SYMBOL='P> '; SPACESHIP_PROMPT_ASYNC=false; SPACESHIP_PROMPT_ADD_NEWLINE=false; SPACESHIP_PROMPT_ORDER=(char); source ${NODE_MODULES}/spaceship-prompt/spaceship.zsh`,
      needs: join(NODE_MODULES, "spaceship-prompt/spaceship.zsh"),
    },
    {
      name: "like oh-my-zsh: prompt_subst, PROMPT with functions",
      startUp: "setopt prompt_subst; git_prompt() { echo -n P }; PROMPT='$(git_prompt)> '",
    },
    {
      name: "like powerlevel10k: PS1 built in precmd, its width computed",
      startUp: "p10k() { : }; p9k_precmd() { PS1='P> ' }; precmd_functions+=(p9k_precmd)",
    },
    {
      name: "like prezto: prompt_opts, add-zsh-hook",
      startUp:
        "setopt prompt_percent prompt_subst; autoload -Uz add-zsh-hook; sorin() { PS1='P> ' }; add-zsh-hook precmd sorin",
    },
    {
      name: "like starship: PROMPT is a substitution",
      startUp: "setopt prompt_subst; PROMPT='$(echo -n P)> '",
    },
    {
      name: "like atuin: preexec and precmd hooks",
      startUp:
        "autoload -Uz add-zsh-hook; a() { n=$1 }; b() { m=$? }; add-zsh-hook preexec a; add-zsh-hook precmd b",
    },
    { name: "like nvm: cd is a function", startUp: 'cd() { builtin cd "$@" }; nvm() { : }' },
  ],
  fish: [
    { name: "zoxide", startUp: "zoxide init fish | source", needs: "zoxide" },
    { name: "direnv", startUp: "direnv hook fish | source", needs: "direnv" },
    {
      name: "fzf key bindings",
      startUp: `source ${FZF}/key-bindings.fish; fzf_key_bindings`,
      needs: `${FZF}/key-bindings.fish`,
    },
    {
      name: "like starship: the prompt is a program's",
      startUp: "function fish_prompt; sh -c 'printf \"P> \"'; end",
    },
    {
      name: "like atuin: event handlers",
      startUp:
        "function a --on-event fish_preexec; set -g n $argv; end; function b --on-event fish_postexec; set -g m $status; end",
    },
  ],
};
