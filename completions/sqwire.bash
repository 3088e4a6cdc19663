# Completions of sqwire for bash 4.4 and later. Source this file, or put it into
# ~/.local/share/bash-completion/completions/ under the name sqwire.

_sqwire() {
    local answer
    mapfile -t answer < <(printf '%s\0' "${COMP_LINE:0:COMP_POINT}" "$2" |
        "${1/#\~/$HOME}" completions bash --words 2>/dev/null)
    COMPREPLY=("${answer[@]:1}")
    if [[ ${answer[0]} != files ]]; then
        compopt +o default 2>/dev/null
        [[ ${#COMPREPLY[@]} -eq 1 && $COMPREPLY == *= ]] && compopt -o nospace 2>/dev/null
    elif [[ ${#COMPREPLY[@]} -gt 0 ]]; then
        # Without a candidate of ours the shell itself completes the name of a file.
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$2")
    fi
    return 0
}
complete -F _sqwire -o nosort -o default sqwire
