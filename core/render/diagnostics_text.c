#include "render/diagnostics_text.h"

#include <string.h>

#include "base/auto.h"
#include "render/repeats.h"
#include "render/styled_text.h"

/* "FILE:LINE:COLUMN: error: message", and a line with the hint if @has_hint. */
static void append_one(struct buffer *text, const struct diagnostic *diagnostic, const struct style *style,
                       bool has_hint) {
    bool is_error = diagnostic->severity == SEVERITY_ERROR;
    bool is_named =
        !diagnostic->file || (!diagnostic->line && styled_text_names(diagnostic->message, diagnostic->file));
    if (!is_named)
        styled_text_append_path(text, style, diagnostic->file);
    if (diagnostic->line)
        buffer_append_format(text, ":%u", diagnostic->line);
    if (diagnostic->column)
        buffer_append_format(text, ":%u", diagnostic->column);
    buffer_append_string(text, is_named ? "" : ": ");
    styled_text_append_styled(text, style, is_error ? "31" : "33", is_error ? "error:" : "warning:");
    buffer_append_byte(text, ' ');
    styled_text_append_about(text, style, diagnostic->message, diagnostic->file);
    if (diagnostic->pointer && diagnostic->pointer[0])
        buffer_append_format(text, " (at %s)", diagnostic->pointer);
    buffer_append_byte(text, '\n');
    if (!has_hint || !diagnostic->hint)
        return;
    buffer_append_string(text, "  hint: ");
    styled_text_append_about(text, style, diagnostic->hint, diagnostic->file);
    buffer_append_byte(text, '\n');
}

/* A file that the user named, or one in a folder "x/" that the user named, is called what the user calls it. */
static bool is_named(const struct style *style, const char *file) {
    size_t length = style->named ? strlen(style->named) : 0;
    bool is_folder = length && style->named[length - 1] == '/';
    return length && file && (is_folder ? strncmp(style->named, file, length) : strcmp(style->named, file)) == 0;
}

struct style diagnostics_text_place(const struct style *style, const char *file) {
    struct style place = *style;
    if (is_named(style, file))
        place.workspace = NULL;
    return place;
}

/* A warning about the whole of a file, which can be about others, too. */
static bool is_repeatable(const struct diagnostic *diagnostic, const struct style *style) {
    return diagnostic->severity == SEVERITY_WARNING && diagnostic->file && !diagnostic->line && !style->is_verbose;
}

void diagnostics_text_append(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style) {
    enum { WARNINGS_SHOWN_MOST = 10 };
    struct style ours = *style;
    ours.has_color = style->has_error_color;
    size_t shown = 0, left_out = 0;
    AUTO(repeats) repeats = {0};
    for (size_t i = 0; i < diagnostics->count; i++)
        if (is_repeatable(&diagnostics->items[i], style))
            repeats_add(&repeats, diagnostics->items[i].message, diagnostics->items[i].file);
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        bool is_warning = item->severity == SEVERITY_WARNING, can_repeat = is_repeatable(item, style);
        const struct repeat *repeat = can_repeat ? repeats_take(&repeats, item->message) : NULL;
        if ((is_warning && style->is_quiet) || (can_repeat && !repeat))
            continue;
        if (is_warning && shown == WARNINGS_SHOWN_MOST && !style->is_verbose) {
            left_out += repeat ? repeat->count : 1;
            continue;
        }
        shown += is_warning;
        const struct style place = diagnostics_text_place(&ours, item->file);
        append_one(text, item, &place, !style->is_quiet);
        if (repeat)
            repeats_append(text, repeat, "  ", &ours);
    }
    if (left_out)
        buffer_append_format(text, "and %zu more warnings; -v shows them\n", left_out);
    if (diagnostics->left_out)
        buffer_append_format(text, "and %zu more that are not listed\n", diagnostics->left_out);
}
