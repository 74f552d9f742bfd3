/* A task list of another tool: the first byte is its format, the second one the options. */
#include <string.h>

#include "draft/plan_draft.h"
#include "fuzz.h"
#include "import/import.h"
#include "plan/dependency_file.h"

/* Backlog.md has several files: a form feed ends one. */
static void split(struct source *source, struct span text) {
    do {
        const char *end = source->format == IMPORT_BACKLOG ? memchr(text.data, '\f', text.length) : NULL;
        size_t length = end ? (size_t)(end - text.data) : text.length;
        *LIST_ADD(source->files, source->count, source->capacity) =
            (struct source_file){SOURCE_LIST, "list", {arena_copy(&source->arena, text.data, length), length}};
        text = span_skip(text, end ? length + 1 : length);
    } while (text.length);
}

static void check_draft(const struct plan_draft *draft) {
    struct buffer graph = {0}, plan = {0};
    struct dependency_file read;
    struct diagnostics diagnostics = {0};
    plan_draft_write_graph(&graph, draft, "X");
    MUST(dependency_file_read(&read, buffer_span(&graph), "f", &diagnostics));
    MUST(read.count == draft->count);
    buffer_append_string(&plan, "# PLAN: X\n\n## Achievements\n\n");
    size_t start = plan.length;
    plan_draft_write_bodies(&plan, draft, false);
    bool is_defined = plan_draft_is_defined(draft, buffer_span(&plan));
    buffer_truncate(&plan, start);
    plan_draft_write_bodies(&plan, draft, true);
    MUST(is_defined || plan_draft_is_defined(draft, buffer_span(&plan)));
    dependency_file_release(&read);
    diagnostics_release(&diagnostics);
    buffer_release(&graph);
    buffer_release(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    struct span text = fuzz_input(data + 2, size - 2);
    const struct import_options options = {.name = "list",
                                           .is_lenient = data[1] & 1,
                                           .is_open = data[1] & 2,
                                           .is_flat = data[1] & 4,
                                           .by_phase = data[1] & 8,
                                           .with_status = data[1] & 16};
    struct source source = {.format = (enum import_format)(IMPORT_ANY + 1 + data[0] % (IMPORT_FORMATS - 1)),
                            .name = "list"};
    struct plan_draft draft;
    struct diagnostics diagnostics = {0};
    struct error error = {0};
    split(&source, text);
    if (import_check_options(&source, &options, &error)) {
        bool is_read = import_read(&draft, &source, &options, "X", &diagnostics, &error);
        MUST(is_read == (error.code == ERROR_NONE));
        MUST(!is_read || diagnostics.error_count == 0);
        if (is_read)
            check_draft(&draft);
        plan_draft_release(&draft);
    }
    error_release(&error);
    diagnostics_release(&diagnostics);
    source_release(&source);
    return 0;
}
