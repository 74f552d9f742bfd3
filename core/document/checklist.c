#include "document/checklist.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "document/list_item.h"
#include "format/markdown.h"

static bool has_label(struct span label, const char *word) {
    return label.length == strlen(word) && text_starts_with_word(label, word);
}

static bool is_complete(struct span value) {
    while (value.length && !isalnum((unsigned char)value.data[0]))
        value = span_skip(value, 1);
    return text_starts_with_word(value, "complete") || text_starts_with_word(value, "completed") ||
           text_starts_with_word(value, "done");
}

void checklist_read(struct checklist *checklist, const struct document *document) {
    checklist_read_lines(checklist, document, 0, document->markdown.line_count);
}

void checklist_read_lines(struct checklist *checklist, const struct document *document, size_t first, size_t end) {
    const struct markdown *markdown = &document->markdown;
    size_t last_box = 0;
    *checklist = (struct checklist){0};
    for (size_t i = first; i < end; i++) {
        struct span line = markdown->lines[i].text, label, value;
        struct list_item item;
        if (markdown->lines[i].is_code)
            continue;
        if (document_label(line, &label, &value) && (has_label(label, "Status") || has_label(label, "Final Status"))) {
            checklist->says_complete = is_complete(value);
            checklist->line = i;
        }
        if (list_item_read_box(line, &item) && item.box != LIST_ITEM_OTHER_BOX) {
            checklist->ticked += item.box == LIST_ITEM_TICKED_BOX;
            checklist->open += item.box == LIST_ITEM_OPEN_BOX;
            last_box = i;
        }
    }
    if (!checklist->says_complete && checklist->ticked && checklist->open == 0) {
        checklist->says_complete = true;
        checklist->line = last_box;
    }
    if (checklist->says_complete)
        checklist->text = span_trim(markdown->lines[checklist->line].text);
}

static bool has(struct span text, const char *word) {
    return text.length && memmem(text.data, text.length, word, strlen(word));
}

/* Is one of the words behind a label that ends with @ending, on its line? */
static bool has_status(struct span text, const char *ending) {
    for (const char *at; text.length && (at = memmem(text.data, text.length, ending, strlen(ending)));) {
        text = span_skip(text, (size_t)(at - text.data) + strlen(ending));
        const char *end = text.length ? memchr(text.data, '\n', text.length) : NULL;
        struct span line = {text.data, end ? (size_t)(end - text.data) : text.length};
        if (text_has_word(line, "complete") || text_has_word(line, "completed") || text_has_word(line, "done"))
            return true;
    }
    return false;
}

bool checklist_may_say_complete(struct span raw) {
    return has(raw, "[x]") || has(raw, "[X]") || has_status(raw, "tatus") || has_status(raw, "TATUS");
}
