#include "api/reply.h"

#include <string.h>

#include "api/methods.h"
#include "base/auto.h"
#include "base/diagnostics.h"
#include "disk/state_dir.h"
#include "format/json.h"
#include "render/diagnostics_formats.h"
#include "render/diagnostics_text.h"
#include "render/styled_text.h"

void reply_release(struct reply *reply) {
    buffer_release(&reply->output);
    buffer_release(&reply->errors);
    buffer_release(&reply->token);
    *reply = (struct reply){0};
}

bool reply_has_form(const char *kind, enum form form) {
    if (form == FORM_JSON || form == FORM_TEXT)
        return request_is_known(kind);
    if (form == FORM_GCC || form == FORM_GITHUB || form == FORM_SARIF)
        return strcmp(kind, "validate") == 0;
    return form != FORM_NONE && strcmp(kind, "graph") == 0;
}

static void append_shown(struct buffer *shown, struct buffer *text) {
    styled_text_append_shown(shown, buffer_span(text));
    buffer_release(text);
}

/* The text, and what is printed beside it. */
static void write_text(struct reply *reply, const struct answer *answer, const cJSON *data, const struct style *style,
                       reply_writer *writer) {
    struct buffer output = {0}, errors = {0};
    struct style ours = *style;
    ours.state = STATE_DIR_FOLDER;
    ours.has_failed = answer->code != ERROR_NONE && answer->code != ERROR_DECLINED;
    diagnostics_writer *diagnose = diagnostics_formats_find(style->form); /* and nothing else */
    if (diagnose)
        diagnose(&output, &answer->diagnostics, &ours);
    else if (answer->view)
        answer->type->append_text(&output, answer->view, &ours);
    else if (data)
        writer(&output, data, &ours);
    if (answer->notes && !style->is_quiet)
        buffer_append_string(&errors, answer->notes);
    if (!diagnose)
        diagnostics_text_append(&errors, &answer->diagnostics, &ours);
    append_shown(&reply->output, &output);
    append_shown(&reply->errors, &errors);
}

/* Data that cannot be read is a bug, here or in a daemon. */
static void write_unreadable(struct reply *reply, const struct diagnostics *faults, const struct style *style) {
    struct answer answer = {0};
    struct error error = {0};
    error_set(&error, ERROR_INTERNAL, "this answer cannot be shown: %s", faults->items[0].message);
    reply->code = error.code;
    answer_fail(&answer, &error);
    write_text(reply, &answer, NULL, style, NULL);
    answer_release(&answer);
}

/* @writer: of an answer without a view. */
static void write_reply(struct reply *reply, const struct answer *answer, const struct style *style,
                        reply_writer *writer) {
    AUTO(json) json = {0};
    AUTO(diagnostics) faults = {0};
    bool is_needed = !answer->view && answer->data.length && writer && style->form != FORM_JSON;
    bool is_read = is_needed && json_parse_ours(&json, buffer_span(&answer->data), &faults);
    reply->code = answer->code;
    reply->count = answer->count;
    reply->batch = answer->batch;
    buffer_append_string(&reply->token, answer->token ? answer->token : "");
    if (is_needed && !is_read) {
        write_unreadable(reply, &faults, style);
    } else if (style->form == FORM_JSON) {
        answer_write(&reply->output, answer, style->workspace);
    } else {
        json_make_shown(&json);
        write_text(reply, answer, is_read ? json.root : NULL, style, writer);
    }
}

void reply_write(struct reply *reply, const struct answer *answer, const struct style *style) {
    write_reply(reply, answer, style, NULL);
}

void reply_write_by(struct reply *reply, const struct answer *answer, const struct style *style, reply_writer *writer) {
    write_reply(reply, answer, style, writer);
}

bool reply_fits(const struct reply *reply) {
    return reply->output.length <= REPLY_OUTPUT_BYTES_MOST && reply->errors.length <= REPLY_ERRORS_BYTES_MOST;
}
