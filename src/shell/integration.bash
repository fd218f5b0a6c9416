# tsm: bash reads this instead of ~/.bashrc. First the user's own files, in the order of a login
# shell; then what tsm adds, which keeps away from anything that those files have set up already.

if [ -r /etc/profile ]; then . /etc/profile; fi
if [ -r ~/.bash_profile ]; then
  . ~/.bash_profile
elif [ -r ~/.bash_login ]; then
  . ~/.bash_login
elif [ -r ~/.profile ]; then
  . ~/.profile
elif [ -r ~/.bashrc ]; then
  . ~/.bashrc
fi

# A login shell runs this as it ends.
if [[ -z $(trap -p EXIT) ]]; then
  trap 'if [ -r ~/.bash_logout ]; then . ~/.bash_logout; fi' EXIT
fi

export TSM_SHELL_INTEGRATION=1 TSM_SESSION_FILE=$__tsm_file

# What the user's set-up sends by itself. Oh My Posh defines its marks even where it sends none; where
# it does, they show in PS1.
__tsm_text="${PS1-}${PS0-}${PROMPT_COMMAND[*]-}$(trap -p DEBUG)"
__tsm_text+=$(declare -f $(compgen -A function -X '_omp*'))
__tsm_sends_marks=1 __tsm_sends_cwd=1 __tsm_sends_title=1
case $__tsm_text in *']133;'*) __tsm_sends_marks= ;; esac
case $__tsm_text in *']7;'*) __tsm_sends_cwd= ;; esac
case $__tsm_text in *']0;'* | *']2;'*) __tsm_sends_title= ;; esac
unset __tsm_text

# A variable that cannot be changed is left as it is, and its mark is left out.
__tsm_is_writable() {
  [[ ! $(declare -p "$1" 2>/dev/null) =~ ^declare\ -[A-Za-z]*r ]]
}
__tsm_has_prompt=1
__tsm_is_writable PS1 || __tsm_has_prompt=

# PS0, and \# outside a prompt, exist since bash 4.4: without them nobody knows where output begins.
__tsm_has_output=
if ((BASH_VERSINFO[0] > 4 || (BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 4))); then
  __tsm_has_output=1
fi
__tsm_counter='\#'
__tsm_count=

# Runs last of the prompt commands: themes build PS1 anew in theirs.
__tsm_precmd() {
  local code=${__tsm_code:-$?}
  __tsm_code=
  # A command of 'tsm run' that did not get to say its own end: Ctrl+C, return.
  if [[ -n ${__tsm_run_nonce-} ]]; then printf '\033]633;TSM_RUN=%s;e;%d\a' "$__tsm_run_nonce" "$code" >/dev/tty; fi
  __tsm_run_nonce=
  __tsm_read_name
  if [[ -n $__tsm_sends_marks && -n $__tsm_has_output ]]; then
    # The number grows with each command, and stays after an empty line.
    local count=${__tsm_counter@P}
    if [[ -n $__tsm_count && $count != "$__tsm_count" ]]; then
      printf '\033]133;D;%s\a' "$code"
    fi
    __tsm_count=$count
  fi
  if [[ -n $__tsm_sends_cwd ]]; then
    __tsm_encode_cwd
    printf '\033]7;file://%s%s\a' "${HOSTNAME-}" "$__tsm_cwd_url"
  fi
  if [[ -n $__tsm_sends_title ]]; then printf '\033]2;tsm:%s\a' "$__tsm_name"; fi
  if [[ -n $__tsm_has_prompt ]]; then __tsm_decorate_prompt; fi
  # Bash gives the next command its own exit status back; any other here would end it with errexit.
  return 0
}

# Where there is one prompt command only, this keeps the exit status for the one at its end.
__tsm_keep_code() {
  __tsm_code=$?
  return "$__tsm_code"
}

