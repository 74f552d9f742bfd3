#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "disk/files.h"
#include "disk/listing.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "format/json.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/plan_reviews.h"
#include "plan/standing.h"

struct loader {
    struct plan *plan;
    struct plan *previous; /* NULL when nothing is known */
    const struct files *files;
    int64_t started_ns;   /* CLOCK_REALTIME, as file systems stamp files */
    bool has_noted_links; /* of every file in the listings: they have been identified */
    bool lacks_graph;     /* there is a PLAN, and no dependency file */
    struct listing own;   /* the plan's folder */
};

static void report(struct loader *loader, enum severity severity, const char *file, const char *code,
                   const char *message, const char *hint) {
    diagnostics_add(
        &loader->plan->diagnostics,
        &(struct diagnostic){.severity = severity, .code = code, .message = message, .file = file, .hint = hint});
}

/* @line: of the document, see text_unseen_line. */
static void report_unseen(struct loader *loader, const char *file, unsigned line) {
    if (line)
        diagnostics_add(&loader->plan->diagnostics,
                        &(struct diagnostic){.severity = SEVERITY_WARNING,
                                             .code = "text.unseen",
                                             .message = "this line has characters that are not seen; where it is "
                                                        "shown or quoted, their codes stand for them",
                                             .file = file,
                                             .line = line,
                                             .hint = "write it without them"});
}

#define message_of(loader, ...) arena_format(&(loader)->plan->arena, __VA_ARGS__)

static const char *join(struct loader *loader, const char *folder, const char *name) {
    return folder[0] ? message_of(loader, "%s/%s", folder, name) : message_of(loader, "%s", name);
}

/* Reports and releases @error. */
static void report_error(struct loader *loader, const char *file, const char *code, struct error *error) {
    const char *cause = error->system_errno ? strerrordesc_np(error->system_errno) : NULL;
    report(loader, SEVERITY_ERROR, file, code,
           cause ? message_of(loader, "this cannot be read: %s", cause) : error->message, error->hint);
    error_release(error);
}

/* Tells one state of a file on disk from another; 0 for one so young that a later write could have the same times. */
static uint64_t mark_of(const struct loader *loader, const struct file_identity *identity) {
    bool is_settled = identity->ctime_ns + (int64_t)PLAN_SETTLED_MS * 1000000 < loader->started_ns;
    return is_settled ? digest_number(identity, sizeof *identity) : 0;
}

static void note_links(struct loader *loader, const struct file_identity *identity) {
    const uint64_t file[] = {identity->device, identity->inode};
    if (identity->links > 1)
        loader->plan->links += digest_number(file, sizeof file) | 1;
}

/* --- the PLAN file and the dependency file --- */

static const char *folder_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void choose_plan_file(struct loader *loader) {
    struct plan *plan = loader->plan;
    const char *folder = folder_name(plan->path), *only = NULL;
    AUTO(buffer) several = {0};
    size_t count = 0;
    for (size_t i = 0; i < loader->own.count; i++) {
        const struct listing_entry *entry = &loader->own.entries[i];
        struct span name = names_plan(entry->name);
        if (name.length == 0 || !entry->is_regular)
            continue;
        if (span_equals(name, folder)) {
            only = entry->name;
            count = 1;
            break;
        }
        buffer_append_format(&several, "%s%s", count ? ", " : "", entry->name);
        only = entry->name;
        count++;
    }
    plan->name = arena_copy(&plan->arena, folder, strlen(folder));
    if (count == 1) {
        struct span name = names_plan(only);
        plan->name = arena_copy(&plan->arena, name.data, name.length);
        plan->plan_file = join(loader, plan->path, only);
    } else if (count > 1) {
        report(loader, SEVERITY_ERROR, plan->path, "plan.ambiguous",
               message_of(loader, "several PLAN files, none named after the folder: %s", buffer_text(&several)),
               message_of(loader, "name the right one PLAN_%s.md", folder));
    } else {
        report(loader, SEVERITY_ERROR, plan->path, "plan.missing",
               message_of(loader, "there is no PLAN_%s.md here", folder), NULL);
    }
}

