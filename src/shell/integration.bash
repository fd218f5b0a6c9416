# tsm: what is added to bash. PS1 reports to the session's daemon where a prompt begins and ends, PS0
# that a command begins; the daemon keeps these marks to itself and makes of them what terminals want
# to know. They are in the prompt because nothing has to run for them there: no alias, function,
# option or trap can come in between.
#
# Read before the user's own files, so that no alias is in it. Works from bash 3.2 on.

# Values are only named: they are read when the prompt is shown, and not expanded again.
__tsm_begin='\[\e]633;TSM_MARK=${__tsm_secret-};p;;$?;$PWD\a\]'
__tsm_end='\[\e]633;TSM_MARK=${__tsm_secret-};i\a\]'
__tsm_command='\e]633;TSM_MARK=${__tsm_secret-};x\a'
__tsm_label='${__tsm_mark-}'
# The same for a prompt in which nothing can be named (promptvars is off).
__tsm_literal_begin=${__tsm_begin//'${__tsm_secret-}'/$__tsm_secret}
__tsm_literal_end=${__tsm_end//'${__tsm_secret-}'/$__tsm_secret}
__tsm_literal_command=${__tsm_command//'${__tsm_secret-}'/$__tsm_secret}

\export TSM_SHELL_INTEGRATION=1 TSM_SESSION_FILE="$__tsm_file"

# Puts everything in its place; once more, and later on, does no harm.
# $1: what `trap -p DEBUG RETURN` says, empty without such traps. They are not to see any of this.
__tsm_arm() {
  if [[ $- == *T* && -n $1 ]]; then \trap - DEBUG RETURN; fi
  case $- in
    *a*) # What is assigned here is no variable for other programs.
      \set +a
      __tsm_arm_all "$1"
      \set -a
      ;;
    *) __tsm_arm_all "$1" ;;
  esac
  if [[ $- == *T* && -n $1 ]]; then \eval "$1"; fi
}

__tsm_arm_all() {
  __tsm_find_caller
  __tsm_problem=
  if [[ $1 == *"trap -- '"*" DEBUG"* || ($- == *T* && $1 == *"trap -- '"*) ]]; then
    __tsm_has_trap=1
  fi
  if [[ -z $__tsm_do ]]; then
    __tsm_problem="functions are called builtin and command"
  else
    if __tsm_has_attribute PS1 r; then __tsm_problem="PS1 is read-only"; fi
    # What changes all that is assigned: numbers, lower and upper case.
    if __tsm_has_attribute PS1 '[ilu]'; then __tsm_problem="PS1 is changed as it is assigned"; fi
  fi
  __tsm_name= __tsm_prompt= __tsm_has_command=
  if [[ -n $__tsm_do ]] && __tsm_is_at_least 4 4 && ! __tsm_has_attribute PS0 r; then
    __tsm_has_command=1
  fi
  __tsm_refresh
  if [[ -n $__tsm_do ]]; then
    __tsm_hook
    __tsm_keep_out_of_history
    if [[ -o emacs || -o vi ]]; then __tsm_bind_keys; fi
    if [[ $- != *r* ]]; then
      "$__tsm_do" printf '\033]633;TSM_MARK=%s;r;%s\007' "$__tsm_secret" "$__tsm_problem" >/dev/tty
    fi
  fi
}

# Which of these two reaches a builtin: functions of the same name may hide either one.
__tsm_find_caller() {
  __tsm_do=
  if [[ $(\command printf %s "$__tsm_secret") == "$__tsm_secret" ]]; then
    __tsm_do=command
  elif [[ $(\builtin printf %s "$__tsm_secret") == "$__tsm_secret" ]]; then
    __tsm_do=builtin
  fi
}

__tsm_is_at_least() {
  ((BASH_VERSINFO[0] > $1 || (BASH_VERSINFO[0] == $1 && BASH_VERSINFO[1] >= $2)))
}

__tsm_has_attribute() {
  # A restricted shell can send no complaint away: there only what is set is asked for.
  case $- in
    *r*) if [[ -n ${!1+set} ]]; then __tsm_found=$("$__tsm_do" declare -p "$1"); else __tsm_found=; fi ;;
    *) __tsm_found=$("$__tsm_do" declare -p "$1" 2>/dev/null) ;;
  esac
  __tsm_found=${__tsm_found#declare -}
  [[ ${__tsm_found%% *} == *$2* ]]
}

