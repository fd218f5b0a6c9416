# fish completion of tsm: tsm completions fish | source
function __tsm_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (command tsm completions words $words[2..-1] 2>/dev/null)
        set -l parts (string split -m 1 \t -- $line)
        if test "$parts[1]" = :command
            # fish counts from 1, and the first word is tsm.
            set -l own (math $parts[2] + 1)
            complete -C (string join ' ' -- (string escape -- $words[$own..-2]) $words[-1])
            return
        end
        printf '%s\n' $line
    end
end

complete -c tsm -e
complete -c tsm -f -k -a '(__tsm_complete)'
