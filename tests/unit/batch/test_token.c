/*
 * core/batch/token: a preview's token is the same wherever it is made, shows every change that matters, and names it.
 */
#include "batch/token.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "batch/batch_create.h"
#include "batch/batch_options.h"
#include "space.h"

TestSuite(token, .timeout = 60);

/* A batch of EXECUTION_TASKs in the plan "X"; of the ids, or ready if there are none. */
struct making {
    struct files files;
    struct plan plan;
    struct batch batch;
    struct diagnostics diagnostics;
};

static void make(struct making *making, const struct space *space, const char *const *ids, size_t id_count,
                 bool require_complete) {
    struct error error = {0};
    *making = (struct making){0};
    const struct batch_options options = {
        .selection = {.kind = id_count ? SELECT_IDS : SELECT_READY, .ids = ids, .id_count = id_count},
        .require_complete = require_complete,
    };
    cr_assert(files_open(&making->files, space->root, &error));
    plan_load(&making->plan, &making->files, "X");
    cr_assert(batch_make(&making->batch, &making->files, &making->plan, &options, &making->diagnostics, &error));
    token_make(&making->batch, require_complete);
}

static void end(struct making *making) {
    batch_release(&making->batch);
    plan_release(&making->plan);
    files_close(&making->files);
    diagnostics_release(&making->diagnostics);
}

static char *token_of(const struct space *space, const char *const *ids, size_t id_count, bool require_complete) {
    struct making making;
    make(&making, space, ids, id_count, require_complete);
    char *token = strdup(making.batch.token);
    end(&making);
    return token;
}

static struct space usual_plan(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1; 2.2: 1.2");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "2.1");
    space_subplan(&space, "X", "2.2");
    space_approved(&space, "X", "1.1");
    return space;
}

static const char *const both[] = {"2.1", "2.2"}, *const both_reversed[] = {"2.2", "2.1"};

Test(token, is_the_same_wherever_and_whenever_it_is_made) {
    struct space one = usual_plan(), other = usual_plan();
    char *first = token_of(&one, NULL, 0, false);
    mode_t mask = umask(077);
    char *second = token_of(&other, NULL, 0, false);
    umask(mask);
    cr_expect_str_eq(first, second);
    space_write(&one, "X/execution/REPORT.md", "of no matter");
    space_write(&one, "other.md", "of no matter");
    char *third = token_of(&one, NULL, 0, false);
    cr_expect_str_eq(first, third);
    memory_free(first);
    memory_free(second);
    memory_free(third);
    space_end(&one);
    space_end(&other);
}

enum change { SOURCE, TARGET, STATE, GRAPH, MODE, ORDER, FEWER, OPTION, CHANGES };

static void set_mode(const struct space *space, const char *path, mode_t mode) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", space->root, path);
    cr_assert_eq(chmod(text.data, mode), 0);
    buffer_release(&text);
}

static void change_it(const struct space *space, enum change change) {
    if (change == SOURCE)
        space_write(space, "X/subplans/SUBPLAN_X_21.md", "## Objective\n\nOther\n\n## Approach\n\nOther\n");
    else if (change == TARGET)
        space_execution(space, "X", "2.1");
    else if (change == STATE)
        space_fix(space, "X", "1.2");
    else if (change == GRAPH)
        space_plan(space, "X", "1.1; 1.2; 2.1: 1.1; 2.2: 1.2; 3.1");
    else if (change == MODE)
        set_mode(space, "X/execution", 0700);
}

Test(token, tells_and_names_every_change_that_matters) {
    static const char *const named[CHANGES] = {
        [SOURCE] = "SUBPLAN_X_21.md changed",
        [TARGET] = "EXECUTION_TASK_X_21_01.md appeared",
        [STATE] = "1.2 became failed",
        [GRAPH] = "parallel.json changed",
        [MODE] = "not the same",
        [ORDER] = "the selection is ids 2.2,2.1 now",
        [FEWER] = "the selection is ids 2.1 now",
        [OPTION] = "not the same",
    };
    for (int change = 0; change < CHANGES; change++) {
        struct space space = usual_plan();
        struct making making;
        struct buffer changes = {0};
        char *expected = token_of(&space, both, 2, false);
        change_it(&space, (enum change)change);
        make(&making, &space, change == ORDER ? both_reversed : both, change == FEWER ? 1 : 2, change == OPTION);
        cr_expect_not(token_matches(&making.batch, expected, &changes), "change %d", change);
        cr_expect(has(buffer_text(&changes), named[change]), "change %d: %s", change, buffer_text(&changes));
        buffer_clear(&changes);
        cr_expect(token_matches(&making.batch, making.batch.token, &changes));
        cr_expect_eq(changes.length, 0);
        buffer_release(&changes);
        memory_free(expected);
        end(&making);
        space_end(&space);
    }
}

/* Whatever stands where a token should: no match, some words, no crash. */
Test(token, what_is_no_token_never_matches) {
    struct space space = usual_plan();
    struct making making;
    make(&making, &space, NULL, 0, false);
    static const char *const words[] = {"",
                                        "x",
                                        "b1",
                                        "b1-",
                                        "b2-0123",
                                        "b1-00000000000000000000000000000000",
                                        "b1-00000000000000000000000000000000-",
                                        "b1-00000000000000000000000000000000-0",
                                        "b1-00000000000000000000000000000000-0123456789",
                                        "\xFF\xFE"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct buffer changes = {0};
        cr_expect_not(token_matches(&making.batch, words[i], &changes), "%s", words[i]);
        cr_expect_gt(changes.length, 0, "%s", words[i]);
        buffer_release(&changes);
    }
    struct buffer longer = {0}, changes = {0};
    buffer_append_format(&longer, "%s0", making.batch.token);
    cr_expect_not(token_matches(&making.batch, longer.data, &changes));
    buffer_release(&longer);
    buffer_release(&changes);
    end(&making);
    space_end(&space);
}
