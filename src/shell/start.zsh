# tsm: zsh reads this as the .zshenv of a directory that tsm named in ZDOTDIR. The very first thing is
# to name the user's own directory again, so that zsh itself finds every other file there: .zprofile,
# .zshrc, .zlogin and .zlogout run as if tsm were not here.
if [[ -n ${TSM_ORIG_ZDOTDIR-} ]]; then
  \builtin export ZDOTDIR=$TSM_ORIG_ZDOTDIR
else
  \builtin unset ZDOTDIR
fi
\builtin unset TSM_ORIG_ZDOTDIR
if [[ -o interactive ]]; then
  \builtin source $__tsm_directory/integration.zsh
  __tsm_start
fi
if [[ -r ${ZDOTDIR-~}/.zshenv ]]; then \builtin source ${ZDOTDIR-~}/.zshenv; fi
