#include "plan/plan_files.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/string_map.h"
#include "base/text.h"
#include "disk/files.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/plan_reviews.h"
#include "plan/standing.h"
#include "plan/subplan_file.h"

static void list_folder(struct loader *loader, const struct listing *parent, const char *name, const char *path,
                        struct listing *listing) {
    const struct listing_entry *entry = listing_find(parent, name);
    AUTO(error) error = {0};
    if (!entry)
        return;
    if (!entry->is_folder)
        loader_report(loader, SEVERITY_ERROR, path, "file.irregular",
                      loader_format(loader, "%s must be a folder, not a link or a file", name), NULL);
    else if (!loader_list(loader, path, listing, &error) && error.code != ERROR_NOT_FOUND)
        loader_report_error(loader, path, "file.unreadable", &error);
}

/* Those in the folder @parent, whose path is @path. */
static void list_near_folders(struct loader *loader, const struct listing *parent, const char *path,
                              struct plan_folders *folders) {
    bool is_own = parent == &loader->own;
    for (size_t i = 0; i < parent->count; i++) {
        const struct listing_entry *entry = &parent->entries[i];
        bool is_right = is_own ? strcmp(entry->name, "subplans") == 0 || strcmp(entry->name, "execution") == 0
                               : strcmp(entry->name, "feedbacks") == 0;
        if (!entry->is_folder || is_right || !names_is_near_folder(entry->name))
            continue;
        struct near_folder *near = LIST_ADD(folders->near, folders->near_count, folders->near_capacity);
        *near = (struct near_folder){.path = loader_join(loader, path, entry->name)};
        list_folder(loader, parent, entry->name, near->path, &near->listing);
    }
}

void plan_files_list(struct loader *loader, struct plan_folders *folders) {
    const char *path = loader->plan->path;
    *folders = (struct plan_folders){
        .subplans_path = loader_join(loader, path, "subplans"),
        .execution_path = loader_join(loader, path, "execution"),
        .feedbacks_path = loader_join(loader, path, "execution/feedbacks"),
    };
    list_folder(loader, &loader->own, "subplans", folders->subplans_path, &folders->subplans);
    list_folder(loader, &loader->own, "execution", folders->execution_path, &folders->execution);
    list_folder(loader, &folders->execution, "feedbacks", folders->feedbacks_path, &folders->feedbacks);
    list_near_folders(loader, &loader->own, path, folders);
    list_near_folders(loader, &folders->execution, folders->execution_path, folders);
}

/* Notes the hard links of all files that are listed: a document that is known from before can change through another
 * name, too. */
