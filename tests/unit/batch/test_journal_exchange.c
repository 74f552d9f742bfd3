/*
 * core/batch/exchange: replacing a file under faults, deaths, and an editor that saves, at every operation. Afterwards
 * the file is the old or the new one, whole, or what the editor has saved; and no saved byte is lost.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/auto.h"
#include "base/memory.h"
#include "batch/journal.h"
#include "batch/pending.h"
#include "batch/record_state.h"
#include "batch/token.h"
#include "batch/undo.h"
#include "space.h"
#include "trouble.h"

TestSuite(journal_exchange, .timeout = 240);

static const char path[] = "X/parallel.json", old[] = "the old text\n", new[] = "the new text, longer\n",
                  saved[] = "what the editor has saved\n";

static struct space scene(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(&space, path, "%s", old);
    return space;
}

static void open_files(struct files *files, const struct space *space, files_hook *hook, void *data) {
    struct error error = {0};
    cr_assert(files_open(files, space->root, &error));
    files->hook = hook;
    files->hook_data = data;
}

/* Replaces the text; the code of the error. */
static enum error_code replace(const struct space *space, files_hook *hook, void *data) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    AUTO(batch) batch = {.kind = BATCH_UPDATE, .plan = "X", .plan_path = "X", .selection = "a test"};
    AUTO(record) record = {0};
    AUTO(error) error = {0};
    batch_add_replacement(&batch, path, span_of(old), span_of(new));
    token_make(&batch, false);
    open_files(&files, space, hook, data);
    if (journal_open(&journal, &files, 0, &error))
        journal_exchange(&journal, &batch, NULL, &record, &error);
    return error.code;
}

/* Takes batch 1 back; the number of files that were kept, or -1 for an error. */
static int undo(const struct space *space, files_hook *hook, void *data) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    AUTO(record) record = {0};
    AUTO(undo) plan = {0};
    AUTO(error) error = {0};
    open_files(&files, space, hook, data);
    bool is_done = journal_open(&journal, &files, 0, &error) && record_read_batch(&journal.state, 1, &record, &error) &&
                   undo_make(&plan, &files, &record, &(struct selection){0}, &error) &&
                   (!plan.removed_count || journal_undo(&journal, &plan, &error));
    return is_done ? (int)plan.kept_count : -1;
}

static void recover(const struct space *space) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    struct error error = {0};
    open_files(&files, space, NULL, NULL);
    cr_assert(journal_open(&journal, &files, 0, &error), "%s", error.message);
}

/* What a reader that writes nothing is shown; the caller frees it. */
static char *shown(const struct space *space) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(buffer) text = {0};
    AUTO(pending) pending = {0};
    AUTO(error) error = {0};
    open_files(&files, space, NULL, NULL);
    pending_read(&pending, &files);
    struct files view = pending_view(&pending, &files);
    cr_expect(files_read(&view, path, 100, &text, NULL, &error), "%s", error.message);
    return memory_copy(buffer_text(&text));
}

static bool is_text(const struct space *space, const char *file, const char *text) {
    char *found = space_exists(space, file) ? space_read(space, file) : NULL;
    bool is_so = found && strcmp(found, text) == 0;
    memory_free(found);
    return is_so;
}

static bool is_recorded(const struct space *space) {
    return space_exists(space, ".batchd/*/batches/000001.json");
}

/* The new text with its record and the old one kept, or the old one alone; nothing is left over. */
static void expect_whole(const struct space *space, const char *what, int k) {
    bool is_new = is_text(space, path, new);
    cr_expect(is_new || is_text(space, path, old), "%s %d: the file is neither", what, k);
    cr_expect_eq(is_new, is_recorded(space), "%s %d: new %d", what, k, is_new);
    cr_expect_eq(is_new, is_text(space, ".batchd/*/batches/000001.replaced.json", old), "%s %d", what, k);
    cr_expect_not(space_exists(space, ".batchd/*/pending/*"), "%s %d", what, k);
    cr_expect_not(space_exists(space, ".batchd/*/stage/*"), "%s %d", what, k);
}

Test(journal_exchange, the_file_is_replaced_and_put_back) {
    struct space space = scene();
    cr_expect_eq(replace(&space, NULL, NULL), ERROR_NONE);
    expect_whole(&space, "replaced", 0);
    cr_expect(is_text(&space, path, new));
    cr_expect_eq(undo(&space, NULL, NULL), 0);
    cr_expect(is_text(&space, path, old));
    cr_expect_not(space_exists(&space, ".batchd/*/batches/000001.replaced.json"));
    space_end(&space);
}

Test(journal_exchange, what_was_edited_since_stays) {
    struct space space = scene();
    replace(&space, NULL, NULL);
    space_write(&space, path, "%s", saved);
    cr_expect_eq(undo(&space, NULL, NULL), 1);
    cr_expect(is_text(&space, path, saved));
    space_end(&space);
}