static void choose_dependency_file(struct loader *loader) {
    struct plan *plan = loader->plan;
    const char *chosen = NULL;
    AUTO(buffer) several = {0};
    size_t count = 0;
    for (size_t i = 0; names_of_dependency_file[i]; i++) {
        const struct listing_entry *entry = listing_find(&loader->own, names_of_dependency_file[i]);
        if (!entry)
            continue;
        if (!entry->is_regular) {
            report(loader, SEVERITY_ERROR, join(loader, plan->path, entry->name), "file.irregular",
                   "a dependency file must be a regular file, not a link or a folder", NULL);
            continue;
        }
        buffer_append_format(&several, "%s%s", count ? ", " : "", entry->name);
        chosen = chosen ? chosen : entry->name;
        count++;
        if (i == 0)
            break;
    }
    if (count == 1)
        plan->dependency_file = join(loader, plan->path, chosen);
    else if (count > 1)
        report(loader, SEVERITY_ERROR, plan->path, "plan.ambiguous",
               message_of(loader, "several dependency files: %s", buffer_text(&several)),
               "name the right one parallel.json");
}

/* Reads a file of the plan. @mark may be NULL. */
static bool read_file(struct loader *loader, const char *path, size_t most, struct buffer *text, uint64_t *mark,
                      struct error *error) {
    struct file_identity identity;
    loader->plan->read_count++;
    if (!files_read(loader->files, path, most, text, &identity, error))
        return false;
    if (!loader->has_noted_links)
        note_links(loader, &identity);
    if (mark)
        *mark = mark_of(loader, &identity);
    return true;
}

/* Is the dependency file as it was? Then what it says is, too. */
static bool take_dependencies(struct loader *loader) {
    struct plan *plan = loader->plan, *previous = loader->previous;
    struct file_identity identity;
    enum file_kind kind;
    AUTO(error) error = {0};
    if (!previous || !previous->dependency_mark || strcmp(previous->dependency_file, plan->dependency_file) != 0)
        return false;
    if (!files_look(loader->files, plan->dependency_file, &kind, &identity, &error) || kind != FILE_REGULAR ||
        mark_of(loader, &identity) != previous->dependency_mark)
        return false;
    note_links(loader, &identity);
    plan->dependencies = previous->dependencies;
    previous->dependencies = (struct dependency_file){0};
    plan->dependency_diagnostics = previous->dependency_diagnostics;
    previous->dependency_diagnostics = (struct diagnostics){0};
    plan->dependency_mark = previous->dependency_mark;
    memcpy(plan->dependency_digest, previous->dependency_digest, sizeof plan->dependency_digest);
    return true;
}

static void read_dependency_file(struct loader *loader) {
    struct plan *plan = loader->plan;
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    if (take_dependencies(loader)) {
        plan->has_graph = plan->dependencies.is_valid;
    } else if (read_file(loader, plan->dependency_file, JSON_SIZE_MOST_BYTES, &text, &plan->dependency_mark, &error)) {
        digest_fast(buffer_span(&text), plan->dependency_digest);
        plan->has_graph = dependency_file_read(&plan->dependencies, buffer_span(&text), plan->dependency_file,
                                               &plan->dependency_diagnostics);
    } else if (error.system_errno == EFBIG) {
        json_report_too_large(plan->dependency_file, &plan->diagnostics);
    } else {
        report_error(loader, plan->dependency_file, "file.unreadable", &error);
    }
    diagnostics_append(&plan->diagnostics, &plan->dependency_diagnostics);
    const char *stated = plan->dependencies.plan_name;
    if (stated && strcmp(stated, plan->name) != 0)
        report(loader, SEVERITY_WARNING, plan->dependency_file, "plan.name",
               message_of(loader, "\"plan_name\" is \"%s\", but this is the plan %s", stated, plan->name),
               "the folder and the PLAN file decide; correct \"plan_name\"");
}

/* --- without a dependency file: the achievements of the PLAN, and those that only files speak of --- */

static void add_defined(struct loader *loader, const struct plan_document *definitions, size_t room) {
    struct plan *plan = loader->plan;
    struct dependency_file *dependencies = &plan->dependencies;
    dependencies->achievements =
        arena_allocate(&plan->arena, definitions->count + room, sizeof *dependencies->achievements);
    for (size_t i = 0; i < definitions->count; i++) {
        const struct definition *definition = &definitions->items[i];
        struct achievement *achievement = &dependencies->achievements[dependencies->count++];
        achievement->id = arena_copy(&plan->arena, definition->id, strlen(definition->id));
        achievement->title = arena_copy(&plan->arena, definition->title, strlen(definition->title));
        achievement->has_hours = dependency_file_parse_hours(definition->effort, &achievement->hours);
    }
}

