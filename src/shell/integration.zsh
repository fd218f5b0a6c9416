# tsm: zsh reads this as the .zshenv of a directory that tsm named in ZDOTDIR. The very first thing
# is to name the user's own directory again, so that zsh itself finds every other file there:
# .zprofile, .zshrc, .zlogin and .zlogout run as if tsm were not here.
#
# The functions stand before the user's .zshenv, which could change how they are read.

# Runs behind the other precmd functions, as what follows it does: themes build PS1 anew in theirs.
__tsm_precmd() {
  local -i code=$?
  emulate -L zsh
  if (( ! __tsm_is_ready )); then __tsm_prepare; fi
  __tsm_read_name
  if (( __tsm_sends_marks && __tsm_has_run )); then print -rn -- $'\e]133;D;'$code$'\a'; fi
  __tsm_has_run=0
  if (( __tsm_sends_cwd )); then
    __tsm_encode_cwd
    print -rn -- $'\e]7;file://'$HOST$__tsm_cwd_url$'\a'
  fi
  if (( __tsm_sends_title )); then print -rn -- $'\e]2;tsm:'$__tsm_name$'\a'; fi
  if [[ $precmd_functions[-1] != __tsm_decorate_prompt ]]; then
    # What was added behind may build PS1 yet. The scheduler runs after all of them, before the
    # prompt; from the next prompt on these two are the last again.
    precmd_functions=(${precmd_functions:#__tsm_*} __tsm_precmd __tsm_decorate_prompt)
    if zmodload zsh/sched 2>/dev/null; then sched +0 __tsm_decorate_prompt; fi
  fi
}

__tsm_preexec() {
  emulate -L zsh
  __tsm_has_run=1
  if (( __tsm_sends_marks )); then print -rn -- $'\e]133;C\a'; fi
}

# What 'tsm run' types is no command of the user's.
__tsm_addhistory() {
  [[ $1 != ' builtin . '*'..run-'* ]]
}

# At the first prompt, when all of the user's files have run.
__tsm_prepare() {
  local name text="$PS1"
  typeset -gi __tsm_is_ready=1 __tsm_has_run=0
  typeset -gi __tsm_sends_marks=1 __tsm_sends_cwd=1 __tsm_sends_title=1
  # Powerlevel10k and Oh My Posh define marks even where they send none; where they do, PS1 shows it.
  for name in ${(k)functions}; do
    case $name in
      __tsm_* | _p9k* | p10k* | _omp* | prompt_*) ;;
      *) text+=$functions[$name] ;;
    esac
  done
  if [[ $text == *']133;'* ]]; then __tsm_sends_marks=0; fi
  if [[ $text == *']7;'* ]]; then __tsm_sends_cwd=0; fi
  if [[ $text == *']0;'* || $text == *']2;'* ]]; then __tsm_sends_title=0; fi
  # Powerlevel10k computes the width of its prompt: there is no room for a mark.
  if (( $+functions[p10k] )); then __tsm_shows_mark=0; fi
  preexec_functions+=(__tsm_preexec)
  zshaddhistory_functions+=(__tsm_addhistory)
  __tsm_bind "$__tsm_key_full" tui --full
  __tsm_bind "$__tsm_key_palette" palette
  __tsm_bind "$__tsm_key_toggle" toggle
}

# Right before the first prompt: a .zshrc that sets the list of hooks anew has lost ours.
__tsm_start() {
  if (( ! __tsm_is_ready )); then
    __tsm_precmd
    __tsm_decorate_prompt
  fi
}

# The file follows a rename of the session.
__tsm_read_name() {
  local name
  if { IFS= read -r name <$__tsm_file } 2>/dev/null && [[ -n $name ]]; then __tsm_name=$name; fi
  export TSM_SESSION=$__tsm_name
}

# A session's name may hold anything that a prompt expands. Where substitution is on, PS1 only names
# the variable with the mark, whose value zsh does not substitute once more.
__tsm_decorate_prompt() {
  local -i substitutes=0 percents=0 bangs=0
  [[ -o prompt_subst ]] && substitutes=1
  [[ -o prompt_percent ]] && percents=1
  [[ -o prompt_bang ]] && bangs=1
  emulate -L zsh
  local text=$PS1 head='' tail mark=''
  local start=$'%{\e]133;A\a%}' end=$'%{\e]133;B\a%}' reference='${__tsm_mark-}'
  if [[ ${(t)PS1} == *readonly* ]]; then return; fi
  text=${text//"$start"/}
  text=${text//"$end"/}
  text=${text//"$reference"/}
  if [[ -n $__tsm_mark ]]; then text=${text//"$__tsm_mark"/}; fi
  if [[ -z $text ]]; then return; fi
  typeset -g __tsm_mark=''
  if (( __tsm_shows_mark )); then
    __tsm_mark="[tsm:$__tsm_name] "
    if (( percents )); then __tsm_mark=${__tsm_mark//\%/%%}; fi
    if (( bangs )); then __tsm_mark=${__tsm_mark//\!/!!}; fi
    mark=$__tsm_mark
    if (( substitutes )); then mark=$reference; fi
  fi
  if (( ! __tsm_sends_marks || ! percents )); then start='' end=''; fi
  # The last line: a theme may have filled the ones above to the full width.
  tail=${text##*$'\n'}
  head=${text[1,$(( $#text - $#tail ))]}
  if ! __tsm_is_whole "$tail"; then head='' tail=$text; fi
  PS1=$start$head$mark$tail$end
}

# Whether a substitution begins before this piece of a prompt and ends in it.
__tsm_is_whole() {
  local open=${1//[^(]/} close=${1//[^)]/} left=${1//[^\{]/} right=${1//[^\}]/}
  [[ $#open -eq $#close && $#left -eq $#right && $1 != *'`'* ]]
}

# The working directory as the path of a URL, computed once for each directory.
__tsm_encode_cwd() {
  setopt local_options extended_glob no_multibyte
  if [[ $PWD == $__tsm_cwd ]]; then return; fi
  local MATCH MBEGIN MEND
  typeset -g __tsm_cwd=$PWD
  typeset -g __tsm_cwd_url=${PWD//(#m)[^a-zA-Z0-9\/._~-]/%${(l:2::0:)$(( [##16] #MATCH ))}}
}

__tsm_bind() {
  local keymap key=$1 widget=__tsm_run_$2
  shift
  if [[ -z $key ]]; then return; fi
  # Zsh gives programs in a widget no terminal to read from.
  functions[$widget]="zle -I; ${(q)__tsm_executable} ${(j: :)@} <\$TTY; zle reset-prompt"
  zle -N $widget
  for keymap in emacs viins vicmd; do bindkey -M $keymap $key $widget; done
}

if (( $+TSM_ORIG_ZDOTDIR )); then
  export ZDOTDIR=$TSM_ORIG_ZDOTDIR
  unset TSM_ORIG_ZDOTDIR
else
  unset ZDOTDIR
fi
if [[ -o interactive ]]; then
  typeset -gi __tsm_is_ready=0
  typeset -g __tsm_mark='' __tsm_cwd='' __tsm_cwd_url=''
  export TSM_SHELL_INTEGRATION=1 TSM_SESSION_FILE=$__tsm_file
  typeset -ga precmd_functions
  precmd_functions+=(__tsm_precmd __tsm_decorate_prompt)
  if zmodload zsh/sched 2>/dev/null; then sched +0 __tsm_start; fi
fi
if [[ -r ${ZDOTDIR-~}/.zshenv ]]; then source ${ZDOTDIR-~}/.zshenv; fi
