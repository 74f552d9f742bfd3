#include "render/doctor_text.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/columns.h"
#include "base/text.h"
#include "format/json.h"
#include "render/repeats.h"
#include "render/symbol.h"

static void append_heading(struct buffer *text, const cJSON *data, const struct style *style) {
    buffer_append_string(text, "batchctl ");
    styled_text_append_visible(text, styled_text_string(data, "version"));
    buffer_append_string(text, ", ");
    styled_text_append_bold(text, style, styled_text_string(data, "root"));
    if (!styled_text_is_null(data, "file_system"))
        buffer_append_format(text, " (%s)", styled_text_string(data, "file_system"));
    size_t plans = json_get_unsigned(data, "plans"), folders = json_get_unsigned(data, "folders");
    buffer_append_format(text, ": %zu plan%s, %zu folder%s\n", plans, text_plural(plans), folders,
                         text_plural(folders));
}

static void append_severity(struct buffer *text, const char *severity, const struct style *style) {
    static const struct {
        const char *severity, *sequence, *mark;
    } rows[] = {{"error", "31", "✗ error   "}, {"warning", "33", "! warning "}, {"note", "2", "· note    "}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(severity, rows[i].severity) == 0) {
            AUTO(buffer) mark = {0};
            symbol_append_words(&mark, style, rows[i].mark);
            styled_text_append_styled(text, style, rows[i].sequence, mark.data);
        }
}

/* A remedy is never broken into lines: it is there to be pasted. */
static void append_remedy(struct buffer *text, const cJSON *finding, const struct style *style) {
    if (styled_text_is_null(finding, "hint"))
        return;
    symbol_append_words(text, style, "            → ");
    styled_text_append_about(text, style, styled_text_string(finding, "hint"), styled_text_string(finding, "file"));
    buffer_append_byte(text, '\n');
}

static void append_finding(struct buffer *text, const cJSON *finding, const struct style *style) {
    enum { SEVERITY_COLUMNS = 10, INDENT = 12 };
    AUTO(buffer) words = {0};
    append_severity(text, styled_text_string(finding, "severity"), style);
    if (!styled_text_is_null(finding, "file")) {
        styled_text_append_path(&words, style, styled_text_string(finding, "file"));
        if (!styled_text_is_null(finding, "line"))
            buffer_append_format(&words, ":%zu", json_get_unsigned(finding, "line"));
        buffer_append_string(&words, ": ");
    }
    styled_text_append_about(&words, style, styled_text_string(finding, "message"),
                             styled_text_string(finding, "file"));
    if (style->columns)
        columns_append_wrapped(text, buffer_span(&words), SEVERITY_COLUMNS, INDENT, style->columns);
    else
        buffer_append_span(text, buffer_span(&words));
    buffer_append_byte(text, '\n');
    append_remedy(text, finding, style);
}

/* About the whole of a file, so that others can have the same. */
static bool is_repeatable(const cJSON *finding, const struct style *style) {
    return !style->is_verbose && !styled_text_is_null(finding, "file") && styled_text_is_null(finding, "line");
}

static void append_findings(struct buffer *text, const cJSON *data, const char *severity, size_t *shown,
                            size_t *left_out, const struct style *style) {
    AUTO(repeats) repeats = {0};
    const cJSON *first = styled_text_first(data, "findings");
    for (const cJSON *finding = first; finding; finding = finding->next)
        if (strcmp(styled_text_string(finding, "severity"), severity) == 0 && is_repeatable(finding, style))
            repeats_add(&repeats, styled_text_string(finding, "message"), styled_text_string(finding, "file"));
    for (const cJSON *finding = first; finding; finding = finding->next) {
        bool can_repeat = is_repeatable(finding, style);
        if (strcmp(styled_text_string(finding, "severity"), severity) != 0)
            continue;
        const struct repeat *repeat =
            can_repeat ? repeats_take(&repeats, styled_text_string(finding, "message")) : NULL;
        if (can_repeat && !repeat)
            continue;
        if (*shown == STYLED_TEXT_ROWS_MOST && !style->is_verbose) {
            *left_out += repeat ? repeat->count : 1;
            continue;
        }
        ++*shown;
        append_finding(text, finding, style);
        if (repeat)
            repeats_append(text, repeat, "            ", style);
    }
}

/* The worst first. */
void doctor_text_append(struct buffer *text, const cJSON *data, const struct style *style) {
    static const char *const severities[] = {"error", "warning", "note"};
    static const char *const keys[] = {"errors", "warnings", "notes"};
    size_t shown = 0, left_out = 0, total = 0;
    append_heading(text, data, style);
    for (size_t i = 0; i < 3; i++) {
        append_findings(text, data, severities[i], &shown, &left_out, style);
        total += json_get_unsigned(data, keys[i]);
    }
    if (left_out)
        buffer_append_format(text, "and %zu more; -v lists them\n", left_out);
    if (total == 0) {
        buffer_append_string(text, "Nothing wrong was found.\n");
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        size_t count = json_get_unsigned(data, keys[i]);
        buffer_append_format(text, "%s%zu %s%s", i ? ", " : "", count, severities[i], text_plural(count));
    }
    buffer_append_string(text, ".\n");
}
