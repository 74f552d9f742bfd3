#include "cli/text_answer.h"

#include "api/answer.h"
#include "base/buffer.h"
#include "cli/command.h"
#include "format/json_writer.h"
#include "render/style.h"

static void write_json(struct json_writer *writer, const void *view) {
    const struct text_answer *shown = view;
    json_writer_open_object(writer);
    if (shown->name)
        json_writer_key_string(writer, shown->name, shown->value);
    json_writer_key_string(writer, "text", shown->text);
    json_writer_close_object(writer);
}

static void append_text(struct buffer *text, const void *view, const struct style *style) {
    const struct text_answer *shown = view;
    (void)style;
    buffer_append_string(text, shown->text);
}

int text_answer_finish(const struct text_answer *shown, const char *kind, const struct options *options) {
    static const struct answer_type type = {write_json, append_text};
    struct answer answer = {.kind = kind, .type = &type, .view = shown};
    return command_finish(&answer, options);
}
