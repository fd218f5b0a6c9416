# tsm: what is added to zsh. The prompt reports to the session's daemon where it begins and ends, a
# hook that a command begins; the daemon keeps these marks to itself and makes of them what terminals
# want to know.

# Reads itself once more, so that each function below runs under these options and no others, whatever
# the user's are, which are back when it returns; so are traps that a function puts off. No alias is in
# any of them.
if [[ ${1-} != functions ]]; then
  \builtin emulate -R zsh -o no_aliases -o local_traps -c \
    '\builtin source $__tsm_directory/integration.zsh functions'
  # Only these run under the user's options, because the prompt will be expanded under those. Nothing
  # is to show the second one, such as tracing; a restricted shell cannot send that away.
  __tsm_precmd() {
    __tsm_refresh "$?" "${options[promptpercent]}" "${options[promptsubst]}" "${options[promptbang]}"
    # Put off by a run command that failed: its status would have ended the shell.
    if [[ -n $__tsm_errexit ]]; then
      __tsm_errexit=
      \builtin setopt err_exit
    fi
  }
  __tsm_quiet_precmd() {
    { __tsm_precmd; } >/dev/null 2>&1
  }
  __tsm_first() {
    if (( ! __tsm_is_ready )); then __tsm_precmd; fi
  }
  \builtin return 0
fi

# Installs the first hook. A .zshrc that replaces the list of hooks loses it: right before
# the first prompt it is called all the same.
__tsm_start() {
  builtin typeset -gi __tsm_is_ready=0 __tsm_is_exported=0
  builtin typeset -g __tsm_name='' __tsm_mark='' __tsm_plain='' __tsm_prompt=''
  builtin typeset -g __tsm_errexit=''
  builtin export TSM_SHELL_INTEGRATION=1 TSM_SESSION_FILE=$__tsm_file
  builtin typeset -ga precmd_functions
  __tsm_join precmd_functions __tsm_precmd
  if builtin zmodload zsh/sched 2>/dev/null; then builtin sched +0 __tsm_first; fi
}

# For a shell that has lost all this, or never had it; where it is in place it does no harm.
__tsm_arm() {
  if (( ! ${+__tsm_is_ready} )); then __tsm_start; fi
  __tsm_hook_in
}

