#include "format/template.h"

#include <assert.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "format/prose.h"

const char *template_default(const char *name) {
    for (const struct template_default *item = template_defaults; item->name; item++)
        if (strcmp(item->name, name) == 0)
            return item->text;
    return NULL;
}

static const struct template_variable *find(const struct template_variable *variables, size_t count, struct span name) {
    for (size_t i = 0; i < count; i++)
        if (span_equals(name, variables[i].name))
            return &variables[i];
    return NULL;
}

static void report_unknown(struct span name, const char *file, unsigned line, unsigned column,
                           const struct template_variable *variables, size_t count, struct diagnostics *diagnostics) {
    AUTO(arena) arena = {0};
    const char *word = arena_copy(&arena, name.data, name.length);
    AUTO_FREE const char **names = memory_allocate(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = variables[i].name;
    const char *closest = text_closest(word, names, count);
    diagnostics_add(diagnostics, &(struct diagnostic){
                                     .code = "template.unknown_variable",
                                     .message = arena_format(&arena, "there is no variable {{%s}}", word),
                                     .file = file,
                                     .line = line,
                                     .column = column,
                                     .hint = closest ? arena_format(&arena, "did you mean {{%s}}?", closest) : NULL,
                                 });
}

static void report_missing(const struct template_variable *variable, const char *file,
                           struct diagnostics *diagnostics) {
    AUTO(arena) arena = {0};
    diagnostics_add(diagnostics,
                    &(struct diagnostic){
                        .code = "template.missing_variable",
                        .message = arena_format(&arena, "the template does not use {{%s}}", variable->name),
                        .file = file,
                        .hint = "without it the files would lack what they are for",
                    });
}

struct rendering {
    struct buffer *result;
    const char *file;
    const struct template_variable *variables;
    size_t count;
    bool *is_used;
    struct diagnostics *diagnostics;
};

static void report_unclosed(const struct rendering *rendering, unsigned line, unsigned column) {
    diagnostics_add(rendering->diagnostics, &(struct diagnostic){.code = "template.unclosed",
                                                                 .message = "this {{ has no }} in its line",
                                                                 .file = rendering->file,
                                                                 .line = line,
                                                                 .column = column});
}

static void append_value(struct rendering *rendering, struct span name, unsigned line, unsigned column) {
    const struct template_variable *variable = find(rendering->variables, rendering->count, name);
    if (!variable) {
        report_unknown(name, rendering->file, line, column, rendering->variables, rendering->count,
                       rendering->diagnostics);
        return;
    }
    rendering->is_used[variable - rendering->variables] = true;
    if (rendering->result->length <= TEMPLATE_RESULT_MOST_BYTES) /* one line may have a variable many times */
        buffer_append_span(rendering->result, variable->value);
}

/* Returns whether there were variables in it. */
static bool render_line(struct rendering *rendering, struct span line, unsigned number) {
    const char *start = line.data;
    bool has_variables = false;
    for (const char *open; (open = memmem(line.data, line.length, "{{", 2));) {
        size_t before = (size_t)(open - line.data);
        unsigned column = (unsigned)(open - start) + 1;
        buffer_append(rendering->result, line.data, before);
        line = span_skip(line, before + 2);
        has_variables = true;
        const char *close = memmem(line.data, line.length, "}}", 2);
        if (!close) { /* nor has the rest of the line */
            report_unclosed(rendering, number, column);
            break;
        }
        size_t length = (size_t)(close - line.data);
        append_value(rendering, span_trim((struct span){line.data, length}), number, column);
        line = span_skip(line, length + 2);
    }
    buffer_append_span(rendering->result, line);
    return has_variables;
}

static void render_lines(struct rendering *rendering, struct span text) {
    struct buffer *result = rendering->result;
    unsigned number = 0;
    bool was_left_out = false; /* the line before */
    bool is_separated = true;  /* nothing, or a blank line, comes before what is next */
    for (struct span line; span_next_line(&text, &line);) {
        size_t start = result->length;
        number++;
        bool is_left_out = (was_left_out && is_separated && line.length == 0) ||
                           (render_line(rendering, line, number) && result->length == start);
        was_left_out = is_left_out && line.length > 0;
        if (!is_left_out) {
            is_separated = result->length == start;
            buffer_append_byte(result, '\n');
        }
        if (result->length > TEMPLATE_RESULT_MOST_BYTES) {
            diagnostics_add(rendering->diagnostics,
                            &(struct diagnostic){.code = "template.too_large",
                                                 .message = "with this template the file becomes larger than 4 MiB",
                                                 .file = rendering->file,
                                                 .line = number});
            return;
        }
    }
}

bool template_render(struct buffer *result, struct span text, const char *file,
                     const struct template_variable *variables, size_t count, struct diagnostics *diagnostics) {
    size_t errors = diagnostics->error_count;
    AUTO_FREE bool *is_used = memory_allocate(count, sizeof *is_used);
    AUTO(buffer) rendered = {0};
    struct rendering rendering = {&rendered, file, variables, count, is_used, diagnostics};
    render_lines(&rendering, text);
    text_append_shown(result, buffer_span(&rendered));
    for (size_t i = 0; i < count; i++)
        if (variables[i].is_required && !is_used[i])
            report_missing(&variables[i], file, diagnostics);
    return diagnostics->error_count == errors;
}

/* --- variables --- */

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
