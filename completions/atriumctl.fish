# Completion of atriumctl for fish.
# At each Tab it asks atriumctl itself, so that it knows profiles and need not be renewed.

function __atriumctl_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l program $words[1]
    type -q -f -- "$program"; or set program atriumctl

    for line in (command $program complete (count $words) -- $words "$current" 2>/dev/null)
        # Of --option=value the value alone is a name of a file.
        set -l option (string match --regex -- '^--[^=]+=' "$current")
        set -l path (string replace --regex -- '^--[^=]+=' '' "$current")
        switch $line
            case ':files'
                for found in (__fish_complete_path "$path")
                    echo -- "$option$found"
                end
            case ':directories'
                for found in (__fish_complete_directories "$path" '')
                    echo -- "$option$found"
                end
            case '*'
                echo -- $line
        end
    end
end

complete --command atriumctl --no-files --keep-order --arguments '(__atriumctl_complete)'
