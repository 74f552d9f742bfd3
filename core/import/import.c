#include "import/import.h"

#include "base/auto.h"
#include "base/text.h"
#include "import/backlog.h"
#include "import/beads.h"
#include "import/box_list.h"
#include "import/outline.h"
#include "import/outline_draft.h"
#include "import/speckit.h"
#include "import/taskmaster.h"

/* False with an error, or with what is wrong among the diagnostics. */
typedef bool read_source(struct outline *outline, const struct source *source, struct error *error);

static const struct {
    read_source *read;
    bool has_epic, has_phases;
} formats[IMPORT_FORMATS] = {
    [IMPORT_TASKMASTER] = {taskmaster_read, true, false}, [IMPORT_SPECKIT] = {speckit_read, false, true},
    [IMPORT_BEADS] = {beads_read, true, false},           [IMPORT_BACKLOG] = {backlog_read, true, false},
    [IMPORT_OPENSPEC] = {box_list_read, false, true},     [IMPORT_KIRO] = {box_list_read, false, true},
};

/* --- options --- */

static bool fail_option(const struct source *source, const char *option, const char *formats_with_it,
                        struct error *error) {
    return error_set(error, ERROR_USAGE, "%s has no %s; it is for %s", source_format_name(source->format), option,
                     formats_with_it);
}

bool import_check_options(const struct source *source, const struct import_options *options, struct error *error) {
    static const char phased[] = "speckit, openspec and kiro";
    if (options->tag && source->format != IMPORT_TASKMASTER)
        return fail_option(source, "--tag", "taskmaster", error);
    if (options->epic_count && !formats[source->format].has_epic)
        return fail_option(source, "--epic", "taskmaster, beads and backlog", error);
    if (options->by_phase && !formats[source->format].has_phases)
        return fail_option(source, "--by phase", phased, error);
    if (options->is_flat && !formats[source->format].has_phases)
        return fail_option(source, "--flat", phased, error);
    return true;
}

/* --- reading --- */

static bool fail(const struct outline *outline, struct error *error) {
    size_t count = outline_error_count(outline), remedies = outline->remedy_count;
    error_set(error, ERROR_INVALID, "%s cannot be imported: it has %zu error%s", outline->options->name, count,
              text_plural(count));
    if (remedies == 0)
        return false;
    return error_hint(error, "--lenient deals with %zu of %zu error%s, each with a warning", remedies, count,
                      text_plural(count));
}

bool import_read(struct plan_draft *draft, const struct source *source, const struct import_options *options,
                 const char *plan, struct diagnostics *diagnostics, struct error *error) {
    AUTO(outline)
    outline = {.options = options,
               .diagnostics = diagnostics,
               .plan = plan,
               .source = source->name,
               .format = source_format_name(source->format),
               .format_word = source_format_word(source->format),
               .container = "task",
               .part = "part",
               .first_error = diagnostics->error_count};
    *draft = (struct plan_draft){0};
    if (!formats[source->format].read(&outline, source, error))
        return false;
    if (!outline.is_too_large && !outline_draft_make(&outline, draft, error))
        return false;
    if (outline_error_count(&outline) == 0)
        plan_draft_check(draft, options->name, diagnostics);
    return outline_error_count(&outline) == 0 || fail(&outline, error);
}
