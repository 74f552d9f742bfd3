#include "api/answer.h"

#include "base/auto.h"
#include "base/memory.h"

void answer_release(struct answer *answer) {
    arena_release(&answer->arena);
    buffer_release(&answer->data);
    buffer_release(&answer->meta);
    diagnostics_release(&answer->diagnostics);
    *answer = (struct answer){0};
}

void answer_fail(struct answer *answer, struct error *error) {
    answer->code = error->code;
    diagnostics_add(&answer->diagnostics, &(struct diagnostic){
                                              .severity = SEVERITY_ERROR,
                                              .code = error_name(error->code),
                                              .message = error->message ? error->message : error_meaning(error->code),
                                              .file = error->file,
                                              .hint = error->hint,
                                          });
    error_release(error);
}

bool answer_take_error(const struct answer *answer, struct error *error) {
    const struct diagnostics *said = &answer->diagnostics;
    const struct diagnostic *last = said->count ? &said->items[said->count - 1] : NULL;
    enum error_code code = answer->code ? answer->code : ERROR_INTERNAL;
    error_set(error, code, "%s", last ? last->message : error_meaning(code));
    return last && last->hint ? error_hint(error, "%s", last->hint) : false;
}

static void write_diagnostic(struct json_writer *writer, const struct diagnostic *diagnostic) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "severity", diagnostic->severity == SEVERITY_ERROR ? "error" : "warning");
    json_writer_key_string(writer, "code", diagnostic->code);
    json_writer_key_string(writer, "message", diagnostic->message);
    json_writer_key_string(writer, "file", diagnostic->file);
    if (diagnostic->line)
        json_writer_key_unsigned(writer, "line", diagnostic->line);
    else
        json_writer_key_null(writer, "line");
    if (diagnostic->column)
        json_writer_key_unsigned(writer, "column", diagnostic->column);
    else
        json_writer_key_null(writer, "column");
    json_writer_key_string(writer, "pointer", diagnostic->pointer);
    json_writer_key_string(writer, "hint", diagnostic->hint);
    json_writer_key_string(writer, "achievement", diagnostic->achievement);
    json_writer_close_object(writer);
}

void answer_write_diagnostics(struct json_writer *writer, const struct diagnostics *diagnostics) {
    json_writer_open_array(writer);
    for (size_t i = 0; i < diagnostics->count; i++)
        write_diagnostic(writer, &diagnostics->items[i]);
    if (diagnostics->left_out) {
        AUTO(arena) arena = {0};
        const struct diagnostic rest = {
            .severity = SEVERITY_WARNING,
            .code = ANSWER_LEFT_OUT,
            .message = arena_format(&arena, "%zu more are not listed", diagnostics->left_out),
        };
        write_diagnostic(writer, &rest);
    }
    json_writer_close_array(writer);
}

static void write_meta(struct json_writer *writer, const char *served_by, const char *workspace,
                       const uint64_t *generation, const char *watch) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "served_by", served_by);
    json_writer_key_string(writer, "workspace", workspace);
    if (generation)
        json_writer_key_unsigned(writer, "generation", *generation);
    else
        json_writer_key_null(writer, "generation");
    json_writer_key_string(writer, "watch", watch);
    json_writer_close_object(writer);
}

void answer_write_meta(struct buffer *text, const char *workspace, uint64_t generation, const char *watch) {
    struct json_writer writer = {.buffer = text};
    write_meta(&writer, "daemon", workspace, &generation, watch);
}

void answer_fill_data(struct answer *answer) {
    struct json_writer writer = {.buffer = &answer->data};
    if (!answer->view)
        return;
    buffer_clear(&answer->data);
    answer->type->write_json(&writer, answer->view);
}

void answer_write(struct buffer *text, const struct answer *answer, const char *workspace) {
    struct json_writer writer = {.buffer = text};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "schema", ANSWER_SCHEMA);
    json_writer_key_string(&writer, "kind", answer->kind);
    json_writer_key_boolean(&writer, "ok", answer->code == ERROR_NONE);
    json_writer_key_unsigned(&writer, "code", answer->code);
    json_writer_key(&writer, "data");
    if (answer->view)
        answer->type->write_json(&writer, answer->view);
    else if (answer->data.length)
        json_writer_raw(&writer, buffer_span(&answer->data));
    else
        json_writer_null(&writer);
    json_writer_key(&writer, "diagnostics");
    answer_write_diagnostics(&writer, &answer->diagnostics);
    json_writer_key(&writer, "meta");
    if (answer->meta.length)
        json_writer_raw(&writer, buffer_span(&answer->meta));
    else
        write_meta(&writer, "direct", workspace, NULL, NULL);
    json_writer_close_object(&writer);
    buffer_append_byte(text, '\n');
}
