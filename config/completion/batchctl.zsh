#compdef batchctl
# zsh completion of batchctl: source <(batchctl completion zsh)
_batchctl() {
    local line word
    local -a plain open
    for line in "${(@f)$("${(Q)words[1]}" completion words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        word=${line%%$'\t'*}
        case $line in
            :files) _files ;;
            :folders) _files -/ ;;
            *=$'\t'*) open+=("${word//:/\\:}:${line#*$'\t'}") ;;
            ?*) plain+=("${word//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    (( $#plain )) && _describe -V batchctl plain
    (( $#open )) && _describe -V batchctl open -S ''
    return 0
}
if [[ $funcstack[1] == _batchctl ]]; then _batchctl "$@"; else compdef _batchctl batchctl; fi
