#include "menu/line_list.h"

#include "base/memory.h"

struct buffer *line_list_add(struct line_list *list) {
    struct buffer *line = LIST_ADD(list->lines, list->count, list->capacity);
    *line = (struct buffer){0};
    return line;
}

void line_list_release(struct line_list *list) {
    for (size_t i = 0; i < list->count; i++)
        buffer_release(&list->lines[i]);
    memory_free(list->lines);
    *list = (struct line_list){0};
}
