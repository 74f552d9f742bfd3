#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "cli/candidates.h"
#include "cli/command.h"
#include "cli/command_words.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "view/program_view.h"

/* Each asks "batchctl completion words -- WORD..." and hands on what comes; see candidates.h for the lines. */
static const struct script {
    const char *shell, *text;
} scripts[] = {
    {"bash", "# bash completion of batchctl: source <(batchctl completion bash)\n"
             "_batchctl() {\n"
             "    local line word words=() cur=${COMP_WORDS[COMP_CWORD]}\n"
             "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD}\"; do words+=(\"${word//[\\\\\\\"\\']/}\"); done\n"
             "    [[ $cur == = ]] && cur=\n"
             "    COMPREPLY=()\n"
             "    while IFS= read -r line; do\n"
             "        case $line in\n"
             "            :files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
             "            :folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
             "            *) printf -v word %q \"${line%%$'\\t'*}\"; COMPREPLY+=(\"${word//\\\\,/,}\") ;;\n"
             "        esac\n"
             "    done < <(\"${COMP_WORDS[0]}\" completion words -- \"${words[@]}\" 2>/dev/null)\n"
             "    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
             "    return 0\n"
             "}\n"
             "complete -F _batchctl batchctl\n"},
    {"zsh",
     "#compdef batchctl\n"
     "# zsh completion of batchctl: source <(batchctl completion zsh)\n"
     "_batchctl() {\n"
     "    local line word\n"
     "    local -a plain open\n"
     "    for line in \"${(@f)$(\"${(Q)words[1]}\" completion words -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
     "        word=${line%%$'\\t'*}\n"
     "        case $line in\n"
     "            :files) _files ;;\n"
     "            :folders) _files -/ ;;\n"
     "            *=$'\\t'*) open+=(\"${word//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
     "            ?*) plain+=(\"${word//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
     "        esac\n"
     "    done\n"
     "    (( $#plain )) && _describe -V batchctl plain\n"
     "    (( $#open )) && _describe -V batchctl open -S ''\n"
     "    return 0\n"
     "}\n"
     "if [[ $funcstack[1] == _batchctl ]]; then _batchctl \"$@\"; else compdef _batchctl batchctl; fi\n"},
    {"fish", "# fish completion of batchctl: batchctl completion fish | source\n"
             "function __batchctl_complete\n"
             "    set -l words (commandline -opc)\n"
             "    for line in ($words[1] completion words -- $words[2..-1] (commandline -ct) 2>/dev/null)\n"
             "        switch $line\n"
             "            case ':files'\n"
             "                __fish_complete_path (commandline -ct)\n"
             "            case ':folders'\n"
             "                __fish_complete_directories (commandline -ct)\n"
             "            case '*'\n"
             "                echo $line\n"
             "        end\n"
             "    end\n"
             "end\n"
             "complete -c batchctl -f -k -a '(__batchctl_complete)'\n"},
};

static int print_script(const struct verb *verb, struct options *options) {
    const struct script *script = scripts;
    while (strcmp(script->shell, options->arguments[0]) != 0)
        script++;
    return command_finish_verbatim(verb->name, &(struct verbatim_view){"shell", script->shell, script->text}, options);
}

static int list_words(const struct verb *verb, struct options *options) {
    AUTO(buffer) text = {0};
    size_t count = 0;
    while (options->command && options->command[count])
        count++;
    candidates_append(&text, options->verb_table, options->command, count);
    return command_finish_verbatim(verb->name, &(struct verbatim_view){"shell", NULL, buffer_text(&text)}, options);
}

int completion_run(const struct verb *verb, struct options *options) {
    static const struct command_word words[] = {{"words", NULL, list_words, 0, true},
                                                {"bash", NULL, print_script, 0, false},
                                                {"zsh", NULL, print_script, 0, false},
                                                {"fish", NULL, print_script, 0, false},
                                                {0}};
    return command_words_run(words, verb, options);
}