static void index_digits(struct loader *loader) {
    struct plan *plan = loader->plan;
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        char digits[NAMES_ID_BYTES_MOST + 1];
        names_digits(plan->dependencies.achievements[i].id, digits);
        size_t position = i;
        string_map_add(&loader->plan->digits, arena_copy(&plan->arena, digits, strlen(digits)), &position);
    }
}

/*
 * The id behind digits that the PLAN does not define: "1.1" for "11". Longer ones could mean several things; there the
 * document's header says which, if its digits are the same.
 */
static const char *guess_id(struct loader *loader, struct span digits, const char *document_path) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    const char *id = NULL;
    bool is_ambiguous = digits.length > 2;
    if (is_ambiguous && document_path &&
        read_file(loader, document_path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error)) {
        document_parse(&document, buffer_span(&text));
        struct span stated = document_achievement(&document);
        char stated_digits[NAMES_ID_BYTES_MOST + 1] = "";
        if (stated.length) {
            id = arena_copy(&loader->plan->arena, stated.data, stated.length);
            names_digits(id, stated_digits);
        }
        if (!span_equals(digits, stated_digits))
            id = NULL;
    }
    if (!id && digits.length == 2)
        id = message_of(loader, "%c.%c", digits.data[0], digits.data[1]);
    return id;
}

static void add_from_files(struct loader *loader, const char *folder, const struct listing *listing) {
    struct plan *plan = loader->plan;
    for (size_t i = 0; i < listing->count; i++) {
        const struct listing_entry *entry = &listing->entries[i];
        struct name name = names_read(plan->name, entry->name);
        size_t position = plan->dependencies.count;
        if (name.kind == NAME_OTHER || !entry->is_regular ||
            string_map_find(&loader->plan->digits, name.digits, &position))
            continue;
        bool has_header = name.kind == NAME_SUBPLAN || name.kind == NAME_EXECUTION;
        const char *id = guess_id(loader, name.digits, has_header ? join(loader, folder, entry->name) : NULL);
        if (!id)
            continue;
        plan->dependencies.achievements[plan->dependencies.count++].id = id;
        string_map_add(&loader->plan->digits, arena_copy(&plan->arena, name.digits.data, name.digits.length),
                       &position);
    }
}

static int compare_achievements(const void *a, const void *b) {
    return names_compare_ids(((const struct achievement *)a)->id, ((const struct achievement *)b)->id);
}

/* --- what is on disk for each achievement --- */

/* A folder whose name is nearly that of one of a plan's: "execution/feedback". */
struct near_folder {
    const char *path;
    struct listing listing;
};

struct folders {
    struct listing subplans, execution, feedbacks;
    const char *subplans_path, *execution_path, *feedbacks_path;
    struct near_folder *near;
    size_t near_count, near_capacity;
};

static bool list(struct loader *loader, const char *path, struct listing *listing, struct error *error) {
    loader->plan->list_count++;
    return files_list(loader->files, path, listing, error);
}

static void list_folder(struct loader *loader, const struct listing *parent, const char *name, const char *path,
                        struct listing *listing) {
    const struct listing_entry *entry = listing_find(parent, name);
    AUTO(error) error = {0};
    if (!entry)
        return;
    if (!entry->is_folder)
        report(loader, SEVERITY_ERROR, path, "file.irregular",
               message_of(loader, "%s must be a folder, not a link or a file", name), NULL);
    else if (!list(loader, path, listing, &error) && error.code != ERROR_NOT_FOUND)
        report_error(loader, path, "file.unreadable", &error);
}

/* Those in the folder @parent, whose path is @path. */
static void list_near_folders(struct loader *loader, const struct listing *parent, const char *path,
                              struct folders *folders) {
    bool is_own = parent == &loader->own;
    for (size_t i = 0; i < parent->count; i++) {
        const struct listing_entry *entry = &parent->entries[i];
        bool is_right = is_own ? strcmp(entry->name, "subplans") == 0 || strcmp(entry->name, "execution") == 0
                               : strcmp(entry->name, "feedbacks") == 0;
        if (!entry->is_folder || is_right || !names_is_near_folder(entry->name))
            continue;
        struct near_folder *near = LIST_ADD(folders->near, folders->near_count, folders->near_capacity);
        *near = (struct near_folder){.path = join(loader, path, entry->name)};
        list_folder(loader, parent, entry->name, near->path, &near->listing);
    }
}

