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
extern const char completion_bash_text[], completion_zsh_text[], completion_fish_text[]; /* of config/completion */

static const struct script {
    const char *shell, *text;
} scripts[] = {{"bash", completion_bash_text}, {"zsh", completion_zsh_text}, {"fish", completion_fish_text}};

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
