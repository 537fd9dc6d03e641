# Completion of atriumctl for bash, with or without bash-completion.
# At each Tab it asks atriumctl itself, so that it knows profiles and need not be renewed.

_atriumctl() {
    local program line word last="" current strip paths="" i
    local -a words=()

    # Readline cuts words at "=" and ":", the command line does not: they are joined again.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 0)) && [[ $word == [=:]* || $last == *[=:] ]] &&
            { [[ ${words[${#words[@]}-1]} == --* || $word$last == *:* ]]; }; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        last=$word
    done
    current=${words[${#words[@]}-1]}
    current=${current#[\"\']}
    words[${#words[@]}-1]=$current
    # What stands before the part of the word that readline completes.
    case $last in
        [=:]*) strip=$current ;;
        *) strip=${current%"${last#[\"\']}"} ;;
    esac

    program=${1/#\~/$HOME}
    type -P -- "$program" >/dev/null || program=atriumctl

    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files | :directories) paths=$line ;;
            *)
                line=${line%%$'\t'*}
                COMPREPLY+=("${line#"$strip"}")
                ;;
        esac
    done < <("$program" complete $((${#words[@]} - 1)) -- "${words[@]}" 2>/dev/null)

    # Readline completes names of files itself, as it quotes and expands them. Bash 3 can't be told.
    case $paths in
        :files) compopt -o default 2>/dev/null ||
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$2") ;;
        :directories) compopt -o dirnames 2>/dev/null ||
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$2") ;;
    esac
}

complete -o nosort -F _atriumctl atriumctl 2>/dev/null || complete -F _atriumctl atriumctl