static void list_folders(struct loader *loader, struct folders *folders) {
    const char *path = loader->plan->path;
    *folders = (struct folders){
        .subplans_path = join(loader, path, "subplans"),
        .execution_path = join(loader, path, "execution"),
        .feedbacks_path = join(loader, path, "execution/feedbacks"),
    };
    list_folder(loader, &loader->own, "subplans", folders->subplans_path, &folders->subplans);
    list_folder(loader, &loader->own, "execution", folders->execution_path, &folders->execution);
    list_folder(loader, &folders->execution, "feedbacks", folders->feedbacks_path, &folders->feedbacks);
    list_near_folders(loader, &loader->own, path, folders);
    list_near_folders(loader, &folders->execution, folders->execution_path, folders);
}

/* Notes the hard links of all files that are listed: a document that is known from before can change through another
 * name, too. */
static void identify(struct loader *loader, struct folders *folders) {
    const struct {
        const char *path;
        struct listing *listing;
    } all[] = {{folders->subplans_path, &folders->subplans},
               {folders->execution_path, &folders->execution},
               {folders->feedbacks_path, &folders->feedbacks}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        files_identify(loader->files, all[i].path, all[i].listing);
        for (size_t k = 0; k < all[i].listing->count; k++)
            if (all[i].listing->entries[k].identity)
                note_links(loader, all[i].listing->entries[k].identity);
    }
    loader->has_noted_links = true;
}

bool plan_lists_folder(const char *inner) {
    static const char *const right[] = {"", "subplans", "execution", "execution/feedbacks"};
    const char *in_execution = strncmp(inner, "execution/", strlen("execution/")) == 0 ? strchr(inner, '/') + 1 : inner;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        if (strcmp(inner, right[i]) == 0)
            return true;
    return !strchr(in_execution, '/') && names_is_near_folder(in_execution);
}

static void folders_release(struct folders *folders) {
    for (size_t i = 0; i < folders->near_count; i++)
        listing_release(&folders->near[i].listing);
    memory_free(folders->near);
    listing_release(&folders->subplans);
    listing_release(&folders->execution);
    listing_release(&folders->feedbacks);
}

/* What is known of the SUBPLAN at @position, if it is on disk as it was then. */
static const struct standing *known_subplan(const struct loader *loader, size_t position, const char *path,
                                            const struct listing_entry *entry) {
    const struct plan *previous = loader->previous;
    if (!previous || position >= previous->standing_count || !entry->identity)
        return NULL;
    const struct standing *known = &previous->standings[position];
    bool is_same = known->subplan_mark && strcmp(known->subplan_file, path) == 0 &&
                   mark_of(loader, entry->identity) == known->subplan_mark;
    return is_same ? known : NULL;
}

static void read_subplan(struct loader *loader, size_t position, const char *path, const struct listing_entry *entry) {
    const struct achievement *achievement = &loader->plan->dependencies.achievements[position];
    struct standing *standing = &loader->plan->standings[position];
    const struct standing *known = known_subplan(loader, position, path, entry);
    struct buffer text = {0};
    struct error error = {0};
    standing->subplan_file = path;
    standing->subplan = SUBPLAN_DRAFT;
    if (known) {
        standing->subplan = known->subplan;
        standing->conflict_line = known->conflict_line;
        standing->subplan_mark = known->subplan_mark;
        standing->unseen_line = known->unseen_line;
        standing->stated_id = known->stated_id ? message_of(loader, "%s", known->stated_id) : NULL;
    } else if (read_file(loader, path, DOCUMENT_SIZE_MOST_BYTES, &text, &standing->subplan_mark, &error)) {
        struct document document;
        document_parse(&document, buffer_span(&text));
        standing->subplan = document_subplan_state(&document);
        standing->conflict_line = document.conflict_line;
        standing->unseen_line = text_unseen_line(buffer_span(&document.text));
        struct span stated = document_achievement(&document);
        if (stated.length)
            standing->stated_id = arena_copy(&loader->plan->arena, stated.data, stated.length);
        document_release(&document);
    } else if (error.code == ERROR_NOT_FOUND) { /* removed since it was listed */
        standing->subplan_file = NULL;
        standing->subplan = SUBPLAN_MISSING;
    } else {
        report(loader, SEVERITY_WARNING, path, "file.unreadable", error.message, NULL);
    }
    report_unseen(loader, path, standing->unseen_line);
    if (standing->stated_id && strcmp(standing->stated_id, achievement->id) != 0)
        report(loader, SEVERITY_WARNING, path, "document.achievement",
               message_of(loader, "the header says achievement %s, the file name %s", standing->stated_id,
                          achievement->id),
               "the file name decides; correct the header or move the file");
    error_release(&error);
    buffer_release(&text);
}

