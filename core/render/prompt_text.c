#include "render/prompt_text.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
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

void prompt_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct prompt_view *prompts = view;
    (void)style;
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