# A variable with something of ours in it is not handed to other programs.
__tsm_keep_home() {
  if __tsm_has_attribute "$1" x; then "$__tsm_do" export -n "$1"; fi
}

# Runs after the other prompt commands: themes rebuild PS1 in theirs. A DEBUG trap, with functrace
# a RETURN trap, and `set -v` would show it: then there is none, and PS1 stays as it is now.
__tsm_hook() {
  if [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then
    # bash-preexec would take anything after its own prompt command for a user's command.
    if [[ " ${precmd_functions[*]-} " != *__tsm_on_prompt* ]]; then
      precmd_functions+=(__tsm_on_prompt)
    fi
  elif [[ -z ${__tsm_has_trap-} && $- != *v* && ${PROMPT_COMMAND[*]-} != *__tsm_on_prompt* ]] &&
    ! __tsm_has_attribute PROMPT_COMMAND r; then
    # Tracing is not to show it either; a restricted shell cannot send that away.
    __tsm_call='{ __tsm_on_prompt; } 2>/dev/null'
    if [[ $- == *r* ]]; then __tsm_call=__tsm_on_prompt; fi
    if __tsm_is_at_least 5 1; then
      # A list is not handed to other programs.
      PROMPT_COMMAND=(${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"} "$__tsm_call")
    else
      PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}$__tsm_call
      __tsm_keep_home PROMPT_COMMAND
    fi
  fi
}

# What 'tsm run' types is no command of the user's. bash-preexec has to find it in the history, or it
# takes the one before for it; then the run itself removes it.
__tsm_keep_out_of_history() {
  if [[ -z ${bash_preexec_imported-}${__bp_imported-} && ${HISTIGNORE-} != *..run-* ]] &&
    ! __tsm_has_attribute HISTIGNORE r; then
    HISTIGNORE=${HISTIGNORE:+$HISTIGNORE:}' \\. *..run-*'
    __tsm_keep_home HISTIGNORE
  fi
}

# Bash itself gives the next command the $? and $_ that it would have found without this.
__tsm_on_prompt() {
  case $- in
    *a*)
      "$__tsm_do" set +a
      __tsm_refresh
      "$__tsm_do" set -a
      ;;
    *) __tsm_refresh ;;
  esac
  # Put off by a run command that failed: its status would have ended the shell.
  if [[ -n ${__tsm_errexit-} ]]; then
    __tsm_errexit=
    "$__tsm_do" set -e
  fi
}

__tsm_refresh() {
  # The file follows a rename of the session; the second one is there from the first rename on.
  if [[ -r $__tsm_file && (-z $__tsm_name || -e $__tsm_file.renamed) ]]; then
    __tsm_name=$(<"$__tsm_file")
    if [[ ${TSM_SESSION-} != "$__tsm_name" ]]; then TSM_SESSION=$__tsm_name; fi
    __tsm_mark=
    if [[ -n $__tsm_shows_mark ]]; then __tsm_mark="[tsm:$__tsm_name] "; fi
  fi
  if [[ -n $__tsm_problem ]]; then
    :
  elif [[ ${BASHOPTS-promptvars} != *promptvars* ]]; then
    __tsm_write_command "$__tsm_literal_command" "$__tsm_command"
    __tsm_write_prompt '' "$__tsm_literal_begin" "$__tsm_literal_end"
  else
    __tsm_write_command "$__tsm_command" "$__tsm_literal_command"
    if [[ ${PS1-} != "$__tsm_prompt" || $__tsm_prompt != *"$__tsm_end" ]]; then
      __tsm_write_prompt "$__tsm_label" "$__tsm_begin" "$__tsm_end"
    fi
  fi
}