/* The folder in which files of a kind count; NULL for OTHER. */
static const struct listing *right_listing(enum name_kind kind, const struct folders *folders) {
    const char *folder = names_folder(kind);
    if (!folder)
        return NULL;
    return strcmp(folder, "subplans") == 0    ? &folders->subplans
           : strcmp(folder, "execution") == 0 ? &folders->execution
                                              : &folders->feedbacks;
}

static bool belongs_in(enum name_kind kind, const struct folders *folders, const struct listing *listing) {
    return listing == right_listing(kind, folders);
}

/* A command that gives the file at @from its place @to, with the folder if that is missing. */
static const char *move_command(struct loader *loader, const char *from, const char *folder, bool has_folder,
                                const char *to) {
    struct buffer command = {0};
    if (!has_folder) {
        buffer_append_string(&command, "mkdir -p ");
        text_append_shell_word(&command, folder);
        buffer_append_string(&command, " && ");
    }
    buffer_append_string(&command, "mv -n ");
    text_append_shell_word(&command, from);
    buffer_append_byte(&command, ' ');
    text_append_shell_word(&command, to);
    const char *kept = arena_copy(&loader->plan->arena, command.data, command.length);
    buffer_release(&command);
    return kept;
}

/* A file that does not count, though its name is nearly that of one that is missing. False if it is none of these. */
static bool report_near(struct loader *loader, const struct folders *folders, const char *folder,
                        const struct listing_entry *entry) {
    struct plan *plan = loader->plan;
    struct near_name near;
    if (!entry->is_regular || names_plan(entry->name).length ||
        !names_read_near(plan->name, entry->name, &loader->plan->digits, &near))
        return false;
    const char *name = names_regular(&plan->arena, plan->name, &near), *right = names_folder(near.kind);
    if (listing_find(right_listing(near.kind, folders), name))
        return false;
    const char *slash = strchr(right, '/'), *from = join(loader, folder, entry->name);
    const char *right_path = join(loader, plan->path, right);
    bool has_folder = listing_find(slash ? &folders->execution : &loader->own, slash ? slash + 1 : right);
    bool is_misplaced = strcmp(name, entry->name) == 0;
    diagnostics_add(
        &plan->diagnostics,
        &(struct diagnostic){
            .severity = SEVERITY_WARNING,
            .code = is_misplaced ? "file.misplaced" : "file.irregular_name",
            .message =
                is_misplaced
                    ? message_of(loader, "it is ignored here: its place is %s", right)
                    : message_of(loader, "it is ignored: its name does not match %s/%s, which is missing", right, name),
            .file = from,
            .hint = move_command(loader, from, right_path, has_folder, join(loader, right_path, name)),
            .achievement = plan->dependencies.achievements[near.position].id,
        });
    return true;
}

static void take_file(struct loader *loader, size_t position, struct name name, const char *path,
                      const struct listing_entry *entry) {
    struct standing *standing = &loader->plan->standings[position];
    uint64_t mark = entry->identity ? mark_of(loader, entry->identity) : 0;
    if (name.kind == NAME_SUBPLAN)
        read_subplan(loader, position, path, entry);
    else if (name.kind == NAME_EXECUTION)
        plan_reviews_add_execution(
            standing, &loader->plan->arena,
            &(struct execution){.file = path, .number = name.number, .has_suffix = name.has_suffix, .mark = mark});
    else
        plan_reviews_add(standing, &loader->plan->arena,
                         &(struct review){.kind = name.kind, .file = path, .number = name.number, .mark = mark});
}

