#include "render/repeats.h"

#include <string.h>

#include "base/auto.h"
#include "base/columns.h"
#include "base/memory.h"
#include "render/styled_text.h"

void repeats_add(struct repeats *repeats, const char *message, const char *file) {
    size_t position = repeats->count;
    if (string_map_add(&repeats->messages, message, &position)) {
        repeats->items = memory_grow(repeats->items, &repeats->capacity, repeats->count + 1, sizeof *repeats->items);
        repeats->items[repeats->count++] = (struct repeat){0};
    }
    struct repeat *repeat = &repeats->items[position];
    if (repeat->count <= REPEATS_NAMED_MOST)
        repeat->files[repeat->count] = file;
    repeat->count++;
}

const struct repeat *repeats_take(struct repeats *repeats, const char *message) {
    size_t position;
    if (!string_map_find(&repeats->messages, span_of(message), &position) || repeats->items[position].is_printed)
        return NULL;
    repeats->items[position].is_printed = true;
    return &repeats->items[position];
}

void repeats_append(struct buffer *text, const struct repeat *repeat, const char *indent, const struct style *style) {
    if (repeat->count < 2)
        return;
    AUTO(buffer) words = {0};
    buffer_append_string(&words, "the same: ");
    for (size_t i = 1; i < repeat->count && i <= REPEATS_NAMED_MOST; i++) {
        buffer_append_string(&words, i > 1 ? ", " : "");
        styled_text_append_path(&words, style, repeat->files[i]);
    }
    if (repeat->count > REPEATS_NAMED_MOST + 1)
        buffer_append_format(&words, " and %zu more (-v)", repeat->count - REPEATS_NAMED_MOST - 1);
    buffer_append_string(text, indent);
    if (style->columns)
        columns_append_wrapped(text, buffer_span(&words), strlen(indent), strlen(indent), style->columns);
    else
        buffer_append_span(text, buffer_span(&words));
    buffer_append_byte(text, '\n');
}

void repeats_release(struct repeats *repeats) {
    string_map_release(&repeats->messages);
    memory_free(repeats->items);
    *repeats = (struct repeats){0};
}
