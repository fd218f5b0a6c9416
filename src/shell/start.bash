# tsm: bash reads this as the file that ENV names, which it does with --posix; where ENV is not heeded
# (the bash of macOS), instead of ~/.bashrc. First bash becomes what it would have been without tsm,
# then the user's own files run in the order of a login shell. All of it is one command, read as a
# whole before any of them could change how it is read.
{
  if [[ -o posix ]]; then
    \unset ENV
    \set +o posix
    \shopt -u inherit_errexit 2>/dev/null # does not end with posix mode
    if [[ ${HISTFILE-} == ~/.sh_history ]]; then HISTFILE=~/.bash_history; fi
  fi
  if [[ -n ${TSM_ORIG_ENV-} ]]; then \export ENV=$TSM_ORIG_ENV; fi
  \unset TSM_ORIG_ENV
  \. "$__tsm_directory/integration.bash"
  # A login shell reads this file as it ends; this is none where ENV is not heeded.
  if ! \shopt -q login_shell && [[ -r ~/.bash_logout ]]; then \trap '. ~/.bash_logout' EXIT; fi
  if [[ -r /etc/profile ]]; then \. /etc/profile; fi
  if [[ -r ~/.bash_profile ]]; then
    \. ~/.bash_profile
  elif [[ -r ~/.bash_login ]]; then
    \. ~/.bash_login
  elif [[ -r ~/.profile ]]; then
    \. ~/.profile
  elif [[ -r ~/.bashrc ]]; then
    \. ~/.bashrc
  fi
  # Tracing that they have turned on is not to show ours; a restricted shell cannot send it away.
  case $- in
    *r*) __tsm_arm "$(\trap -p DEBUG RETURN)" || \: ;;
    *) { __tsm_arm "$(\trap -p DEBUG RETURN)" || \:; } 2>/dev/null ;;
  esac
}
