#include "doctor/check_files.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "disk/listing.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/standing.h"

/* The folders of a plan; "" is its own. */
static const char *const folders[] = {"", "subplans", "execution", "execution/feedbacks"};
enum { FOLDERS = sizeof folders / sizeof *folders };

struct search {
    struct findings *findings;
    const struct files *files;
    const struct plan *plan;
    const char *folder;
    struct arena arena;
    struct string_map reported; /* files that are among the plan's diagnostics */
};

static const char *path_of(struct search *search, const char *folder, const char *name) {
    return arena_format(&search->arena, "%s/%s%s%s", search->plan->path, folder, folder[0] ? "/" : "", name);
}

/* A command of two paths. */
static const char *command_of(struct search *search, const char *verb, const char *from, const char *to) {
    AUTO(buffer) command = {0};
    buffer_append_format(&command, "%s ", verb);
    text_append_shell_word(&command, from);
    buffer_append_byte(&command, ' ');
    text_append_shell_word(&command, to);
    const char *kept = arena_copy(&search->arena, command.data, command.length);
    return kept;
}

static bool is_taken(const struct search *search, const char *path) {
    return files_kind(search->files, path) != FILE_ABSENT;
}

/* How to bring the file to @to, if there is no file yet. */
static const char *remedy_of(struct search *search, const char *from, const char *to) {
    return is_taken(search, to) ? command_of(search, "diff", from, to) : command_of(search, "mv -n", from, to);
}

static void report_misplaced(struct search *search, const char *path, const char *name, enum name_kind kind) {
    const char *to = path_of(search, names_folder(kind), name);
    findings_report(search->findings, FINDING_WARNING, "file.misplaced", path, remedy_of(search, path, to),
                    "it is ignored here: its place is %s%s", names_folder(kind),
                    is_taken(search, to) ? ", where another file exists" : "");
}

/* --- names that are nearly right --- */

/* "SUBPLAN_X_11_V2.md": missed if there is no regular one. */
static void report_irregular_subplan(struct search *search, const char *path, struct name name) {
    char *regular = arena_format(&search->arena, "SUBPLAN_%s_%.*s.md", search->plan->name, (int)name.digits.length,
                                 name.digits.data);
    const char *to = path_of(search, "subplans", regular);
    bool has_regular = is_taken(search, to);
    findings_report(search->findings, has_regular ? FINDING_NOTE : FINDING_WARNING, "file.irregular_name", path,
                    remedy_of(search, path, to), "it is ignored: its name does not match %s%s", regular,
                    has_regular ? ", which exists" : ", which is missing");
}

static bool begins_with(const char *name, const char *prefix) {
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool is_markdown(const char *name) {
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".md") == 0;
}

/* The prefix of our own that the name has, or NULL. */
static const char *prefix_of(const char *name) {
    static const char *const prefixes[] = {"SUBPLAN_", "EXECUTION_TASK_", "SUBMITTED_", "APPROVED_",
                                           "FIX_",     "SKIPPED_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (begins_with(name, prefixes[i]))
            return prefixes[i];
    return NULL;
}

static void report_other(struct search *search, const char *path, const char *name) {
    const char *prefix = prefix_of(name);
    bool is_document = prefix && (strcmp(prefix, "SUBPLAN_") == 0 || strcmp(prefix, "EXECUTION_TASK_") == 0);
    struct span rest = span_of(prefix ? name + strlen(prefix) : "");
    bool is_ours = is_document && span_starts_with(rest, search->plan->name) &&
                   rest.length > strlen(search->plan->name) && rest.data[strlen(search->plan->name)] == '_';
    if (is_document && !is_ours)
        findings_report(search->findings, FINDING_WARNING, "file.other_plan", path,
                        "move it to its plan, or give it this one's name",
                        "it does not carry the name of this plan, %s", search->plan->name);
    else if (prefix)
        findings_report(search->findings, FINDING_NOTE, "file.irregular_name", path,
                        "rename it if the plan is to use it",
                        "it is ignored: what follows %s in its name is not valid; it is never touched", prefix);
    else if (search->folder[0])
        findings_report(search->findings, FINDING_NOTE, "file.stray", path, NULL,
                        "it is no part of the plan, and left alone");
}

/* --- headers --- */

/* Is it the id the file is of, or of a part of that? */
static bool is_same(struct span stated, struct span digits) {
    char text[NAMES_ID_BYTES_MOST + 1] = "", whole[NAMES_ID_BYTES_MOST + 1];
    memcpy(text, stated.data, stated.length);
    text[stated.length] = '\0';
    names_digits(text, whole);
    if (span_equals(digits, whole))
        return true;
    char *dot = strrchr(text, '.');
    if (dot)
        *dot = '\0';
    names_digits(text, whole);
    return span_equals(digits, whole);
}

static void check_header(struct search *search, const char *path, struct name name) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    if (!files_read(search->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error)) {
        if (error.code != ERROR_NOT_FOUND)
            findings_report(search->findings, FINDING_WARNING, "file.unreadable", path, NULL, "%s", error.message);
    } else {
        document_parse(&document, buffer_span(&text));
        struct span stated = document_achievement(&document);
        if (stated.length && stated.length <= NAMES_ID_BYTES_MOST && !is_same(stated, name.digits))
            findings_report(search->findings, FINDING_WARNING, "document.achievement", path,
                            "the file name decides; correct the header or rename the file",
                            "the header says achievement %.*s, the file name %.*s", (int)stated.length, stated.data,
                            (int)name.digits.length, name.digits.data);
    }
}

