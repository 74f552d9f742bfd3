/*
 * batchctl what-if, through the real program: what completing some achievements would make ready, what one waits for,
 * and the hours and the critical path that are left.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(what_if, .timeout = 120);

/*
 * 1.1 (2 h, complete) and 1.2 (no estimate) begin; 2.1 (4 h) and 2.2 (6 h) wait for 1.1, 2.3 (1 h, failed) for 1.2;
 * 3.1 (3 h) waits for 2.1 and 2.2, 3.2 (5 h) for 2.3 and 2.1.
 */
static struct space make_space(void) {
    static const struct {
        const char *id, *hours, *dependencies;
    } rows[] = {{"1.1", "2", ""},
                {"1.2", "null", ""},
                {"2.1", "\"3-5\"", "\"1.1\""},
                {"2.2", "6", "\"1.1\""},
                {"2.3", "1", "\"1.2\""},
                {"3.1", "3", "\"2.1\", \"2.2\""},
                {"3.2", "5", "\"2.3\", \"2.1\""}};
    struct space space = space_new();
    struct buffer text = {0};
    space_plan(&space, "X", "1.1; 1.2; 2.1; 2.2; 2.3; 3.1; 3.2");
    buffer_append_string(&text, "{\"plan_name\": \"X\", \"parallelization_level\": \"level_2\", \"achievements\": [");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buffer_append_format(&text,
                             "%s{\"achievement_id\": \"%s\", \"title\": \"Title of %s\", \"estimated_hours\": %s, "
                             "\"dependencies\": [%s]}",
                             i ? ", " : "", rows[i].id, rows[i].id, rows[i].hours, rows[i].dependencies);
    buffer_append_string(&text, "]}\n");
    space_write(&space, "X/parallel.json", "%s", text.data);
    buffer_release(&text);
    space_approved(&space, "X", "1.1");
    space_subplan(&space, "X", "2.1");
    space_fix(&space, "X", "2.3");
    return space;
}

static void expect_number(const struct json *json, const char *pointer, double expected, const char *command) {
    const cJSON *number = node_at(json, pointer);
    cr_expect(cJSON_IsNumber(number) && number->valuedouble == expected, "%s: %s is %g, not %g", command, pointer,
              cJSON_IsNumber(number) ? number->valuedouble : -1, expected);
}

