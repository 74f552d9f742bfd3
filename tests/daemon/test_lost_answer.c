/*
 * An answer that was lost is given again from the record of the batch: the same bytes as the one that arrived.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "daemon.h"

TestSuite(lost_answer, .timeout = 280);

/* A workspace with a daemon, which is reached at @socket, with or without a trap before it that loses each answer. */
struct way {
    struct space space;
    struct daemon daemon;
    char *real, *socket;
    pid_t trap;
};

static void make_plans(const struct space *space) {
    space_plan(space, "X", "1.1; 1.2; 1.3; 2.1: 1.1");
    space_subplan(space, "X", "1.1");
    space_subplan(space, "X", "2.1");
    space_plan(space, "TAKEN", "1.1; 1.2; 1.3");
    space_subplan(space, "TAKEN", "1.1");
    space_subplan(space, "TAKEN", "1.2");
    space_make_folder(space, "TAKEN/execution/EXECUTION_TASK_TAKEN_11_01.md");
    space_write(space, "LOOSE/PLAN_LOOSE.md", "# PLAN\n\n## Achievements\n\n**Achievement 1.1**: One\n");
}

static struct way way_new(bool has_plans, bool has_trap) {
    struct way way = {.space = space_new_alone()};
    if (has_plans)
        make_plans(&way.space);
    way.real = space_run(&way.space, "real.sock");
    way.socket = has_trap ? space_run(&way.space, "trap.sock") : memory_copy(way.real);
    AUTO(buffer) variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", way.real);
    cr_assert(daemon_start_under(&way.daemon, &way.space, &(struct daemon_setting){.variables = {variable.data}}));
    close(way.daemon.notices);
    way.daemon.notices = -1;
    way.trap = has_trap ? trap_start(way.socket, way.real) : 0;
    return way;
}

static void way_end(struct way *way) {
    if (way->trap)
        trap_end(way->trap);
    daemon_stop(&way->daemon);
    memory_free(way->real);
    memory_free(way->socket);
    space_end(&way->space);
}

/* Replaces times, which differ between two runs. */
static void mask_times(char *text) {
    static const char form[] = "0000-00-00T00:00:00Z";
    for (char *at = text; strlen(at) >= strlen(form); at++) {
        size_t i = 0;
        while (form[i] && (form[i] == '0' ? at[i] >= '0' && at[i] <= '9' : at[i] == form[i]))
            i++;
        if (!form[i])
            memcpy(at, form, strlen(form));
    }
}

/* Appends the line without what differs between two workspaces: the root, times, and who answers. */
static void append_masked(struct buffer *text, struct span line, const struct space *space) {
    char *copy = memory_copy_part(line.data, line.length), *meta = strstr(copy, ",\"meta\":"), *rest = copy;
    if (meta)
        *meta = '\0';
    mask_times(copy);
    for (char *root; (root = strstr(rest, space->root)); rest = root + strlen(space->root))
        buffer_append(text, rest, (size_t)(root - rest));
    buffer_append_format(text, "%s\n", rest);
    memory_free(copy);
}

/* What @command prints, without the warning that the daemon went away if there is a trap. */
static struct buffer answer_of(const struct way *way, const char *command) {
    AUTO(buffer) variable = {0};
    struct buffer text = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", way->socket);
    struct outcome outcome = run_under(&way->space, &(struct setting){.variables = {variable.data}}, command);
    cr_expect_eq(has(outcome.err, "went away without an answer"), way->trap != 0, "%s: %s", command, outcome.err);
    for (struct span rest = span_of(outcome.out), line; span_next_line(&rest, &line);)
        append_masked(&text, line, &way->space);
    for (struct span rest = span_of(outcome.err), line; span_next_line(&rest, &line);)
        if (!memmem(line.data, line.length, "went away without an answer", 27))
            append_masked(&text, line, &way->space);
    buffer_append_format(&text, "%d\n", outcome.status);
    outcome_end(&outcome);
    return text;
}

Test(lost_answer, each_write_answers_the_same_bytes) {
    static const char *const commands[] = {
        "create X --level 1 --yes%s",      /* missing SUBPLANs: nothing is written */
        "create X --ids 1.1,2.1 --yes%s",  /* 2.1 is blocked */
        "create X --kind subplan --yes%s", /* others are ready for something else */
        "create TAKEN --yes --keep-going%s",
        "create X --kind subplan --ids 1.1 --yes%s", /* skipped: nothing is written */
        "submit X 1.1 --as me --yes%s",
        "approve X 1.1 -m Good --as me --yes%s",
        "undo X --yes%s",
        "reject X 1.1 -m Bad --as other --yes%s",
        "create X --rework --yes%s",
        "init group/NEW --yes%s",
        "init --graph LOOSE --yes%s",
        "undo 2 --yes%s",
        "undo 2 --yes%s", /* it has been undone already */
    };
    static const char *const styles[] = {"", " --json", " -v"};
    for (size_t k = 0; k < sizeof styles / sizeof *styles; k++) {
        struct way direct = way_new(true, false), lost = way_new(true, true);
        for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
            char command[100];
            snprintf(command, sizeof command, commands[i], styles[k]);
            AUTO(buffer) first = answer_of(&direct, command), again = answer_of(&lost, command);
            cr_expect_str_eq(again.data, first.data, "%s:\n%s%s", command, first.data, again.data);
        }
        way_end(&direct);
        way_end(&lost);
    }
}

Test(lost_answer, the_first_plan_of_a_workspace_says_so_again) {
    struct way direct = way_new(false, false), lost = way_new(false, true);
    AUTO(buffer)
    first = answer_of(&direct, "init FIRST --yes --json"), again = answer_of(&lost, "init FIRST --yes --json");
    cr_expect(has(first.data, "\"is_new\":true"), "%s", first.data);
    cr_expect_str_eq(again.data, first.data);
    way_end(&direct);
    way_end(&lost);
}

Test(lost_answer, content_is_that_of_the_created_files) {
    struct way direct = way_new(true, false), lost = way_new(true, true);
    static const char command[] = "create X --kind subplan --show --yes --json";
    AUTO(buffer) first = answer_of(&direct, command), again = answer_of(&lost, command);
    cr_expect(has(first.data, "\"content\":\"# SUBPLAN"), "%s", first.data);
    cr_expect_str_eq(again.data, first.data);
    way_end(&direct);
    way_end(&lost);
}
