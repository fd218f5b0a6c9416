# bash completion of tsm: source <(tsm completions bash)
_tsm_complete() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() count=0 i piece
  # bash cuts words at : = @ too; here a word is what stands between blanks.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if [[ $i -eq 0 || $rest == [[:space:]]* ]]; then
      rest=${rest#"${rest%%[![:space:]]*}"}
      words[count]= count=$((count + 1))
    fi
    [[ $i -eq $COMP_CWORD ]] && piece=$rest
    words[count - 1]+=$piece
    rest=${rest#"$piece"}
  done
  local current=${words[count - 1]} quote= kept=
  case $current in
    \'*) quote=\' current=${current#\'} ;;
    \"*) quote=\" current=${current#\"} ;;
    *)
      local tail=${current##*[:=@]}
      kept=${current%"$tail"} current=${current//\\/}
      ;;
  esac
  COMPREPLY=()
  local value rest_of_line
  while IFS=$'\t' read -r value rest_of_line; do
    if [[ $value == :command ]]; then
      _tsm_complete_command "$rest_of_line" "$current"
      return
    fi
    [[ $value == "$current"* ]] || continue
    [[ $quote ]] || printf -v value %q "$value"
    COMPREPLY+=("${value#"$kept"}")
  done < <(command tsm completions words "${words[@]:1:count-2}" "$current" 2>/dev/null)
}

# The command line of another program that begins with word $1 behind tsm.
_tsm_complete_command() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif [[ $COMP_CWORD -le $1 ]]; then
    COMPREPLY=($(compgen -c -- "$2"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$2"))
  fi
}

complete -o bashdefault -F _tsm_complete tsm