Test(journal_exchange, a_batch_made_of_another_text_changes_nothing) {
    struct space space = scene();
    space_write(&space, path, "%s", saved);
    cr_expect_eq(replace(&space, NULL, NULL), ERROR_STALE);
    cr_expect(is_text(&space, path, saved));
    cr_expect_not(space_exists(&space, ".batchd/*/stage/*"));
    space_end(&space);
}

Test(journal_exchange, every_fault_leaves_the_old_or_the_new_file) {
    static const int failures[] = {EIO, ENOSPC, EACCES, EINVAL};
    for (size_t f = 0; f < sizeof failures / sizeof *failures; f++)
        for (int k = 1;; k++) {
            struct space space = scene();
            struct trouble trouble = {.at = k, .failure = failures[f]};
            enum error_code code = replace(&space, make_trouble, &trouble);
            bool is_over = trouble.calls < k;
            bool is_new = is_text(&space, path, new);
            cr_expect(is_new || is_text(&space, path, old), "operation %d", k);
            cr_expect(!is_new || code == ERROR_NONE || code == ERROR_UNKNOWN, "operation %d: %d", k, code);
            cr_expect(is_new || code, "operation %d says success", k);
            recover(&space);
            expect_whole(&space, "operation", k);
            space_end(&space);
            if (is_over)
                break;
        }
}

typedef void act(const struct space *space, files_hook *hook, void *data);

static void act_replace(const struct space *space, files_hook *hook, void *data) {
    replace(space, hook, data);
}

static void act_undo(const struct space *space, files_hook *hook, void *data) {
    undo(space, hook, data);
}

/* In another process, which dies before operation @k. True if it has less than that. */
static bool dies(const struct space *space, act *deed, int k) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct trouble trouble = {.at = k};
        deed(space, make_trouble, &trouble);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void act_recover(const struct space *space, files_hook *hook, void *data) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    AUTO(error) error = {0};
    open_files(&files, space, hook, data);
    journal_open(&journal, &files, 0, &error);
}

/* Also if recovery dies itself, in every third place. */
Test(journal_exchange, every_death_leaves_the_old_or_the_new_file) {
    bool is_over = false;
    for (int k = 1; !is_over; k++) {
        bool has_recovered = false;
        for (int again = 1; !has_recovered; again += 3) {
            struct space space = scene();
            is_over = dies(&space, act_replace, k);
            char *text = shown(&space);
            cr_expect(strcmp(text, old) == 0 || strcmp(text, new) == 0, "operation %d", k);
            memory_free(text);
            has_recovered = dies(&space, act_recover, again);
            recover(&space);
            expect_whole(&space, "operation", k);
            space_end(&space);
        }
    }
}

Test(journal_exchange, every_death_of_an_undo_puts_the_old_file_back_or_leaves_the_new_one) {
    bool is_over = false;
    for (int k = 1; !is_over; k++) {
        struct space space = scene();
        replace(&space, NULL, NULL);
        is_over = dies(&space, act_undo, k);
        recover(&space);
        bool is_new = is_text(&space, path, new);
        cr_expect(is_new || is_text(&space, path, old), "operation %d", k);
        cr_expect_eq(!is_new, space_exists(&space, ".batchd/*/batches/000001.undone.json"), "operation %d", k);
        cr_expect_eq(is_new, space_exists(&space, ".batchd/*/batches/000001.replaced.json"), "operation %d", k);
        space_end(&space);
    }
}

/* --- an editor --- */

struct editor {
    struct trouble trouble; /* when it saves */
    const struct space *space;
    bool is_in_place; /* into the file that is there, and not by a rename over it */
};

static int save(void *data, enum files_operation operation, const char *at) {
    (void)operation;
    (void)at;
    struct editor *editor = data;
    if (++editor->trouble.calls != editor->trouble.at)
        return 0;
    if (editor->is_in_place) {
        space_write(editor->space, path, "%s", saved);
        return 0;
    }
    space_write(editor->space, "X/saving", "%s", saved);
    AUTO(arena) names = {0};
    const char *root = editor->space->root;
    cr_assert_eq(rename(arena_format(&names, "%s/X/saving", root), arena_format(&names, "%s/%s", root, path)), 0);
    return 0;
}

static void expect_saved(act *deed, bool is_undo, bool is_in_place) {
    for (int k = 1;; k++) {
        struct space space = scene();
        struct editor editor = {.trouble.at = k, .space = &space, .is_in_place = is_in_place};
        if (is_undo)
            replace(&space, NULL, NULL);
        deed(&space, save, &editor);
        bool is_over = editor.trouble.calls < k;
        cr_expect(is_over || is_text(&space, path, saved), "operation %d: what was saved is lost", k);
        recover(&space);
        cr_expect(is_over || is_text(&space, path, saved), "operation %d: what was saved is lost by recovery", k);
        space_end(&space);
        if (is_over)
            break;
    }
}

Test(journal_exchange, what_an_editor_saves_is_never_lost) {
    expect_saved(act_replace, false, false);
    expect_saved(act_replace, false, true);
    expect_saved(act_undo, true, false);
    expect_saved(act_undo, true, true);
}
