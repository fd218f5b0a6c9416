# tsm: what is added to fish, which runs this after all of its own and the user's configuration, before
# the first prompt. The prompt reports to the session's daemon where it begins and ends, and that a
# command begins; the daemon keeps these marks to itself and makes of them what terminals want to know.
# Read once more, and later on, it does no harm. Works from fish 3.1 on, whose sourced files cannot
# return.

set -gx TSM_SHELL_INTEGRATION 1
set -gx TSM_SESSION_FILE $__tsm_file

# To the terminal itself.
function __tsm_tell
    builtin printf '\e]633;TSM_MARK=%s;%s\a' $__tsm_secret $argv[1] >/dev/tty
end

# Runs at each prompt, after everything that was there before.
function __tsm_on_prompt --on-event fish_prompt
    set -l code $status
    set -q __tsm_is_ready; or __tsm_prepare
    # The file follows a rename of the session.
    set -l name
    builtin test -r $__tsm_file; and set name (builtin string collect <$__tsm_file)
    # Only when they are others: handlers of the user's may wait for changes.
    if builtin test -n "$name" -a "$name" != "$__tsm_name"
        set -g __tsm_name $name
        builtin test "$TSM_SESSION" = $name; or set -gx TSM_SESSION $name
    end
    __tsm_wrap_prompt
    __tsm_tell "p;$__tsm_flags;$code;$PWD"
    # Without such a function fish has a prompt of its own.
    builtin functions --query fish_prompt; or __tsm_tell 'i;?'
end

function __tsm_on_preexec --on-event fish_preexec
    __tsm_tell x
end

# At the first prompt: fish sets up its own key bindings and handlers no sooner.
function __tsm_prepare
    set -g __tsm_is_ready 1
    # From version 4 on fish marks its prompts for terminals by itself.
    set -g __tsm_flags
    builtin string match --quiet --regex '^([4-9]|[1-9][0-9])' $version; and set -g __tsm_flags m
    # The title that fish comes with says nothing of the session; any other is the user's.
    switch (builtin functions --details fish_title)
        case "$__fish_data_dir/*" 'embedded:*' n/a
            function fish_title
                builtin echo tsm:$TSM_SESSION
            end
    end
    # Typed before a line: leaves the command state of vi, and does nothing elsewhere.
    builtin bind --mode default \e\[633~ __tsm_to_insert
    builtin bind --mode insert \e\[633~ 'builtin true'
    __tsm_bind "$__tsm_key_full" 'tui --full'
    __tsm_bind "$__tsm_key_palette" palette
    __tsm_bind "$__tsm_key_toggle" toggle
    __tsm_tell 'r;'
end

# Without vi's keys the mode to type in is the default one.
function __tsm_to_insert
    builtin string match --quiet --entire vi "$fish_key_bindings"; or builtin test "$fish_bind_mode" != default
    and set fish_bind_mode insert
end

# Puts the mark before the last line of whatever prompt there is now; fish expands nothing in what a
# prompt prints.
function __tsm_wrap_prompt
    builtin functions --query fish_prompt; or return
    builtin string match --quiet -- '*__tsm_user_prompt*' (builtin functions fish_prompt); and return
    builtin functions --erase __tsm_user_prompt
    builtin functions --copy fish_prompt __tsm_user_prompt
    function fish_prompt
        # First, so that the user's prompt finds the exit status of the last command.
        set -l lines (__tsm_user_prompt)
        builtin test (builtin count $lines) -gt 1; and builtin printf '%s\n' $lines[1..-2]
        builtin test -n "$__tsm_shows_mark"; and builtin test (builtin count $lines) -gt 0
        and builtin printf '[tsm:%s] ' $__tsm_name
        builtin printf '%s' $lines[-1]
        builtin printf '\e]633;TSM_MARK=%s;i\a' $__tsm_secret
    end
end

function __tsm_bind --argument-names key command
    builtin test -n "$key"; or return
    for mode in default insert
        builtin bind --mode $mode $key "__tsm_open $command"
    end
end

function __tsm_open
    $__tsm_executable $argv
    builtin commandline --function repaint
end