static void take_files(struct loader *loader, const struct folders *folders, const char *folder,
                       const struct listing *listing) {
    for (size_t i = 0; i < listing->count; i++) {
        const struct listing_entry *entry = &listing->entries[i];
        struct name name = names_read(loader->plan->name, entry->name);
        size_t position;
        bool is_irregular_subplan = name.kind == NAME_OTHER && name.has_suffix && listing == &folders->subplans;
        bool is_right = belongs_in(name.kind, folders, listing);
        bool is_near = !is_right && report_near(loader, folders, folder, entry);
        if (!is_right && !is_irregular_subplan)
            continue;
        const char *path = join(loader, folder, entry->name);
        if (!string_map_find(&loader->plan->digits, name.digits, &position)) {
            bool is_complete = loader->plan->has_graph || !loader->plan->dependency_file;
            if (!is_complete || is_near || report_near(loader, folders, folder, entry))
                continue; /* where the plan is incomplete, its achievement may be one that could not be read */
            report(loader, SEVERITY_WARNING, path, "file.unknown_achievement",
                   message_of(loader, "the plan has no achievement for this file (%.*s)", (int)name.digits.length,
                              name.digits.data),
                   "add the achievement, or rename the file");
        } else if (is_irregular_subplan) {
            loader->plan->standings[position].irregular_subplan =
                arena_copy(&loader->plan->arena, entry->name, strlen(entry->name));
        } else if (!entry->is_regular) {
            report(loader, SEVERITY_WARNING, path, "file.irregular",
                   "this is not a regular file: it is ignored, and it occupies the name",
                   "move the folder or link out of the way");
        } else {
            take_file(loader, position, name, path, entry);
        }
    }
}

/* --- states --- */

/* Reads a document that may have gone since it was listed. */
static bool read_review(void *data, const char *path, struct buffer *text, uint64_t *mark) {
    struct loader *loader = data;
    struct error error = {0};
    bool is_read = read_file(loader, path, DOCUMENT_SIZE_MOST_BYTES, text, mark, &error);
    if (!is_read && error.code != ERROR_NOT_FOUND)
        report(loader, SEVERITY_WARNING, path, "file.unreadable", error.message, NULL);
    error_release(&error);
    return is_read;
}

static void settle(struct loader *loader, size_t position) {
    struct plan *plan = loader->plan;
    struct standing *standing = &plan->standings[position];
    const struct review_source source = {read_review, loader, &plan->arena};
    const struct plan *previous = loader->previous;
    bool is_known = previous && position < previous->standing_count;
    plan_reviews_settle(standing, &plan->dependencies.achievements[position],
                        is_known ? &previous->standings[position] : NULL, &source);
    for (size_t i = 0; i < standing->review_count; i++)
        report_unseen(loader, standing->reviews[i].file, standing->reviews[i].unseen_line);
    plan->counts[standing->state]++;
}

static void settle_ready(struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    for (uint32_t node = 0; node < graph->node_count; node++) {
        bool is_ready = plan_is_open(plan, node) && plan->standings[node].state != STATE_CONFLICTED;
        for (uint32_t i = graph->dependencies.start[node]; is_ready && i < graph->dependencies.start[node + 1]; i++)
            is_ready = !plan_is_open(plan, graph->dependencies.items[i]);
        plan->standings[node].is_ready = is_ready;
    }
}

/* Work orders are made from a graph: where there are some, it may have been deleted. */
static void report_no_dependencies(struct loader *loader) {
    const struct plan *plan = loader->plan;
    AUTO(buffer) path = {0};
    bool has_orders = false;
    text_append_shell_word(&path, plan->path);
    for (size_t i = 0; i < plan->standing_count; i++)
        has_orders |= plan->standings[i].execution_count > 0;
    report(loader, SEVERITY_WARNING, plan->path, "plan.no_dependencies",
           has_orders ? "without parallel.json nothing can be called ready, although there are EXECUTION_TASKs"
                      : "without parallel.json nothing can be called ready",
           message_of(loader, "%s\"batchctl init --graph %s\" writes one from the PLAN",
                      has_orders ? "restore it if it was deleted; or " : "", path.data));
}

