#include "template.h"

#include <string.h>

#include "memory.h"
#include "text.h"

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
    struct arena arena = {0};
    const char *word = arena_copy(&arena, name.data, name.length);
    const char **names = memory_allocate(count, sizeof *names);
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
    memory_free(names);
    arena_release(&arena);
}

static void report_missing(const struct template_variable *variable, const char *file,
                           struct diagnostics *diagnostics) {
    struct arena arena = {0};
    diagnostics_add(diagnostics,
                    &(struct diagnostic){
                        .code = "template.missing_variable",
                        .message = arena_format(&arena, "the template does not use {{%s}}", variable->name),
                        .file = file,
                        .hint = "without it the files would lack what they are for",
                    });
    arena_release(&arena);
}

bool template_render(struct buffer *result, struct span text, const char *file,
                     const struct template_variable *variables, size_t count, struct diagnostics *diagnostics) {
    size_t errors = diagnostics->error_count;
    bool *is_used = memory_allocate(count, sizeof *is_used);
    unsigned number = 0;
    for (struct span line; span_next_line(&text, &line); buffer_append_byte(result, '\n')) {
        number++;
        const char *start = line.data;
        for (const char *open; (open = memmem(line.data, line.length, "{{", 2));) {
            size_t before = (size_t)(open - line.data);
            unsigned column = (unsigned)(open - start) + 1;
            buffer_append(result, line.data, before);
            line = span_skip(line, before + 2);
            const char *close = memmem(line.data, line.length, "}}", 2);
            if (!close) {
                diagnostics_add(diagnostics, &(struct diagnostic){.code = "template.unclosed",
                                                                  .message = "this {{ has no }} in its line",
                                                                  .file = file,
                                                                  .line = number,
                                                                  .column = column});
                break; /* the rest of the line has none either */
            }
            struct span name = span_trim((struct span){line.data, (size_t)(close - line.data)});
            line = span_skip(line, (size_t)(close - line.data) + 2);
            const struct template_variable *variable = find(variables, count, name);
            if (variable)
                is_used[variable - variables] = true;
            if (variable)
                buffer_append_span(result, variable->value);
            else
                report_unknown(name, file, number, column, variables, count, diagnostics);
        }
        buffer_append_span(result, line);
        if (result->length > TEMPLATE_RESULT_MOST_BYTES) {
            diagnostics_add(diagnostics, &(struct diagnostic){.code = "template.too_large",
                                                              .message = "with this template the file becomes larger "
                                                                         "than 4 MiB",
                                                              .file = file,
                                                              .line = number});
            break;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (variables[i].is_required && !is_used[i])
            report_missing(&variables[i], file, diagnostics);
    memory_free(is_used);
    return diagnostics->error_count == errors;
}
