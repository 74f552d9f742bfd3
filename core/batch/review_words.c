#include "batch/review_words.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "document/list_item.h"
#include "format/prose.h"
#include "plan/graph.h"

void review_words_append(struct buffer *text, struct span words) {
    size_t start = text->length;
    for (struct span rest = words, line; span_next_line(&rest, &line);) {
        buffer_append_string(text, text->length > start ? "\n" : "");
        prose_append_line(text, line);
    }
}

void review_words_append_points(struct buffer *text, struct span words) {
    struct span rest = words, line;
    struct list_item item;
    bool is_list = false, is_new = true;
    size_t start = text->length;
    while (span_next_line(&rest, &line))
        is_list |= list_item_read(line, &item);
    rest = words;
    while (span_next_line(&rest, &line)) {
        bool is_blank = span_trim(line).length == 0, is_item = list_item_read(line, &item);
        bool is_point = is_list ? is_item && item.indentation == 0 : is_new && !is_blank;
        bool is_first = is_new; /* line of a paragraph */
        is_new = is_blank;
        if (is_blank)
            continue;
        buffer_append_string(text, text->length > start ? "\n" : "");
        buffer_append_string(text, is_point ? LIST_ITEM_OPEN : "");
        if (is_point)
            prose_append_line(text, list_item_without_box(list_item_content(line)));
        else if (text_indentation(line) > 0 || (is_list && is_first))
            prose_append_line(text, line);
        else {
            buffer_append_string(text, "  ");
            prose_append_line(text, line);
        }
    }
}

void review_words_append_blocked(struct buffer *ids, const struct plan *plan, size_t position) {
    size_t count = plan->dependencies.count;
    if (!plan->has_graph)
        return;
    bool *is_open = memory_allocate(count, sizeof *is_open);
    uint32_t *found = memory_allocate(count, sizeof *found);
    for (size_t i = 0; i < count; i++)
        is_open[i] = i == position || plan_is_open(plan, i);
    uint32_t found_count = graph_dependents(&plan->dependencies.graph, (uint32_t)position, is_open, found);
    for (uint32_t i = 0; i < found_count; i++)
        buffer_append_format(ids, "%s%s", ids->length ? ", " : "", plan->dependencies.achievements[found[i]].id);
    memory_free(found);
    memory_free(is_open);
}