# PS0 with the mark in front, in the form that is wanted now; $2: the other one.
__tsm_write_command() {
  if [[ -n ${__tsm_has_command-} && ${PS0-} != "$1"* ]]; then
    __tsm_found=${PS0-}
    PS0=$1${__tsm_found#"$2"}
    if [[ -n $__tsm_do ]]; then __tsm_keep_home PS0; fi
  fi
}

# PS1 with marks around it and the session's name before its last line: a theme may have filled the
# ones above to the full width.
__tsm_write_prompt() {
  __tsm_text=${PS1-}
  for __tsm_piece in "$__tsm_begin" "$__tsm_end" "$__tsm_label" \
    "$__tsm_literal_begin" "$__tsm_literal_end"; do
    __tsm_text=${__tsm_text//"$__tsm_piece"/}
    __tsm_piece=${__tsm_piece/;p;;/;p;m;}
    __tsm_text=${__tsm_text//"$__tsm_piece"/}
  done
  __tsm_tail=$__tsm_text
  if [[ $__tsm_tail == *$'\n'* ]]; then __tsm_tail=${__tsm_tail##*$'\n'}; fi
  if [[ $__tsm_tail == *'\n'* ]]; then __tsm_tail=${__tsm_tail##*'\n'}; fi
  __tsm_head=${__tsm_text:0:${#__tsm_text}-${#__tsm_tail}}
  if [[ $__tsm_head == *'\\n' ]] || ! __tsm_is_whole "$__tsm_tail"; then
    __tsm_head='' __tsm_tail=$__tsm_text
  fi
  __tsm_piece=$2
  if [[ $__tsm_text == *']133;'* ]]; then __tsm_piece=${2/;p;;/;p;m;}; fi
  # An empty prompt stays one for the eye.
  if [[ -n $__tsm_text ]]; then __tsm_head+=$1; fi
  # A lone backslash at the end, which is shown as it is, would take the mark for its own.
  __tsm_left=${__tsm_text##*[!\\]}
  if ((${#__tsm_left} % 2)); then __tsm_tail+='\'; fi
  PS1=$__tsm_piece$__tsm_head$__tsm_tail$3
  __tsm_prompt=$PS1
  if [[ -n $__tsm_do ]]; then __tsm_keep_home PS1; fi
}

# Whether a substitution begins before this piece of a prompt and ends in it.
__tsm_is_whole() {
  __tsm_open=${1//[!(]/} __tsm_close=${1//[!)]/}
  __tsm_left=${1//[!\{]/} __tsm_right=${1//[!\}]/}
  [[ ${#__tsm_open} -eq ${#__tsm_close} && ${#__tsm_left} -eq ${#__tsm_right} && $1 != *'`'* ]]
}

__tsm_bind_keys() {
  # Typed before a line: leaves the command state of vi, and does nothing elsewhere.
  "$__tsm_do" bind -m vi-command '"\e[633~": vi-insertion-mode'
  "$__tsm_do" bind -m vi-insert '"\e[633~": ""'
  "$__tsm_do" bind -m emacs '"\e[633~": ""'
  __tsm_bind "$__tsm_key_full" 'tui --full'
  __tsm_bind "$__tsm_key_palette" palette
  __tsm_bind "$__tsm_key_toggle" toggle
}

__tsm_bind() {
  if [[ -n $1 ]]; then
    for __tsm_keymap in emacs vi-insert vi-command; do
      "$__tsm_do" bind -m "$__tsm_keymap" -x "\"$1\": __tsm_open $2"
    done
  fi
}

__tsm_open() {
  "$__tsm_executable" "$@"
}