Test(what_if, what_would_be_ready_and_what_is_left) {
    static const struct {
        const char *words, *complete, *already, *ready;
        double sequential, parallel;
        const char *path, *levels;
    } rows[] = {
        {"--complete 2.1", "2.1", "", "", 15, 9, "2.2 3.1", ""},
        {"--complete 2.1,2.2", "2.1 2.2", "", "3.1", 9, 6, "1.2 2.3 3.2", ""},
        {"--complete 2.2,2.1,2.2", "2.2 2.1", "", "3.1", 9, 6, "1.2 2.3 3.2", ""},
        {"--complete 1.1", "", "1.1", "", 19, 9, "2.1 3.2", ""},
        {"--complete 1.2,1.1", "1.2", "1.1", "2.3", 19, 9, "2.1 3.2", "0"},
        {"--complete 1.2,2.1,2.2,2.3", "1.2 2.1 2.2 2.3", "", "3.1 3.2", 8, 5, "3.2", "0 1"},
        {"--complete 3.1", "3.1", "", "", 16, 9, "2.1 3.2", ""},
        {"--complete 1.2,2.1,2.2,2.3,3.1,3.2", "1.2 2.1 2.2 2.3 3.1 3.2", "", "", 0, 0, "", "0 1 2"},
    };
    struct space space = make_space();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer command = {0}, levels = {0};
        buffer_append_format(&command, "what-if X %s --json", rows[i].words);
        struct outcome outcome = run(&space, command.data);
        cr_assert_eq(outcome.status, 0, "%s: %s", command.data, outcome.out);
        struct json json = outcome_json(&outcome);
        expect_text(&json, "/kind", "what-if");
        expect_list(&json, "/data/complete", rows[i].complete);
        expect_list(&json, "/data/already", rows[i].already);
        expect_list(&json, "/data/would_make_ready", rows[i].ready);
        cr_expect(cJSON_IsNull(node_at(&json, "/data/unblock")), "%s", command.data);
        expect_number(&json, "/data/before/sequential", 19, command.data);
        expect_number(&json, "/data/before/parallel", 9, command.data);
        expect_list(&json, "/data/before/missing", "1.2");
        expect_number(&json, "/data/after/sequential", rows[i].sequential, command.data);
        expect_number(&json, "/data/after/parallel", rows[i].parallel, command.data);
        expect_list(&json, "/data/after/critical_path", rows[i].path);
        for (const cJSON *level = node_at(&json, "/data/would_complete_levels")->child; level; level = level->next)
            buffer_append_format(&levels, "%s%.0f", levels.length ? " " : "", level->valuedouble);
        cr_expect_str_eq(buffer_text(&levels), rows[i].levels, "%s: %s", command.data, buffer_text(&levels));
        buffer_release(&command);
        buffer_release(&levels);
        json_release(&json);
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(what_if, what_one_waits_for_in_order) {
    static const struct {
        const char *words, *steps;
        double sequential, parallel;
        const char *missing, *ready;
    } rows[] = {
        {"--unblock 3.1", "2.1 2.2", 10, 6, "", "3.1"},
        {"--unblock 3.2", "1.2 2.1 2.3", 5, 4, "1.2", "3.2"},
        {"--unblock 2.3", "1.2", 0, 0, "1.2", "2.3"},
        {"--unblock 2.1", "", 0, 0, "", ""},                      /* is ready */
        {"--unblock 1.1", "", 0, 0, "", ""},                      /* is complete */
        {"--complete 2.2 --unblock 3.1", "2.1", 4, 4, "", "3.1"}, /* besides */
        {"--complete 2.3 --unblock 3.2", "2.1", 4, 4, "", "3.2"}, /* 1.2 is not needed for it then */
    };
    struct space space = make_space();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "what-if %s --plan X --json", rows[i].words);
        struct outcome outcome = run(&space, command.data);
        cr_assert_eq(outcome.status, 0, "%s: %s", command.data, outcome.out);
        struct json json = outcome_json(&outcome);
        expect_list(&json, "/data/unblock/steps", rows[i].steps);
        expect_number(&json, "/data/unblock/hours/sequential", rows[i].sequential, command.data);
        expect_number(&json, "/data/unblock/hours/parallel", rows[i].parallel, command.data);
        expect_list(&json, "/data/unblock/hours/missing", rows[i].missing);
        expect_list(&json, "/data/would_make_ready", rows[i].ready);
        buffer_release(&command);
        json_release(&json);
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(what_if, what_people_read) {
    static const struct {
        const char *words, *part;
    } rows[] = {
        {"X --complete 2.1,2.2", "If 2.1, 2.2 were complete:\n"},
        {"X --complete 2.1,2.2", "  hours left      9 one after the other (now 19), 6 in parallel (now 9)\n"},
        {"X --complete 2.1,2.2", "  critical path   1.2, 2.3, 3.2\n"},
        {"X --complete 2.1,2.2", "Ready then:\n"},
        {"X --complete 2.1,2.2", "3.1  Title of 3.1      3  write SUBPLAN\n"},
        {"X --complete 2.1", "  newly ready     nothing\n"},
        {"X --complete 2.1", "  not estimated   1.2\n"},
        {"X --complete 3.1", "  but             3.1 waits for 2.1, 2.2, which would still be open\n"},
        {"X --complete 1.1", "Nothing would change.\n  done already    1.1\n"},
        {"X --complete 1.2", "  levels done     0\n"},
        {"X --unblock 3.2", "3.2 Title of 3.2 is ready once these are complete, 5 hours one after the other, 4 in"},
        {"X --unblock 3.2",
         "2.3  Title of 2.3      1  sent back by FIX_23.md: create its SUBPLAN, then its rework EXECUTION_TASK\n"},
        {"X --unblock 3.2", "2.1  Title of 2.1      4  create its EXECUTION_TASK\n"},
        {"X --unblock 2.3", "2.3 Title of 2.3 is ready once this one is complete"},
        {"X --unblock 2.1", "2.1 Title of 2.1 is ready.\n"},
        {"X --unblock 1.1", "is done: nothing has to be complete for it"},
        {"X --complete 2.1,2.2 --unblock 3.1", "3.1 Title of 3.1 is ready then.\n"},
    };
    struct space space = make_space();
    uint64_t before = space_fingerprint(&space, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "what-if %s", rows[i].words);
        struct outcome outcome = run(&space, command.data);
        cr_expect_eq(outcome.status, 0, "%s: %s", command.data, outcome.err);
        cr_expect(has(outcome.out, rows[i].part), "%s: no \"%s\" in\n%s", command.data, rows[i].part, outcome.out);
        buffer_release(&command);
        outcome_end(&outcome);
    }
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_end(&space);
}