static void load_without_dependencies(struct loader *loader, const struct folders *folders) {
    struct plan *plan = loader->plan;
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    if (plan->plan_file) {
        if (read_file(loader, plan->plan_file, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error))
            document_parse(&document, buffer_span(&text));
        else
            report_error(loader, plan->plan_file, "file.unreadable", &error);
        report_unseen(loader, plan->plan_file, text_unseen_line(buffer_span(&document.text)));
        plan_document_read(&definitions, &document);
    }
    add_defined(loader, &definitions, folders->subplans.count + folders->execution.count + folders->feedbacks.count);
    index_digits(loader);
    add_from_files(loader, folders->subplans_path, &folders->subplans);
    add_from_files(loader, folders->execution_path, &folders->execution);
    add_from_files(loader, folders->feedbacks_path, &folders->feedbacks);
    if (plan->dependencies.count)
        qsort(plan->dependencies.achievements, plan->dependencies.count, sizeof *plan->dependencies.achievements,
              compare_achievements);
    string_map_release(&plan->digits);
    dependency_file_check_names(plan->dependencies.achievements, plan->dependencies.count, plan->plan_file,
                                &plan->diagnostics);
    if (plan->plan_file)
        loader->lacks_graph = true;
}

/* One that an approval or a skip has passed over. */
static void report_open_fixes(struct loader *loader) {
    const struct plan *plan = loader->plan;
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        const struct standing *standing = &plan->standings[i];
        const char *id = plan->dependencies.achievements[i].id;
        for (size_t r = 0; r < standing->review_count && !plan_is_open(plan, i); r++)
            if (standing->reviews[r].is_open)
                diagnostics_add(
                    &loader->plan->diagnostics,
                    &(struct diagnostic){
                        .severity = SEVERITY_WARNING,
                        .code = "review.open_fix",
                        .message = message_of(
                            loader, "no work order answers it, but %s is %s: %s decides", id,
                            standing->approved_file ? "complete" : "skipped",
                            names_base(standing->approved_file ? standing->approved_file : standing->skipped_file)),
                        .file = standing->reviews[r].file,
                        .hint = message_of(loader, "to open it again: batchctl reopen %s %s", plan->reference, id)});
    }
}

static void load(struct loader *loader, const char *path) {
    struct plan *plan = loader->plan;
    *plan = (struct plan){0};
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    loader->started_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    plan->path = arena_copy(&plan->arena, path, strlen(path));
    struct folders folders = {0};
    struct error error = {0};
    if (!list(loader, path, &loader->own, &error)) {
        plan->name = folder_name(plan->path);
        report_error(loader, path, "file.unreadable", &error);
    } else {
        choose_plan_file(loader);
        choose_dependency_file(loader);
        list_folders(loader, &folders);
        if (plan->dependency_file)
            read_dependency_file(loader);
        else if (plan->diagnostics.error_count == 0)
            load_without_dependencies(loader, &folders);
        index_digits(loader);
        plan->standing_count = plan->dependencies.count;
        plan->standings = arena_allocate(&plan->arena, plan->standing_count, sizeof *plan->standings);
        if (loader->previous)
            identify(loader, &folders);
        take_files(loader, &folders, folders.subplans_path, &folders.subplans);
        take_files(loader, &folders, folders.execution_path, &folders.execution);
        take_files(loader, &folders, folders.feedbacks_path, &folders.feedbacks);
        take_files(loader, &folders, path, &loader->own);
        for (size_t i = 0; i < folders.near_count; i++)
            take_files(loader, &folders, folders.near[i].path, &folders.near[i].listing);
        for (size_t i = 0; i < plan->dependencies.count; i++)
            settle(loader, i);
    }
    plan_set_reference(plan, plan->name);
    report_open_fixes(loader);
    if (loader->lacks_graph)
        report_no_dependencies(loader);
    plan->is_valid = plan->diagnostics.error_count == 0;
    plan->has_graph = plan->has_graph && plan->is_valid;
    if (plan->has_graph)
        settle_ready(plan);
    folders_release(&folders);
    listing_release(&loader->own);
}

void plan_load(struct plan *plan, const struct files *files, const char *path) {
    struct loader loader = {.plan = plan, .files = files};
    load(&loader, path);
}

void plan_reload(struct plan *plan, const struct files *files, struct plan *previous) {
    struct loader loader = {.plan = plan, .files = files, .previous = previous};
    load(&loader, previous->path);
}
