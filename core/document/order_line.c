#include "document/order_line.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/names.h"
#include "format/markdown.h"

static bool has_one_of(struct span line, const char *const *words) {
    for (; *words; words++)
        if (text_has_word(line, *words))
            return true;
    return false;
}

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static bool has_id(struct span line) {
    for (size_t i = 0; i < line.length; i++)
        if (is_digit(line.data[i]) && (i == 0 || !is_digit(line.data[i - 1])) &&
            names_leading_id(span_skip(line, i)).length)
            return true;
    return false;
}

static bool speaks_of_order(struct span line) {
    static const char *const order[] = {"depend",        "depends",    "dependency", "dependencies", "prerequisite",
                                        "prerequisites", "sequential", "blocks",     "enables",      NULL};
    static const char *const place[] = {"after", "before", "first", NULL};
    static const char *const stage[] = {"priority", "phase", NULL};
    return has_one_of(line, order) || (has_one_of(line, place) && (has_one_of(line, stage) || has_id(line)));
}

/* By line: does it belong to a Dependencies field? */
static bool *find_fields(const struct document *plan, const struct plan_document *definitions) {
    bool *is_field = memory_allocate(plan->markdown.line_count, sizeof *is_field);
    for (size_t i = 0; i < definitions->count; i++) {
        const struct definition_text *field = &definitions->items[i].fields[DEFINITION_DEPENDENCIES];
        if (definitions->items[i].has_field[DEFINITION_DEPENDENCIES])
            memset(is_field + field->first - 1, true, field->end - field->first + 1); /* with its label's line */
    }
    return is_field;
}

size_t order_line_find_all(const struct document *plan, const struct plan_document *definitions, size_t *lines) {
    const struct markdown *markdown = &plan->markdown;
    AUTO_FREE bool *is_field = find_fields(plan, definitions);
    size_t count = 0;
    for (size_t i = 0; i < markdown->line_count; i++)
        if (!is_field[i] && !markdown->lines[i].is_code && speaks_of_order(markdown->lines[i].text))
            lines[count++] = i;
    return count;
}
