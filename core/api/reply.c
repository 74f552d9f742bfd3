#include "api/reply.h"

#include <string.h>

#include "api/methods.h"
#include "base/diagnostics.h"
#include "disk/state_dir.h"
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
static void write_text(struct reply *reply, const struct answer *answer, const struct style *style) {
    struct buffer output = {0}, errors = {0};
    struct style ours = *style;
    ours.state = STATE_DIR_FOLDER;
    ours.has_failed = answer->code != ERROR_NONE && answer->code != ERROR_DECLINED;
    diagnostics_writer *diagnose = diagnostics_formats_find(style->form); /* and nothing else */
    if (diagnose)
        diagnose(&output, &answer->diagnostics, &ours);
    else if (answer->view)
        answer->type->append_text(&output, answer->view, &ours);
    if (answer->notes && !style->is_quiet)
        buffer_append_string(&errors, answer->notes);
    if (!diagnose)
        diagnostics_text_append(&errors, &answer->diagnostics, &ours);
    append_shown(&reply->output, &output);
    append_shown(&reply->errors, &errors);
}

void reply_write(struct reply *reply, const struct answer *answer, const struct style *style) {
    reply->code = answer->code;
    reply->count = answer->count;
    reply->batch = answer->batch;
    buffer_append_string(&reply->token, answer->token ? answer->token : "");
    if (style->form == FORM_JSON)
        answer_write(&reply->output, answer, style->workspace);
    else
        write_text(reply, answer, style);
}

bool reply_fits(const struct reply *reply) {
    return reply->output.length <= REPLY_OUTPUT_BYTES_MOST && reply->errors.length <= REPLY_ERRORS_BYTES_MOST;
}
