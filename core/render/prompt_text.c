#include "render/prompt_text.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "format/json.h"
#include "render/styled_text.h"

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

void prompt_text_append(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t count = styled_text_count(data, "prompts"), number = 0;
    (void)style;
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt; prompt = prompt->next) {
        if (count > 1)
            append_comment(text, number + 1, count, styled_text_string(prompt, "name"));
        buffer_append_string(text, styled_text_string(prompt, "text"));
        number++;
    }
}

/* What there would be prompts for. */
static const char *missing(const char *kind) {
    return strcmp(kind, "fill") == 0     ? "no SUBPLAN to be filled in"
           : strcmp(kind, "review") == 0 ? "no submitted work to be reviewed"
                                         : "no EXECUTION_TASK to be worked on";
}

void prompt_text_append_notes(struct buffer *text, const cJSON *data) {
    size_t count = 0;
    for (const cJSON *item = styled_text_first(data, "skipped"); item; item = item->next)
        buffer_append_format(text, "%s%s (%s)", count++ ? ", " : "No prompt for ", styled_text_string(item, "id"),
                             styled_text_string(item, "reason"));
    if (count)
        buffer_append_byte(text, '\n');
    else if (styled_text_count(data, "prompts") == 0)
        buffer_append_format(text, "Nothing to do: there is %s (%s).\n", missing(styled_text_string(data, "kind")),
                             styled_text_string(data, "selection"));
}
