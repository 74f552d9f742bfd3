#include "format/variables.h"

#include <assert.h>
#include <string.h>

#include "base/auto.h"
#include "format/prose.h"

void variables_add_text(struct variables *variables, const char *name, struct buffer *text) {
    assert(variables->count < VARIABLES_MOST);
    struct span value = {arena_copy(&variables->arena, buffer_text(text), text->length), text->length};
    variables->items[variables->count++] = (struct template_variable){name, value, false};
    buffer_clear(text);
}

void variables_add_words(struct variables *variables, const char *name, const char *value) {
    AUTO(buffer) words = {0};
    prose_append_words(&words, span_of(value));
    variables_add_text(variables, name, &words);
}

void variables_add_line(struct variables *variables, const char *name, const char *value) {
    AUTO(buffer) code = {0}, line = {0};
    prose_append_code(&code, span_of(value));
    if (code.length)
        buffer_append(&line, code.data + 1, code.length - 2); /* the template has the backticks, where it wants them */
    variables_add_text(variables, name, &line);
}

void variables_require(struct variables *variables, const char *const *names) {
    for (; *names; names++)
        for (size_t i = 0; i < variables->count; i++)
            variables->items[i].is_required |= strcmp(variables->items[i].name, *names) == 0;
}

bool variables_render(const struct variables *variables, struct buffer *result, struct span text, const char *file,
                      struct diagnostics *diagnostics) {
    return template_render(result, text, file, variables->items, variables->count, diagnostics);
}

void variables_release(struct variables *variables) {
    arena_release(&variables->arena);
    *variables = (struct variables){0};
}
