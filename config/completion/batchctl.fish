# fish completion of batchctl: batchctl completion fish | source
function __batchctl_complete
    set -l words (commandline -opc)
    for line in ($words[1] completion words -- $words[2..-1] (commandline -ct) 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (commandline -ct)
            case ':folders'
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c batchctl -f -k -a '(__batchctl_complete)'
