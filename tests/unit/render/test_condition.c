/*
 * core/render/condition: over which plans a condition is judged, and the sentence that says why.
 */
#include "render/condition.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(condition, .timeout = 60);

static struct achievement_item items_x[] = {
    {.id = "1.1", .has_level = true, .need = "work on it", .is_free = true, .standing.is_ready = true},
    {.id = "1.2", .has_level = true, .standing.state = STATE_COMPLETE},
};
static struct achievement_item items_y[] = {
    {.id = "2.1", .has_level = true, .standing.state = STATE_SUBMITTED, .need = "review it"},
    {.id = "1.2", .has_level = true, .need = "write it"},
};
static struct level_view level = {.ids.count = 2, .complete = 1};
static struct plan_view plans[] = {
    {.name = "X", .path = "X", .is_valid = true, .items = items_x, .item_count = 2, .levels = &level, .level_count = 1},
    {.name = "Y", .path = "g/Y", .is_valid = true, .items = items_y, .item_count = 2},
};

struct judged {
    enum condition_verdict verdict;
    struct wait_view view;
    struct error error;
};

static struct judged judge(struct arena *arena, const char *word, const char *levels, size_t first, size_t count) {
    struct condition condition;
    struct judged judged = {0};
    const struct plan_list list = {.plans = plans + first, .count = count};
    cr_assert(condition_parse(&condition, word, levels, &judged.error), "%s", word);
    judged.verdict = condition_judge(&condition, &list, &judged.view, arena, &judged.error);
    return judged;
}

Test(condition, verdicts_and_their_reasons) {
    static const struct {
        const char *word, *levels;
        size_t first, count;
        enum condition_verdict verdict;
        const char *plan, *reason; /* or the message */
        enum error_code code;
    } rows[] = {
        {"ready=1.1", NULL, 0, 1, CONDITION_MET, "X", "1.1 is ready: work on it", 0},
        {"ready=1.1", NULL, 0, 2, CONDITION_MET, "X", "1.1 is ready: work on it", 0},
        {"complete=1.1", NULL, 0, 2, CONDITION_NOT_MET, "X", "1.1 is not complete: ready: work on it", 0},
        {"complete=1.2", NULL, 0, 1, CONDITION_MET, "X", "1.2 is complete", 0},
        {"complete=1.2", NULL, 0, 2, CONDITION_AWAY, NULL, "which plan? 2 plans have an achievement 1.2", ERROR_USAGE},
        {"complete=9.9", NULL, 0, 2, CONDITION_AWAY, NULL, "which plan? name one", ERROR_USAGE},
        {"complete=9.9", NULL, 0, 1, CONDITION_AWAY, NULL, "X has no achievement 9.9", ERROR_NOT_FOUND},
        {"free=1.1", NULL, 0, 1, CONDITION_MET, "X", "1.1 is ready: work on it", 0},
        {"subplans-complete", "0", 0, 1, CONDITION_NOT_MET, "X", "level 0: 1 SUBPLAN is not complete", 0},
        {"level-complete", "0", 0, 1, CONDITION_NOT_MET, "X", "level 0: 1 of 2 are complete", 0},
        {"level-complete", "3", 0, 1, CONDITION_AWAY, NULL, "X has no level 3", ERROR_NOT_FOUND},
        {"level-complete", "0", 0, 2, CONDITION_AWAY, NULL, "which plan? name one", ERROR_USAGE},
        {"submitted", NULL, 0, 2, CONDITION_MET, "Y", "2.1 is review it", 0},
        {"submitted", NULL, 0, 1, CONDITION_NOT_MET, "X", "nothing is submitted", 0},
        {"submitted=2.1", NULL, 0, 2, CONDITION_MET, "Y", "2.1 is review it", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct judged judged = judge(&arena, rows[i].word, rows[i].levels, rows[i].first, rows[i].count);
        bool is_away = rows[i].verdict == CONDITION_AWAY;
        cr_expect_eq(judged.verdict, rows[i].verdict, "row %zu: %d", i, (int)judged.verdict);
        cr_expect_eq(judged.error.code, rows[i].code, "row %zu", i);
        const char *said = is_away ? judged.error.message : judged.view.reason;
        cr_expect_str_eq(said ? said : "", rows[i].reason, "row %zu", i);
        if (!is_away)
            cr_expect_str_eq(judged.view.plan, rows[i].plan, "row %zu", i);
        error_release(&judged.error);
        arena_release(&arena);
    }
}

Test(condition, each_is_written_in_one_way) {
    static const struct {
        const char *word, *levels;
    } rows[] = {{"subplans-complete", NULL}, {"level-complete", NULL}, {"level-complete=1.1", "0"}, {"ready", NULL},
                {"ready=1.1", "0"},          {"complete=x", NULL},     {"submitted", "0"},          {"", NULL},
                {"done=1.1", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct condition condition;
        struct error error = {0};
        cr_expect_not(condition_parse(&condition, rows[i].word, rows[i].levels, &error), "%s", rows[i].word);
        cr_expect_eq(error.code, ERROR_USAGE, "%s", rows[i].word);
        error_release(&error);
    }
}

Test(condition, a_plan_with_errors_can_be_corrected) {
    struct arena arena = {0};
    plans[0].is_valid = false;
    struct judged judged = judge(&arena, "complete=9.9", NULL, 0, 1);
    cr_expect_eq(judged.verdict, CONDITION_NOT_MET);
    cr_expect_str_eq(judged.view.reason, "X has no achievement 9.9");
    cr_expect_str_eq(judged.view.path, "X");
    arena_release(&arena);
}
