#include "render/prompt_text.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "render/styled_text.h"
#include "view/prompt_view.h"

/* What parts one prompt from the next; a name must not end it. */
static void append_comment(struct buffer *text, size_t number, size_t count, const char *name) {
    buffer_append_format(text, "%s<!-- prompt %zu of %zu: ", number > 1 ? "\n" : "", number, count);
    for (; *name; name++)
        if (text_is_one_of(*name, "<>\n"))
            buffer_append_format(text, "\\x%02x", *name);
        else
            buffer_append_byte(text, *name);
    buffer_append_string(text, " -->\n\n");
}

/* --- files --- */

static bool is(const struct prompt_item *prompt, const char *outcome) {
    return strcmp(prompt->outcome, outcome) == 0;
}

static size_t count_files(const struct prompt_view *prompts, const char *outcome) {
    size_t count = 0;
    for (size_t i = 0; i < prompts->count; i++)
        count += is(&prompts->prompts[i], outcome);
    return count;
}

static void append_file(struct buffer *text, const struct style *style, const struct prompt_item *prompt) {
    bool is_kept = is(prompt, "kept"), is_new = is(prompt, "new");
    if (is(prompt, "unchanged"))
        return;
    styled_text_append_styled(text, style, is_kept ? "33" : "32", is_kept ? "  ! " : is_new ? "  + " : "  ~ ");
    buffer_append_format(text, "%s%s", style->output ? style->output : "", style->output ? "/" : "");
    styled_text_append_visible(text, prompt->name);
    if (is_kept)
        buffer_append_string(text, "  (not written: the file that is there was edited; --force replaces it)\n");
    else
        buffer_append_format(text, "  (%zu lines%s)\n", prompt->line_count, is_new ? "" : ", replaced");
}

/* Those that were written, and those that were not. */
static void append_files(struct buffer *text, const struct prompt_view *prompts, const struct style *style) {
    size_t unchanged = count_files(prompts, "unchanged"), kept = count_files(prompts, "kept");
    size_t written = prompts->count - unchanged - kept;
    if (written)
        buffer_append_format(text, "Wrote %zu prompt%s:\n", written, text_plural(written));
    for (size_t i = 0; i < prompts->count; i++)
        append_file(text, style, &prompts->prompts[i]);
    if (unchanged)
        buffer_append_format(text, "%zu %s there and unchanged\n", unchanged, unchanged == 1 ? "is" : "are");
}

/* --- */

void prompt_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct prompt_view *prompts = view;
    if (prompts->is_delivered) {
        append_files(text, prompts, style);
        return;
    }
    for (size_t i = 0; i < prompts->count; i++) {
        if (prompts->count > 1)
            append_comment(text, i + 1, prompts->count, prompts->prompts[i].name);
        buffer_append_string(text, prompts->prompts[i].text);
    }
}

void prompt_text_append_notes(struct buffer *text, const void *view) {
    const struct prompt_view *prompts = view;
    for (size_t i = 0; i < prompts->skipped_count; i++)
        buffer_append_format(text, "%s%s (%s)", i ? ", " : "No prompt for ", prompts->skipped[i].id,
                             prompts->skipped[i].reason);
    if (prompts->skipped_count)
        buffer_append_byte(text, '\n');
    else if (prompts->count == 0)
        buffer_append_format(text, "Nothing to do: there is %s (%s).\n",
                             strcmp(prompts->kind, "fill") == 0 ? "no SUBPLAN to be filled in"
                                                                : "no EXECUTION_TASK to be worked on",
                             prompts->selection);
}
