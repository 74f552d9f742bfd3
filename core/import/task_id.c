#include "import/task_id.h"

#include <ctype.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "import/outline.h"

/* "7.02" as numbers. False if it is something else. */
static bool read_numbers(struct task_id *id, const char *text) {
    id->count = 0;
    while (id->count < TASK_ID_NUMBERS_MOST) {
        uint64_t number = 0;
        size_t digits = 0;
        for (; isdigit((unsigned char)text[digits]) && digits <= OUTLINE_DIGITS_MOST; digits++)
            number = number * 10 + (uint64_t)(text[digits] - '0');
        if (digits == 0 || digits > OUTLINE_DIGITS_MOST)
            return false;
        id->numbers[id->count++] = number;
        if (text[digits] == '\0')
            return true;
        if (text[digits] != '.')
            return false;
        text += digits + 1;
    }
    return false;
}

static const char *join(struct arena *arena, const char *prefix, const struct task_id *id, size_t count) {
    AUTO(buffer) text = {0};
    buffer_append_string(&text, prefix);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, "%s%llu", i ? "." : "", (unsigned long long)id->numbers[i]);
    return arena_copy(arena, buffer_text(&text), text.length);
}

struct task_id task_id_read(struct arena *arena, const char *text) {
    struct task_id id = {0};
    const char *dash = strrchr(text, '-'), *number = dash ? dash + 1 : text;
    bool has_numbers = read_numbers(&id, number);
    size_t length = has_numbers ? (size_t)(number - text) : strlen(text);
    char *prefix = arena_copy(arena, text, length);
    for (size_t i = 0; i < length; i++)
        prefix[i] = (char)tolower((unsigned char)prefix[i]);
    id.count = has_numbers ? id.count : 0;
    id.prefix = prefix;
    id.digits = join(arena, "", &id, id.count);
    return id;
}

const char *task_id_key(struct arena *arena, const struct task_id *id) {
    return join(arena, id->prefix, id, id->count);
}

const char *task_id_parent_key(struct arena *arena, const struct task_id *id) {
    return id->count > 1 ? join(arena, id->prefix, id, id->count - 1) : NULL;
}

int task_id_compare(const struct task_id *a, const struct task_id *b) {
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->numbers[i] != b->numbers[i])
            return a->numbers[i] < b->numbers[i] ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return strcmp(a->prefix, b->prefix);
}
