# Completions of sqwire for fish. Put this file into ~/.config/fish/completions/.

function __sqwire_words
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    # An open quote cannot be read so.
    set -l typed (string unescape -- "$token"; or printf '%s\n' "$token")
    set -l answer (printf '%s\0' $words[2..-1] "$typed" |
        $words[1] completions fish --words 2>/dev/null)
    set -q answer[2]; and printf '%s\n' $answer[2..-1]
    if test "$answer[1]" = files
        set -l flag (string match -r '^--[^=]*=' -- "$typed")
        for path in (__fish_complete_path (string replace -- "$flag" '' "$typed"))
            printf '%s\n' "$flag$path"
        end
    end
end
complete -c sqwire -f -k -a '(__sqwire_words)'