void plan_files_identify(struct loader *loader, struct plan_folders *folders) {
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
                loader_note_links(loader, all[i].listing->entries[k].identity);
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

void plan_files_release(struct plan_folders *folders) {
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
                   loader_mark(loader, entry->identity) == known->subplan_mark;
    return is_same ? known : NULL;
}

/* A SUBPLAN's header nearly always names the achievement that the file name does. @stated may be NULL. */
static void note_stated(struct loader *loader, struct standing *standing, const char *stated) {
    const char *id = loader->plan->dependencies.achievements[standing - loader->plan->standings].id;
    bool is_same = stated && strcmp(stated, id) == 0;
    standing->stated_id = is_same ? id : stated ? arena_copy(&loader->plan->arena, stated, strlen(stated)) : NULL;
}

static void note_unseen(struct loader *loader, struct standing *standing, unsigned line) {
    if (line || standing->rare)
        standing_make_rare(standing, &loader->plan->arena)->unseen_line = line;
}

static void copy_known(struct loader *loader, struct standing *standing, const struct standing *known) {
    standing->subplan = known->subplan;
    standing->conflict_line = known->conflict_line;
    standing->subplan_mark = known->subplan_mark;
    note_unseen(loader, standing, standing_rare(known)->unseen_line);
    note_stated(loader, standing, known->stated_id);
}

static void take_subplan(struct loader *loader, struct standing *standing, const struct subplan_file *file) {
    loader->plan->read_count++;
    if (file->is_read) {
        standing->subplan = file->state;
        standing->conflict_line = file->conflict_line;
        standing->subplan_mark = loader_note_read(loader, &file->identity);
        note_unseen(loader, standing, file->unseen_line);
        note_stated(loader, standing, file->stated_id);
    } else if (file->error.code == ERROR_NOT_FOUND) { /* removed since it was listed */
        standing->subplan_file = NULL;
        standing->subplan = SUBPLAN_MISSING;
    } else {
        loader_report(loader, SEVERITY_WARNING, standing->subplan_file, "file.unreadable", file->error.message, NULL);
    }
}

/* What has been read of it in advance, or is read now. The caller releases it. */
static struct subplan_file read_file(struct loader *loader, const char *path, const struct listing_entry *entry) {
    struct subplan_file *early = loader->early ? &loader->early[entry - loader->early_entries] : NULL, file = {0};
    if (early && early->is_tried) {
        file = *early;
        *early = (struct subplan_file){0};
    } else {
        subplan_file_read(&file, loader->files, path);
    }
    return file;
}

void plan_files_read_subplan(struct loader *loader, size_t position, const char *path,
                             const struct listing_entry *entry) {
    const struct achievement *achievement = &loader->plan->dependencies.achievements[position];
    struct standing *standing = &loader->plan->standings[position];
    const struct standing *known = known_subplan(loader, position, path, entry);
    standing->subplan_file = path;
    standing->subplan = SUBPLAN_DRAFT;
    if (known) {
        copy_known(loader, standing, known);
    } else {
        AUTO(subplan_file) file = read_file(loader, path, entry);
        take_subplan(loader, standing, &file);
    }
    loader_report_unseen(loader, path, standing_rare(standing)->unseen_line);
    if (standing->stated_id && strcmp(standing->stated_id, achievement->id) != 0)
        loader_report(loader, SEVERITY_WARNING, path, "document.achievement",
                      loader_format(loader, "the header says achievement %s, the file name %s", standing->stated_id,
                                    achievement->id),
                      "the file name decides; correct the header or move the file");
}

/* --- many SUBPLANs are read in advance, by several threads --- */

struct early_reading {
    struct loader *loader;
    const struct plan_folders *folders;
};

static void read_early(void *data, size_t number) {
    const struct early_reading *reading = data;
    const struct loader *loader = reading->loader;
    const struct listing_entry *entry = &reading->folders->subplans.entries[number];
    struct name name = names_read(loader->plan->name, entry->name);
    AUTO(buffer) path = {0};
    size_t position;
    if (name.kind != NAME_SUBPLAN || !entry->is_regular ||
        !string_map_find(&loader->plan->digits, name.digits, &position))
        return;
    buffer_append_format(&path, "%s/%s", reading->folders->subplans_path, entry->name);
    subplan_file_read(&loader->early[number], loader->files, buffer_text(&path));
}

/* Not where most may be known from before, and need not be read. */
static void begin_early(struct loader *loader, const struct plan_folders *folders) {
    enum { FILES_LEAST = 512 }; /* else the threads cost more than they save */
    size_t count = folders->subplans.count;
    if (loader->previous || count < FILES_LEAST)
        return;
    loader->early = memory_allocate(count, sizeof *loader->early);
    loader->early_entries = folders->subplans.entries;
    parallel_run(count, read_early, &(struct early_reading){loader, folders});
}

static void end_early(struct loader *loader, const struct plan_folders *folders) {
    for (size_t i = 0; loader->early && i < folders->subplans.count; i++)
        subplan_file_release(&loader->early[i]);
    memory_free(loader->early);
    loader->early = NULL;
}

/* The folder in which files of a kind count; NULL for OTHER. */
static const struct listing *right_listing(enum name_kind kind, const struct plan_folders *folders) {
    const char *folder = names_folder(kind);
    if (!folder)
        return NULL;
    return strcmp(folder, "subplans") == 0    ? &folders->subplans
           : strcmp(folder, "execution") == 0 ? &folders->execution
                                              : &folders->feedbacks;
}

static bool belongs_in(enum name_kind kind, const struct plan_folders *folders, const struct listing *listing) {
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
static bool report_near(struct loader *loader, const struct plan_folders *folders, const char *folder,
                        const struct listing_entry *entry) {
    struct plan *plan = loader->plan;
    struct near_name near;
    if (!entry->is_regular || names_plan(entry->name).length ||
        !names_read_near(plan->name, entry->name, &loader->plan->digits, &near))
        return false;
    const char *name = names_regular(&plan->arena, plan->name, &near), *right = names_folder(near.kind);
    if (listing_find(right_listing(near.kind, folders), name))
        return false;
    const char *slash = strchr(right, '/'), *from = loader_join(loader, folder, entry->name);
    const char *right_path = loader_join(loader, plan->path, right);
    bool has_folder = listing_find(slash ? &folders->execution : &loader->own, slash ? slash + 1 : right);
    bool is_misplaced = strcmp(name, entry->name) == 0;
    diagnostics_add(
        &plan->diagnostics,
        &(struct diagnostic){
            .severity = SEVERITY_WARNING,
            .code = is_misplaced ? "file.misplaced" : "file.irregular_name",
            .message = is_misplaced
                           ? loader_format(loader, "it is ignored here: its place is %s", right)
                           : loader_format(loader, "it is ignored: its name does not match %s/%s, which is missing",
                                           right, name),
            .file = from,
            .hint = move_command(loader, from, right_path, has_folder, loader_join(loader, right_path, name)),
            .achievement = plan->dependencies.achievements[near.position].id,
        });
    return true;
}

static void take_file(struct loader *loader, size_t position, struct name name, const char *path,
                      const struct listing_entry *entry) {
    struct standing *standing = &loader->plan->standings[position];
    uint64_t mark = entry->identity ? loader_mark(loader, entry->identity) : 0;
    if (name.kind == NAME_SUBPLAN)
        plan_files_read_subplan(loader, position, path, entry);
    else if (name.kind == NAME_EXECUTION)
        plan_reviews_add_execution(
            standing, &loader->plan->arena,
            &(struct execution){.file = path, .number = name.number, .has_suffix = name.has_suffix, .mark = mark});
    else
        plan_reviews_add(standing, &loader->plan->arena,
                         &(struct review){.kind = name.kind, .file = path, .number = name.number, .mark = mark});
}

static void take_folder(struct loader *loader, const struct plan_folders *folders, const char *folder,
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
        const char *path = loader_join(loader, folder, entry->name);
        if (!string_map_find(&loader->plan->digits, name.digits, &position)) {
            bool is_complete = loader->plan->has_graph || !loader->plan->dependency_file;
            if (!is_complete || is_near || report_near(loader, folders, folder, entry))
                continue; /* where the plan is incomplete, its achievement may be one that could not be read */
            loader_report(loader, SEVERITY_WARNING, path, "file.unknown_achievement",
                          loader_format(loader, "the plan has no achievement for this file (%.*s)",
                                        (int)name.digits.length, name.digits.data),
                          "add the achievement, or rename the file");
        } else if (is_irregular_subplan) {
            standing_make_rare(&loader->plan->standings[position], &loader->plan->arena)->irregular_subplan =
                arena_copy(&loader->plan->arena, entry->name, strlen(entry->name));
        } else if (!entry->is_regular) {
            loader_report(loader, SEVERITY_WARNING, path, "file.irregular",
                          "this is not a regular file: it is ignored, and it occupies the name",
                          "move the folder or link out of the way");
        } else {
            take_file(loader, position, name, path, entry);
        }
    }
}

void plan_files_take(struct loader *loader, const struct plan_folders *folders) {
    begin_early(loader, folders);
    take_folder(loader, folders, folders->subplans_path, &folders->subplans);
    take_folder(loader, folders, folders->execution_path, &folders->execution);
    take_folder(loader, folders, folders->feedbacks_path, &folders->feedbacks);
    take_folder(loader, folders, loader->plan->path, &loader->own);
    for (size_t i = 0; i < folders->near_count; i++)
        take_folder(loader, folders, folders->near[i].path, &folders->near[i].listing);
    end_early(loader, folders);
}
