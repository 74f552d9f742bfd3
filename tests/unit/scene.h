/*
 * For the tests of the journal: the plan "X" with three designed achievements, whose EXECUTION_TASKs are one batch, and
 * a verdict on what is on disk. Nothing here is a Criterion assertion, so it can be used in hooks and forked children.
 */
#ifndef SCENE_H
#define SCENE_H

#include <string.h>

#include "base/memory.h"
#include "batch/batch_create.h"
#include "batch/journal.h"
#include "batch/record.h"
#include "space.h"

enum { TARGETS = 3 };
static const char *const targets[TARGETS] = {"X/execution/EXECUTION_TASK_X_11_01.md",
                                             "X/execution/EXECUTION_TASK_X_12_01.md",
                                             "X/execution/EXECUTION_TASK_X_13_01.md"};

/* What is remembered there. */
static inline struct state_dir scene_state(const struct files *files) {
    struct state_dir state;
    struct error error = {0};
    state_dir_find(&state, files, &error);
    error_release(&error);
    return state;
}

/* Without the folder execution/: the batch has to make it. */
static inline struct space scene_new(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    space_subplan(&space, "X", "1.3");
    space_remove(&space, "X/execution/feedbacks");
    space_remove(&space, "X/execution");
    return space;
}

enum outcome_kind { FAILED_BEFORE, APPLIED, NOTHING_TO_DO, NOT_APPLIED };

/* Everything that "create" does. @code is that of the error. */
static inline enum outcome_kind scene_create(const struct space *space, files_hook *hook, void *data,
                                             enum error_code *code) {
    struct files files;
    struct plan plan;
    struct batch batch = {0};
    struct journal journal;
    struct diagnostics diagnostics = {0};
    struct error error = {0};
    enum outcome_kind kind = FAILED_BEFORE;
    struct record record = {0};
    files_open(&files, space->root, &error);
    files.hook = hook;
    files.hook_data = data;
    if (journal_open(&journal, &files, 0, &error)) {
        plan_load(&plan, &files, "X");
        if (batch_make(&batch, &files, &plan, &(struct batch_options){0}, &diagnostics, &error))
            kind = batch.file_count == 0                                         ? NOTHING_TO_DO
                   : journal_apply(&journal, &batch, "request", &record, &error) ? APPLIED
                                                                                 : NOT_APPLIED;
        record_release(&record);
        batch_release(&batch);
        plan_release(&plan);
        journal_close(&journal);
    }
    *code = error.code;
    diagnostics_release(&diagnostics);
    error_release(&error);
    files_close(&files);
    return kind;
}

/* Everything that "undo" of batch 1 does. True if it says that it is done. */
static inline bool scene_undo(const struct space *space, files_hook *hook, void *data, enum error_code *code) {
    struct files files;
    struct journal journal;
    struct record record = {0};
    struct undo undo = {0};
    struct error error = {0};
    bool is_done = false;
    files_open(&files, space->root, &error);
    files.hook = hook;
    files.hook_data = data;
    if (journal_open(&journal, &files, 0, &error)) {
        if (record_read_batch(&journal.state, 1, &record, &error)) {
            is_done = !record.is_undone && undo_make(&undo, &files, &record, &(struct selection){0}, &error) &&
                      journal_undo(&journal, &undo, &error);
            undo_release(&undo);
            record_release(&record);
        }
        journal_close(&journal);
    }
    *code = error.code;
    error_release(&error);
    files_close(&files);
    return is_done;
}

/* Recovery alone. */
static inline bool scene_recover(const struct space *space, files_hook *hook, void *data) {
    struct files files;
    struct journal journal;
    struct error error = {0};
    files_open(&files, space->root, &error);
    files.hook = hook;
    files.hook_data = data;
    bool is_open = journal_open(&journal, &files, 0, &error);
    journal_close(&journal);
    error_release(&error);
    files_close(&files);
    return is_open;
}

/* What the files must be: made once, by a run without faults. */
struct expectation {
    char *contents[TARGETS];
};

static inline bool expectation_make(struct expectation *expectation) {
    struct space space = scene_new();
    enum error_code code;
    bool is_made = scene_create(&space, NULL, NULL, &code) == APPLIED;
    for (int i = 0; i < TARGETS; i++)
        expectation->contents[i] = space_read(&space, targets[i]);
    space_end(&space);
    return is_made;
}

static inline void expectation_end(struct expectation *expectation) {
    for (int i = 0; i < TARGETS; i++)
        memory_free(expectation->contents[i]);
}

/* Is batch 1 in the history, as one that stands? */
static inline bool scene_is_recorded(const struct space *space) {
    struct files files;
    struct record record = {0};
    struct error error = {0};
    files_open(&files, space->root, &error);
    struct state_dir state = scene_state(&files);
    bool is_recorded = record_read_batch(&state, 1, &record, &error) && !record.is_undone;
    record_release(&record);
    error_release(&error);
    files_close(&files);
    return is_recorded;
}

/* "all", "none", or what is wrong: part of the files, or a file that is not what it must be. */
static inline const char *verdict_on_files(const struct space *space, const struct expectation *expectation) {
    int found = 0;
    for (int i = 0; i < TARGETS; i++) {
        char *text = space_read(space, targets[i]);
        bool is_right = text && strcmp(text, expectation->contents[i]) == 0;
        bool is_there = text != NULL;
        memory_free(text);
        if (is_there && !is_right)
            return "wrong content";
        found += is_there;
    }
    return found == TARGETS ? "all" : found ? "torn" : "none";
}

/* The same, and the history must agree with it. */
static inline const char *verdict(const struct space *space, const struct expectation *expectation) {
    const char *files = verdict_on_files(space, expectation);
    bool is_recorded = scene_is_recorded(space);
    if (strcmp(files, "all") == 0 && !is_recorded)
        return "all, but not in the history";
    if (strcmp(files, "none") == 0 && is_recorded)
        return "none, but in the history";
    return files;
}

/* Anything beside the batch's files and .batchd: the PLAN, the graph, the SUBPLANs. */
static inline uint64_t scene_sources(const struct space *space) {
    return space_fingerprint(space, "X/subplans") ^ space_fingerprint(space, "X/PLAN_X.md") * 3 ^
           space_fingerprint(space, "X/parallel.json") * 5;
}

/* Nothing of a batch that is over may be left in .batchd. */
static inline bool scene_is_tidy(const struct space *space) {
    static const char *const folders[] = {".batchd/*/pending", ".batchd/*/stage"};
    struct files files;
    struct error error = {0};
    bool is_empty = true;
    files_open(&files, space->root, &error);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        struct listing listing = {0};
        char *folder = space_name(space, folders[i]);
        is_empty &= !files_list(&files, folder, &listing, &error) || listing.count == 0;
        memory_free(folder);
        listing_release(&listing);
        error_release(&error);
    }
    files_close(&files);
    return is_empty;
}

#endif
