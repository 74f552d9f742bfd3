#include "config/config_value.h"

#include <stdlib.h>
#include <string.h>

bool config_value_boolean(const char *text, bool *value) {
    static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false", "off", "0"};
    for (size_t i = 0; i < 4; i++)
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *value = strcmp(text, yes[i]) == 0;
            return true;
        }
    return false;
}

bool config_value_duration(const char *text, int *milliseconds) {
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}, {"m", 60000}, {"min", 60000}, {"h", 3600000}};
    char *end;
    double number = strtod(text, &end);
    if (end == text || end != text + strspn(text, "0123456789."))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0 && number * units[i].factor <= DAY_MS) {
            *milliseconds = (int)(number * units[i].factor);
            return true;
        }
    return false;
}

bool config_value_word(const char *text, const char *const *words, size_t count, size_t *position) {
    for (*position = 0; *position < count && words[*position]; ++*position)
        if (strcmp(text, words[*position]) == 0)
            return true;
    return false;
}

bool config_value_set(const char *text, const char *const *words, size_t count, unsigned *bits) {
    *bits = 0;
    if (strcmp(text, "none") == 0)
        return true;
    for (size_t length; *text; text += length) {
        text += strspn(text, " ,\t");
        length = strcspn(text, " ,\t");
        size_t position = 0;
        while (position < count && (strlen(words[position]) != length || strncmp(words[position], text, length) != 0))
            position++;
        if (length && position == count)
            return false;
        *bits |= length ? 1U << position : 0;
    }
    return *bits;
}

const char *config_value_set_text(struct arena *arena, const char *const *words, size_t count, unsigned bits) {
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        if (bits & 1U << i)
            text = arena_format(arena, "%s%s%s", text, text[0] ? " " : "", words[i]);
    return text[0] ? text : "none";
}
