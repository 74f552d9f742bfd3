#include "doctor/findings.h"

#include <stdarg.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"

static const char *copy(struct findings *findings, const char *text) {
    AUTO(buffer) visible = {0};
    if (!text)
        return NULL;
    text_append_visible(&visible, span_of(text));
    const char *kept = arena_copy(&findings->arena, buffer_text(&visible), visible.length);
    return kept;
}

void findings_add(struct findings *findings, const struct finding *finding) {
    findings->counts[finding->severity]++;
    if (findings->count == FINDINGS_MOST)
        return;
    *LIST_ADD(findings->items, findings->count, findings->capacity) = (struct finding){
        .severity = finding->severity,
        .code = finding->code,
        .message = copy(findings, finding->message),
        .file = copy(findings, finding->file),
        .line = finding->line,
        .hint = copy(findings, finding->hint),
    };
}

void findings_report(struct findings *findings, enum finding_severity severity, const char *code, const char *file,
                     const char *hint, const char *format, ...) {
    AUTO(buffer) message = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&message, format, arguments);
    va_end(arguments);
    findings_add(findings, &(struct finding){severity, code, buffer_text(&message), file, 0, hint});
}

void findings_take(struct findings *findings, const struct diagnostic *diagnostic, const char *hint) {
    findings_add(findings, &(struct finding){
                               diagnostic->severity == SEVERITY_ERROR ? FINDING_ERROR : FINDING_WARNING,
                               diagnostic->code,
                               diagnostic->message,
                               diagnostic->file,
                               diagnostic->line,
                               diagnostic->hint ? diagnostic->hint : hint,
                           });
}

void findings_append(struct findings *findings, const struct findings *from) {
    for (size_t i = 0; i < from->count; i++)
        findings_add(findings, &from->items[i]);
}

void findings_release(struct findings *findings) {
    memory_free(findings->items);
    arena_release(&findings->arena);
    *findings = (struct findings){0};
}