Test(what_if, what_cannot_be_told) {
    static const struct {
        const char *command;
        int status;
        const char *part;
    } rows[] = {
        {"what-if X", 2, "the ids that would be complete, or --unblock ID, are needed"},
        {"what-if X --complete", 2, "--complete needs a value"},
        {"what-if X --complete ''", 2, "--complete needs at least one id"},
        {"what-if X --complete 1", 2, "\"1\" is no achievement id"},
        {"what-if X --unblock ''", 2, "--unblock needs the id"},
        {"what-if X --unblock 1.1,1.2", 2, "--unblock needs the id"},
        {"what-if X Y --complete 1.1", 2, "only one plan"},
        {"what-if X --complte 1.1", 2, "did you mean --complete?"},
        {"status X --complete 1.1", 2, "unknown option --complete"},
        {"whatif X", 2, "did you mean \"batchctl what-if\"?"},
        {"what-if NOSUCH --complete 1.1", 3, "NOSUCH"},
        {"what-if X --complete 2.11", 3, "X has no achievement 2.11\n  hint: did you mean 2.1?"},
        {"what-if X --complete 7.77,9.99", 3, "X has no achievement 9.99"},
        {"what-if X --complete 7.77,9.99", 3, "X has no achievement 7.77\n  hint: \"batchctl status X\" lists them"},
        {"what-if X --unblock 3.3", 3, "did you mean 3.1?"},
        {"what-if LOOSE --complete 1.1", 4, "has no dependency file"},
        {"what-if CYCLE --complete 1.1", 6, "dependency cycle: 1.1 -> 1.2 -> 1.1"},
        {"what-if CYCLE --unblock 1.1", 6, "\"batchctl validate CYCLE\" lists them"},
    };
    struct space space = make_space();
    space_plan(&space, "LOOSE", NULL);
    space_plan(&space, "CYCLE", "1.1: 1.2; 1.2: 1.1");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run(&space, rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d %s", rows[i].command, outcome.status, outcome.err);
        cr_expect(has(outcome.err, rows[i].part), "%s: no \"%s\" in\n%s", rows[i].command, rows[i].part, outcome.err);
        cr_expect_str_eq(outcome.out, "", "%s: %s", rows[i].command, outcome.out);
        outcome_end(&outcome);
    }
    space_end(&space);
}

/* Slack, where it is shown: of what is open. */
Test(what_if, slack_in_show_and_graph) {
    static const struct {
        const char *id, *words;
        double slack; /* -1: null */
    } rows[] = {{"1.1", NULL, -1},
                {"1.2", "can wait 3 hours without delaying the plan", 3},
                {"2.1", "none: any delay here delays the plan", 0},
                {"2.2", "none", 0},
                {"2.3", "can wait 3 hours", 3},
                {"3.1", "none", 0},
                {"3.2", "none", 0}};
    struct space space = make_space();
    struct outcome graph = run(&space, "graph X --json");
    struct json json = outcome_json(&graph);
    expect_list(&json, "/data/remaining/critical_path", "2.1 3.2");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[40], pointer[40];
        snprintf(command, sizeof command, "show X %s", rows[i].id);
        snprintf(pointer, sizeof pointer, "/data/nodes/%zu/slack", i);
        struct outcome outcome = run(&space, command);
        cr_expect_eq(has(outcome.out, "  slack "), rows[i].words != NULL, "%s", outcome.out);
        cr_expect(!rows[i].words || has(outcome.out, rows[i].words), "%s: %s", rows[i].id, outcome.out);
        if (rows[i].slack < 0)
            cr_expect(cJSON_IsNull(node_at(&json, pointer)), "%s", pointer);
        else
            expect_number(&json, pointer, rows[i].slack, rows[i].id);
        outcome_end(&outcome);
    }
    json_release(&json);
    outcome_end(&graph);
    space_end(&space);
}

/* With nothing closed, the critical path of the whole plan is that of what is left, whatever ties there are. */
Test(what_if, an_open_plan_has_one_critical_path) {
    static const char *const plans[] = {"1.1; 1.2; 2.1: 1.1; 3.1: 2.1", "1.2; 1.1; 2.1: 1.1; 2.2: 1.2; 3.1: 2.2"};
    static const char *const paths[] = {"1.1 2.1 3.1", "1.2 2.2 3.1"};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct space space = space_new();
        space_plan(&space, "X", plans[i]);
        struct outcome graph = run(&space, "graph X --json");
        struct json json = outcome_json(&graph);
        expect_list(&json, "/data/critical_path", paths[i]);
        expect_list(&json, "/data/remaining/critical_path", paths[i]);
        json_release(&json);
        outcome_end(&graph);
        space_end(&space);
    }
}
