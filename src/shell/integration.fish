# tsm: fish runs this after all of its own and the user's configuration, before the first prompt.
# What that configuration has set up already is left to it.

status is-interactive; or return
set -gx TSM_SHELL_INTEGRATION 1
set -gx TSM_SESSION_FILE $__tsm_file

# The file follows a rename of the session.
function __tsm_read_name
    set -l name (string collect <$__tsm_file 2>/dev/null)
    test -n "$name"; and set -g __tsm_name $name
    set -gx TSM_SESSION $__tsm_name
end

# Runs at each prompt, after everything that was there before.
function __tsm_on_prompt --on-event fish_prompt
    set -q __tsm_is_ready; or __tsm_prepare
    test -r $__tsm_file; and __tsm_read_name
    __tsm_wrap_prompt
    test -n "$__tsm_sends_cwd"
    and printf '\e]7;file://%s%s\a' "$hostname" (string escape --style=url -- $PWD)
    test -n "$__tsm_sends_marks"
    and printf '\e]133;A\a'
end

function __tsm_on_preexec --on-event fish_preexec
    test -n "$__tsm_sends_marks"
    and printf '\e]133;C\a'
end

function __tsm_on_postexec --on-event fish_postexec
    set -l code $status
    # A command of 'tsm run' that did not get to say its own end: Ctrl+C.
    set -q __tsm_run_nonce
    and printf '\e]633;TSM_RUN=%s;e;%d\a' $__tsm_run_nonce $code >/dev/tty
    set -e __tsm_run_nonce
    test -n "$__tsm_sends_marks"
    and printf '\e]133;D;%s\a' $code
end

# At the first prompt: fish sets up its own key bindings and handlers no sooner.
function __tsm_prepare
    set -g __tsm_is_ready 1
    set -g __tsm_sends_marks 1
    set -g __tsm_sends_cwd 1
    # Lines of a kind and a name below lines 'Event' and a type.
    set -l handlers (functions --handlers | string replace --filter --regex '^(?!Event )\S+ ' '')
    set -l text
    for name in fish_prompt (string match --invert -- '__tsm_*' $handlers)
        functions --query $name; and set --append text (functions $name)
    end
    string match --quiet -- '*]133;*' $text; and set -g __tsm_sends_marks
    string match --quiet -- '*]7;*' $text; and set -g __tsm_sends_cwd
    # From version 4 on fish marks its prompts by itself.
    string match --quiet --regex '^([4-9]|[1-9][0-9])' $version; and set -g __tsm_sends_marks
    functions --query __fish_update_cwd_osc; and set -g __tsm_sends_cwd
    # The title that fish comes with says nothing of the session; any other is the user's.
    switch (functions --details fish_title)
        case "$__fish_data_dir/*" 'embedded:*' n/a
            function fish_title
                echo tsm:$TSM_SESSION
            end
    end
    __tsm_bind "$__tsm_key_full" 'tui --full'
    __tsm_bind "$__tsm_key_palette" palette
    __tsm_bind "$__tsm_key_toggle" toggle
end

# Puts the mark before the last line of whatever prompt there is now; fish expands nothing in what a
# prompt prints.
function __tsm_wrap_prompt
    test -n "$__tsm_shows_mark$__tsm_sends_marks"; or return
    functions --query fish_prompt; or return
    string match --quiet -- '*__tsm_user_prompt*' (functions fish_prompt); and return
    functions --erase __tsm_user_prompt
    functions --copy fish_prompt __tsm_user_prompt
    function fish_prompt
        # First, so that the user's prompt finds the exit status of the last command.
        set -l lines (__tsm_user_prompt)
        test (count $lines) -gt 0; or return
        test (count $lines) -gt 1; and printf '%s\n' $lines[1..-2]
        test -n "$__tsm_shows_mark"; and printf '[tsm:%s] ' $__tsm_name
        printf '%s' $lines[-1]
        test -n "$__tsm_sends_marks"; and printf '\e]133;B\a'
    end
end

function __tsm_bind --argument-names key command
    test -n "$key"; or return
    for mode in default insert
        bind --mode $mode $key "__tsm_run $command"
    end
end

function __tsm_run
    $__tsm_executable $argv
    commandline --function repaint
end
