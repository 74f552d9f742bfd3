#include <string.h>

#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "plan/selection.h"
#include "session/speaker.h"
#include "term/input.h"

bool review_command_read_message(struct options *options, struct buffer *text, struct error *error) {
    struct request *request = &options->request;
    if (!options->message_file)
        return true;
    if (!input_read(options->message_file, text, error))
        return false;
    if (text->length && memchr(text->data, '\0', text->length))
        return error_set(error, ERROR_USAGE, "%s has a NUL byte", input_name(options->message_file));
    request->message = buffer_text(text);
    return true;
}

static int run(const struct verb *verb, struct options *options) {
    AUTO_FREE char *name = speaker_name(options->as);
    options->request.as = name;
    return write_run(verb, options);
}

int review_command_run(const struct verb *verb, struct options *options) {
    AUTO(buffer) text = {0};
    struct error error = {0};
    if (options->request.options.selection.id_count == 0)
        return command_fail_usage(verb, options, "the ids of achievements are needed, such as 3.1,3.2");
    if (!review_command_read_message(options, &text, &error))
        return command_fail(&error, verb->name, options->is_json);
    return run(verb, options);
}

int review_command_adopt(const struct verb *verb, struct options *options) {
    if (!options_have_selector(options))
        options->request.options.selection.kind = SELECT_ALL;
    return run(verb, options);
}