# The file follows a rename of the session.
__tsm_read_name() {
  local name
  if IFS= read -r name 2>/dev/null <"$__tsm_file" && [[ -n $name ]]; then __tsm_name=$name; fi
  export TSM_SESSION=$__tsm_name
  __tsm_mark=
  if [[ -n $__tsm_shows_mark ]]; then __tsm_mark="[tsm:$__tsm_name] "; fi
}

# PS1 only names the variable that holds the mark: bash does not expand its value once more, so
# nothing in a session's name can be run.
__tsm_decorate_prompt() {
  local start='\[\e]133;A\a\]' end='\[\e]133;B\a\]' mark='${__tsm_mark-}'
  local prompt=${PS1-} head='' tail
  prompt=${prompt//"$start"/}
  prompt=${prompt//"$end"/}
  prompt=${prompt//"$mark"/}
  if [[ -z $prompt ]]; then return; fi
  # The last line: a theme may have filled the ones above to the full width.
  tail=$prompt
  if [[ $tail == *$'\n'* ]]; then tail=${tail##*$'\n'}; fi
  if [[ $tail == *'\n'* ]]; then tail=${tail##*'\n'}; fi
  head=${prompt:0:${#prompt}-${#tail}}
  if [[ $head == *'\\n' ]] || ! __tsm_is_whole "$tail"; then head='' tail=$prompt; fi
  if [[ -z $__tsm_sends_marks ]]; then start='' end=''; fi
  # Without promptvars the reference would show as it is written.
  if ! shopt -q promptvars; then mark=''; fi
  PS1=$start$head$mark$tail$end
}

# Whether a substitution begins before this piece of a prompt and ends in it.
__tsm_is_whole() {
  local open=${1//[!(]/} close=${1//[!)]/}
  local left=${1//[!\{]/} right=${1//[!\}]/}
  [[ ${#open} -eq ${#close} && ${#left} -eq ${#right} && $1 != *'`'* ]]
}

# The working directory as the path of a URL, computed once for each directory.
__tsm_encode_cwd() {
  if [[ $PWD == "${__tsm_cwd-}" ]]; then return; fi
  __tsm_cwd=$PWD
  __tsm_cwd_url=
  local LC_ALL=C index byte hex
  for ((index = 0; index < ${#__tsm_cwd}; index++)); do
    byte=${__tsm_cwd:index:1}
    case $byte in
      [a-zA-Z0-9/._~-]) __tsm_cwd_url+=$byte ;;
      *)
        printf -v hex '%d' "'$byte"
        printf -v hex '%%%02X' "$((hex & 255))"
        __tsm_cwd_url+=$hex
        ;;
    esac
  done
}

__tsm_bind() {
  local keymap
  if [[ -z $1 ]]; then return; fi
  for keymap in emacs vi-insert vi-command; do
    # Fails where line editing is off: then there is no key to bind.
    bind -m "$keymap" -x "\"$1\": __tsm_run $2" 2>/dev/null || return 0
  done
}
__tsm_run() {
  "$__tsm_executable" "$@"
}
__tsm_bind "$__tsm_key_full" 'tui --full'
__tsm_bind "$__tsm_key_palette" palette
__tsm_bind "$__tsm_key_toggle" toggle

# What 'tsm run' types is no command of the user's.
if __tsm_is_writable HISTIGNORE; then
  HISTIGNORE=${HISTIGNORE:+$HISTIGNORE:}' builtin . *..run-*'
fi

if __tsm_is_writable PROMPT_COMMAND; then
  if ((BASH_VERSINFO[0] > 5 || (BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1))); then
    # Each command of the list finds the same exit status. A list is not handed to other programs
    # either, so that no other bash looks for functions which it does not have.
    PROMPT_COMMAND=(${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"} __tsm_precmd)
  else
    PROMPT_COMMAND="__tsm_keep_code"$'\n'"${PROMPT_COMMAND-}"$'\n'"__tsm_precmd"
    declare +x PROMPT_COMMAND
  fi
  if [[ -n $__tsm_sends_marks && -n $__tsm_has_output ]] && __tsm_is_writable PS0; then
    PS0='\e]133;C\a'${PS0-}
  fi
fi
