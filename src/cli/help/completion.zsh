#compdef tsm
# zsh completion of tsm: source <(tsm completions zsh), or a file _tsm in $fpath
_tsm() {
  local line value
  local -a items described
  for line in "${(@f)$(command tsm completions words "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    value=${line%%$'\t'*}
    if [[ $value == :command ]]; then
      local -i from=${line#*$'\t'}
      shift $from words
      (( CURRENT -= from ))
      _normal
      return
    fi
    [[ -n $value ]] || continue
    items+=("$value")
    described+=("${value//:/\\:}:${line#*$'\t'}")
  done
  (( $#items )) && _describe -V tsm described
}

if [[ $funcstack[1] == _tsm ]]; then
  _tsm "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _tsm tsm
fi
