#include "plan/plan_conflicts.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/listing.h"
#include "document/conflict.h"
#include "document/document.h"

static bool is_markdown(const struct listing_entry *entry) {
    size_t length = strlen(entry->name);
    return entry->is_regular && length > 3 && strcmp(entry->name + length - 3, ".md") == 0;
}

/* What cannot be read has been reported where it matters. */
static void check_file(struct diagnostics *diagnostics, const struct files *files, const char *path) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    unsigned line = files_read(files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error)
                        ? document_conflict_line(buffer_span(&text))
                        : 0;
    if (line)
        conflict_report(diagnostics, SEVERITY_ERROR, path, line);
}

static void check_folder(struct diagnostics *diagnostics, const struct files *files, const char *path) {
    AUTO(arena) arena = {0};
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    files_list(files, path, &listing, &error);
    for (size_t i = 0; i < listing.count; i++)
        if (is_markdown(&listing.entries[i]))
            check_file(diagnostics, files, arena_format(&arena, "%s/%s", path, listing.entries[i].name));
}

void plan_conflicts_append(struct diagnostics *diagnostics, const struct plan *plan, const struct files *files) {
    static const char *const folders[] = {"subplans", "execution", "execution/feedbacks"};
    AUTO(arena) arena = {0};
    diagnostics_append(diagnostics, &plan->diagnostics);
    if (plan->plan_file)
        check_file(diagnostics, files, plan->plan_file);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        check_folder(diagnostics, files, arena_format(&arena, "%s/%s", plan->path, folders[i]));
}