# After the hooks that exist by now: themes rebuild PS1 in theirs.
__tsm_hook_in() {
  if (( $+functions[builtin] )); then
    # Then no command below would mean what it says.
    precmd_functions=(${precmd_functions:#__tsm_*})
    __tsm_is_ready=1
    return 0
  fi
  builtin typeset -ga precmd_functions preexec_functions zshaddhistory_functions
  __tsm_is_ready=1
  # Powerlevel10k computes the width of its prompt: there is no room for a name.
  if (( $+functions[p10k] )); then __tsm_shows_mark=''; fi
  __tsm_leave precmd_functions
  __tsm_leave preexec_functions
  __tsm_leave zshaddhistory_functions
  __tsm_join zshaddhistory_functions __tsm_addhistory
  # A DEBUG trap would see all that they do: then the prompt stays as it is now.
  if [[ "$(builtin trap)" == *DEBUG* ]]; then builtin typeset -g __tsm_has_debug_trap=1; fi
  if [[ -z ${__tsm_has_debug_trap-} ]]; then
    if [[ -o restricted ]]; then
      __tsm_join precmd_functions __tsm_precmd
    else
      __tsm_join precmd_functions __tsm_quiet_precmd
    fi
    __tsm_join preexec_functions __tsm_preexec
  fi
  __tsm_bind_keys
  __tsm_tell 'r;'
}

# Lists of hooks that the user has made read-only stay as they are.
__tsm_join() {
  if [[ ${(Pt)1} != *readonly* ]]; then builtin set -A $1 "${(@P)1}" $2; fi
}

__tsm_leave() {
  if [[ ${(Pt)1} != *readonly* ]]; then builtin set -A $1 "${(@)${(@P)1}:#__tsm_*}"; fi
}

# To the terminal itself: the shell's output may have been sent elsewhere.
__tsm_tell() {
  if [[ ! -o restricted ]]; then
    builtin print -rn -- $'\e]633;TSM_MARK='$__tsm_secret';'$1$'\a' >/dev/tty
  fi
}

# $1: exit status of the last command; $2 to $4: whether prompts expand percents, substitutions, bangs.
__tsm_refresh() {
  if (( ! __tsm_is_ready )); then __tsm_hook_in; fi
  builtin trap - ZERR DEBUG
  # The file follows a rename of the session.
  if [[ -r $__tsm_file ]]; then
    __tsm_name="$(<$__tsm_file)"
    if [[ $TSM_SESSION != $__tsm_name ]]; then builtin export TSM_SESSION=$__tsm_name; fi
  fi
  if [[ $PS1 != $__tsm_prompt ]]; then __tsm_plain=$PS1; fi
  if [[ $2 == off || ${(t)PS1} == *readonly* ]]; then
    __tsm_tell "p;;$1;$PWD"
    __tsm_tell 'i;?'
  fi
  if [[ ${(t)PS1} != *readonly* ]]; then __tsm_write_prompt $2 $3 $4; fi
  if [[ -n ${precmd_functions[(r)__tsm_*]} && $precmd_functions[-1] != __tsm_* ]]; then
    # What was added behind may build PS1 yet. The scheduler runs after all of them.
    __tsm_hook_in
    if (( $+builtins[sched] )); then builtin sched +0 __tsm_quiet_precmd; fi
  fi
  return 0
}

# A session's name may hold anything that a prompt expands. Where substitution is on, PS1 only names
# the variable with the mark, whose value zsh does not substitute once more.
__tsm_write_prompt() {
  local text=$__tsm_plain head='' tail label='' begin='' end='' flags='' reference='${__tsm_mark-}'
  if [[ -n $__tsm_mark ]]; then text=${text//"$__tsm_mark"/}; fi
  text=${text//"$reference"/}
  text=${text//$'%{\e]633;TSM_MARK='[^%]#'%?;%/'$'\a%}'/}
  text=${text//$'%{\e]633;TSM_MARK='[^%]#$'\a%}'/}
  __tsm_plain=$text
  # An empty prompt stays one for the eye.
  if [[ -n $text && -n $__tsm_shows_mark ]]; then
    label="[tsm:$__tsm_name] "
    if [[ $1 == on ]]; then label=${label//\%/%%}; fi
    if [[ $3 == on ]]; then label=${label//\!/!!}; fi
  fi
  __tsm_mark=$label
  if [[ -n $label && $2 == on ]]; then label=$reference; fi
  if [[ $1 == on ]]; then
    if [[ $text == *']133;'* ]]; then flags=m; fi
    begin=$'%{\e]633;TSM_MARK='$__tsm_secret';p;'$flags';%?;%/'$'\a%}'
    end=$'%{\e]633;TSM_MARK='$__tsm_secret';i'$'\a%}'
    # A lone percent at the end, which is shown as it is, would take the mark for its own.
    if (( ${#${text##*[^%]}} % 2 )); then end=%$end; fi
  fi
  # The last line: a theme may have filled the ones above to the full width.
  tail=${text##*$'\n'}
  head=${text[1,$(( $#text - $#tail ))]}
  if ! __tsm_is_whole "$tail"; then head='' tail=$text; fi
  if [[ ${(t)PS1} == *export* ]]; then
    __tsm_is_exported=1
    builtin typeset -g +x PS1
  fi
  PS1=$begin$head$label$tail$end
  __tsm_prompt=$PS1
}

# Whether a substitution begins before this piece of a prompt and ends in it.
__tsm_is_whole() {
  local open=${1//[^(]/} close=${1//[^)]/} left=${1//[^\{]/} right=${1//[^\}]/}
  [[ $#open -eq $#close && $#left -eq $#right && $1 != *'`'* ]]
}

# A command finds PS1, and other programs do, as the user has set it.
__tsm_preexec() {
  builtin trap - ZERR DEBUG
  # Only where it is written once more at the next prompt.
  if [[ -n $__tsm_prompt && $PS1 == $__tsm_prompt && -n ${precmd_functions[(r)__tsm_*]} ]]; then
    PS1=$__tsm_plain
    __tsm_prompt=''
    if (( __tsm_is_exported )); then builtin typeset -gx PS1; fi
  fi
  __tsm_is_exported=0
  __tsm_tell x
}

# What 'tsm run' types is no command of the user's.
__tsm_addhistory() {
  builtin trap - ZERR DEBUG
  if [[ $1 == *' \builtin \. '*'..run-'* ]]; then return 1; fi
}

__tsm_bind_keys() {
  if (( $+builtins[bindkey] )); then
    # Typed before a line: leaves the command state of vi, and does nothing elsewhere.
    builtin bindkey -M main -s '\e[633~' ''
    builtin bindkey -M vicmd '\e[633~' vi-insert
    builtin bindkey -M viins -s '\e[633~' ''
    builtin bindkey -M emacs -s '\e[633~' ''
    __tsm_bind "$__tsm_key_full" tui --full
    __tsm_bind "$__tsm_key_palette" palette
    __tsm_bind "$__tsm_key_toggle" toggle
  fi
}

__tsm_bind() {
  local keymap key=$1 widget=__tsm_open_$2
  shift
  if [[ -z $key ]]; then return 0; fi
  # Zsh gives programs in a widget no terminal to read from.
  functions[$widget]="zle -I; ${(q)__tsm_executable} ${(j: :)@} <\$TTY; zle reset-prompt"
  builtin zle -N $widget
  for keymap in main emacs viins vicmd; do builtin bindkey -M $keymap $key $widget; done
}