/* --- the whole --- */

/* Has the plan itself said of it that it does not count? */
static bool is_reported(const struct search *search, const char *path) {
    size_t position;
    return string_map_find(&search->reported, span_of(path), &position);
}

static bool has_work_order(const struct standing *standing, unsigned number) {
    for (size_t i = 0; i < standing->execution_count; i++)
        if (standing->executions[i].number == number)
            return true;
    return false;
}

static void check_submitted(struct search *search, const char *path, struct name name) {
    size_t position;
    if (string_map_find(&search->plan->digits, name.digits, &position) &&
        !has_work_order(&search->plan->standings[position], name.number))
        findings_report(search->findings, FINDING_NOTE, "file.stray", path, NULL,
                        "there is no EXECUTION_TASK %02u that it could be about", name.number);
}

static void look_at_file(struct search *search, const char *file) {
    struct name name = names_read(search->plan->name, file);
    const char *path = path_of(search, search->folder, file);
    if (is_reported(search, path))
        return;
    if (name.kind == NAME_OTHER && name.has_suffix && strcmp(search->folder, "subplans") == 0)
        report_irregular_subplan(search, path, name);
    else if (name.kind == NAME_OTHER && is_markdown(file))
        report_other(search, path, file);
    else if (name.kind == NAME_REOPENED)
        return; /* history */
    else if (name.kind != NAME_OTHER && strcmp(search->folder, names_folder(name.kind)) != 0)
        report_misplaced(search, path, file, name.kind);
    else if (name.kind == NAME_EXECUTION && name.has_suffix)
        findings_report(search->findings, FINDING_NOTE, "file.irregular_name", path, NULL,
                        "it is used as an EXECUTION_TASK, and is never touched");
    if (name.kind == NAME_EXECUTION)
        check_header(search, path, name);
    if (name.kind == NAME_SUBMITTED)
        check_submitted(search, path, name);
}

void check_files_report(struct findings *findings, const struct files *files, const struct plan *plan) {
    struct search search = {.findings = findings, .files = files, .plan = plan};
    for (size_t i = 0; i < plan->diagnostics.count; i++)
        if (plan->diagnostics.items[i].achievement) {
            size_t position = i;
            string_map_add(&search.reported, plan->diagnostics.items[i].file, &position);
        }
    for (size_t i = 0; i < FOLDERS; i++) {
        AUTO(listing) listing = {0};
        AUTO(error) error = {0};
        search.folder = folders[i];
        const char *path = folders[i][0] ? path_of(&search, "", folders[i]) : plan->path;
        files_list(files, path, &listing, &error); /* what cannot be listed is among the plan's diagnostics */
        for (size_t k = 0; k < listing.count; k++)
            if (listing.entries[k].is_regular && names_plan(listing.entries[k].name).length == 0)
                look_at_file(&search, listing.entries[k].name);
    }
    string_map_release(&search.reported);
    arena_release(&search.arena);
}
