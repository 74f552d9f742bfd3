/*
 * The command line: help, options, colour and output; what is wrong is said with the right exit status, on the right
 * stream.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "usage.h"

TestSuite(usage, .timeout = 120);

static const char *const verbs[] = {"status",  "next",     "show",  "why",    "create",  "undo",
                                    "history", "validate", "graph", "config", "version", "help"};
enum { VERBS = sizeof verbs / sizeof *verbs };

/* The files that "help files" names are the ones that count. */
Test(usage, help_names_the_files_that_count) {
    struct space space = space_new();
    struct outcome help = run(&space, "help files");
    static const struct {
        const char *file, *state;
    } rows[] = {{"execution/feedbacks/APPROVED_31.md", "complete"},
                {"execution/feedbacks/FIX_31.md", "failed"},
                {"execution/feedbacks/SUBMITTED_31_01.md", "submitted"},
                {"execution/SKIPPED_31.md", "skipped"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space other = space_new();
        AUTO(buffer) path = {0};
        cr_expect(has(help.out, rows[i].file), "%s: %s", rows[i].file, help.out);
        space_plan(&other, "X", "3.1");
        space_subplan(&other, "X", "3.1");
        space_execution(&other, "X", "3.1");
        buffer_append_format(&path, "X/%s", rows[i].file);
        space_write(&other, buffer_text(&path), "# by hand\n");
        expect_stream(&other, "status X", 0, rows[i].state);
        space_end(&other);
    }
    outcome_end(&help);
    space_end(&space);
}

/* Every line of @text, which has no wide characters, fits a terminal of 80 columns. */
static void expect_narrow(const char *what, const char *text) {
    struct span line;
    for (struct span rest = span_of(text); span_next_line(&rest, &line);)
        cr_expect_leq(line.length, 80, "%s: %.*s", what, (int)line.length, line.data);
}

Test(usage, help_is_there_for_everything) {
    struct space space = space_new(); /* no plans are needed */
    struct outcome overview = run(&space, "help"), other;
    cr_expect_eq(overview.status, 0);
    cr_expect(has(overview.out, "APPROVED file"), "the words of plans are explained: %s", overview.out);
    cr_expect(has(overview.out, "\n\nthis program:\n  config "), "%s", overview.out);
    static const char *const same[] = {"--help", "-h"};
    for (size_t i = 0; i < 2; i++) {
        other = run(&space, same[i]);
        cr_expect_eq(other.status, 0, "%s", same[i]);
        cr_expect_str_eq(other.out, overview.out, "%s", same[i]);
        outcome_end(&other);
    }
    for (size_t i = 0; i < VERBS; i++) {
        char line[40], command[40];
        snprintf(line, sizeof line, "\n  %s ", verbs[i]);
        cr_expect(has(overview.out, line), "%s", verbs[i]);
        snprintf(command, sizeof command, "help %s", verbs[i]);
        struct outcome first = run(&space, command);
        cr_expect_eq(first.status, 0, "%s", command);
        cr_expect(has(first.out, "usage: batchctl ") && has(first.out, "examples:"), "%s: %s", command, first.out);
        cr_expect(has(first.out, "\nexit status:\n  0 "), "%s: %s", command, first.out);
        cr_expect(!has(first.out, "options:\n\n"), "%s: no heading stands alone: %s", command, first.out);
        expect_narrow(command, first.out);
        cr_expect_str_empty(first.err);
        for (size_t k = 0; k < 2; k++) {
            snprintf(command, sizeof command, "%s %s", verbs[i], same[k]);
            other = run(&space, command);
            cr_expect_eq(other.status, 0, "%s", command);
            cr_expect_str_eq(other.out, first.out, "%s", command);
            outcome_end(&other);
        }
        outcome_end(&first);
    }
    expect_narrow("help", overview.out);
    outcome_end(&overview);
    expect_stream(&space, "help exit", 0, "\n  12   outcome unknown, or recovery needed\n");
    expect_stream(&space, "help agents", 0, "batchctl next");
    expect_stream(&space, "help agent", 0, "batchctl next");
    expect_stream(&space, "help --json", 0, "\"details\":null,\"examples\":null}");
    expect_stream(&space, "help create --json", 0, "\"examples\":\"batchctl create");
    expect_stream(&space, "help agents --json", 0, "\"text\":\"");
    expect_stream(&space, "help files --json", 0, "{\"name\":\"execution/SKIPPED_31.md\"");
    expect_stream(&space, "help exit --json", 0, "{\"code\":12,\"meaning\":\"outcome unknown");
    expect_stream(&space, "help statsu", 2, "did you mean \"batchctl status\"?");
    space_end(&space);
}

/* One error a cause, whatever the verb. */
Test(usage, every_verb_says_in_the_same_words_why_not) {
    static const char unknown[] = "error: X has no achievement 1.2\n  hint: did you mean 1.1?\n";
    static const char invalid[] =
        "error: BAD is invalid: it has 1 error\n  hint: \"batchctl validate BAD\" lists them\n";
    static const char loose[] =
        "error: LOOSE has no dependency file, so it has no levels and nothing is ready\n  hint: ";
    static const struct {
        const char *command;
        int status;
        const char *says;
    } rows[] = {
        {"show X 1.2", 3, unknown},
        {"why X 1.2", 3, unknown},
        {"create X --ids 1.1,1.2 --dry-run", 3, unknown},
        {"create X --kind subplan --ids 1.2 --yes", 3, unknown},
        {"create X --rework --ids 1.2 --yes", 3, unknown},
        {"prompt fill X --ids 1.2", 3, unknown},
        {"prompt execute X --ids 1.2", 3, unknown},
        {"what-if X --complete 1.2", 3, unknown},
        {"what-if X --unblock 1.2", 3, unknown},
        {"wait X --for complete=1.2", 3, unknown},
        {"wait X --for ready=1.2", 3, unknown},
        {"create BAD --dry-run", 6, invalid},
        {"create BAD --kind subplan --ids 1.1 --yes", 6, invalid},
        {"prompt fill BAD", 6, invalid},
        {"prompt execute BAD --ids 1.1", 6, invalid},
        {"what-if BAD --complete 1.1", 6, invalid},
        {"create LOOSE", 4, loose},
        {"create LOOSE --level 0 --yes", 4, loose},
        {"create LOOSE --kind subplan --dry-run", 4, loose},
        {"create LOOSE --rework --ids 1.1 --dry-run", 4, loose},
        {"prompt fill LOOSE --ready", 4, loose},
        {"prompt execute LOOSE", 4, loose},
        {"what-if LOOSE --complete 1.1", 4, loose},
    };
    struct space space = small();
    space_plan(&space, "BAD", "1.1: 1.2; 1.2: 1.1");
    space_plan(&space, "LOOSE", NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_stream(&space, rows[i].command, rows[i].status, rows[i].says);
    space_end(&space);
}

Test(usage, the_version_in_three_ways) {
    struct space space = space_new();
    expect_stream(&space, "--version", 0, "batchctl " BATCHD_VERSION "\n");
    expect_stream(&space, "-V", 0, "batchctl " BATCHD_VERSION "\n");
    expect_stream(&space, "version", 0, "batchctl " BATCHD_VERSION "\n");
    struct outcome outcome = run(&space, "version --json");
    struct json json = outcome_json(&outcome);
    expect_text(&json, "/data/version", BATCHD_VERSION);
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(usage, wrong_words_are_refused_and_the_right_one_is_named) {
    static const struct {
        const char *command, *part;
    } rows[] = {
        {"statsu", "did you mean \"batchctl status\"?"},
        {"crate X", "did you mean \"batchctl create\"?"},
        {"frobnicate", "batchctl help"},
        {"status --jsno", "did you mean --json?"},
        {"create X --levle 1", "did you mean --level?"},
        {"create X --dryrun", "did you mean --dry-run?"},
        {"create X --knd=subplan", "did you mean --kind?"},
        {"create X --re", "--re is the beginning of several options"},
        {"create X --re", "--ready or --rework?"},
        {"status --fooo", "unknown option --fooo\n  hint: \"batchctl help status\""},
        {"history --level 1", "unknown option --level"},
        {"status -Z", "unknown option -Z"},
        {"status --xyzzy", "batchctl help status"},
        {"create X --level", "--level needs a value"},
        {"create X --level one", "--level needs a number"},
        {"create X --level -1", "--level"},
        {"create X --level 1x", "--level"},
        {"create X --level ''", "--level"},
        {"create X --level 99999999999", "--level"},
        {"create X --level 0,", "1,2 or 0-3"},
        {"create X --level 3-1", "--level"},
        {"create X --level 0-", "--level"},
        {"create X --all --level 0", "exclude each other"},
        {"create X 1.1 --ids 1.1", "exclude each other"},
        {"create X 1.1 --ready", "exclude each other"},
        {"create X 1.1 Y", "only one plan"},
        {"wait X --for level-complete --level 0-1", "--level"},
        {"create X --ids ''", "--ids"},
        {"show X ''", "an argument is empty"},
        {"undo '' --yes", "an argument is empty"},
        {"status -C ''", "--root needs a folder"},
        {"status -p ''", "--plan needs a plan"},
        {"submit X 1.1 -F ''", "--file needs the name of a file"},
        {"create X --ids 1", "\"1\" is no achievement id"},
        {"create X --ids 1.1,../2", "is no achievement id"},
        {"create X --kind excution", "did you mean --kind execution?"},
        {"create X --kind ''", "execution, subplan"},
        {"create X --ready --level 0", "exclude each other"},
        {"create X --yes=1", "--yes takes no value"},
        {"create X --expect", "--expect needs a value"},
        {"graph X --format svgg", "mermaid"},
        {"graph X -f", "--format needs a value"},
        {"status --color sometimes", "auto, always, never"},
        {"status --color=alway", "did you mean --color always?"},
        {"status --timeout soon", "--timeout needs a time"},
        {"status --timeout -1s", "--timeout needs a time"},
        {"status --timeout nan", "--timeout needs a time"},
        {"status --timeout inf", "--timeout needs a time"},
        {"status --timeout 5parsecs", "--timeout needs a time"},
        {"status --root", "--root needs a value"},
        {"status X Y", "only one plan"},
        {"status X --plan X", "only one plan"},
        {"status 1 2 3 4", "only one plan"},
        {"history X Y", "only one plan"},
        {"version X", "argument"},
        {"help create undo", "argument"},
        {"config", "show"},
        {"config list", "show"},
        {"why", "an achievement's id"},
        {"undo X Y", "number"},
    };
    struct space space = small();
    uint64_t before = space_fingerprint(&space, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run(&space, rows[i].command);
        cr_expect_eq(outcome.status, 2, "%s: %d", rows[i].command, outcome.status);
        cr_expect(has(outcome.err, rows[i].part), "%s: no \"%s\" in\n%s", rows[i].command, rows[i].part, outcome.err);
        cr_expect_str_empty(outcome.out, "%s: %s", rows[i].command, outcome.out);
        outcome_end(&outcome);
    }
    cr_expect_eq(space_fingerprint(&space, ""), before);
    struct outcome outcome = run(&space, "");
    cr_expect_eq(outcome.status, 2);
    cr_expect(has(outcome.out, "usage: ") || has(outcome.err, "usage: "));
    outcome_end(&outcome);
    space_end(&space);
}

/* What other programs call it leads to the verb that does it; never to one that does the opposite. */
Test(usage, the_words_of_other_programs_lead_somewhere) {
    static const char *const rows[][2] = {
        {"revert", "undo"},   {"rollback", "undo"},    {"rm", "undo"},   {"redo", "retry"},  {"ready", "next"},
        {"ls", "status"},     {"list", "status"},      {"ps", "status"}, {"log", "history"}, {"check", "validate"},
        {"lint", "validate"}, {"tree", "graph"},       {"ui", "menu"},   {"top", "menu"},    {"diff", "create"},
        {"info", "show"},     {"shell", "completion"}, {"new", "init"},
    };
    struct space space = space_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run(&space, rows[i][0]);
        char hint[60];
        snprintf(hint, sizeof hint, "hint: \"batchctl %s\": ", rows[i][1]);
        cr_expect_eq(outcome.status, 2, "%s: %d", rows[i][0], outcome.status);
        cr_expect(has(outcome.err, hint), "%s: %s", rows[i][0], outcome.err);
        outcome_end(&outcome);
    }
    static const char *const opposites[] = {"unsubmit", "uncreate", "desubmit", "disubmit", "unapprov"};
    for (size_t i = 0; i < sizeof opposites / sizeof *opposites; i++) {
        struct outcome outcome = run(&space, opposites[i]);
        cr_expect_not(has(outcome.err, "did you mean"), "%s: %s", opposites[i], outcome.err);
        outcome_end(&outcome);
    }
    expect_stream(&space, "unapprove", 2, "\"batchctl reopen\"");
    expect_stream(&space, "accept", 2, "\"batchctl approve\"");
    expect_stream(&space, "done", 2, "\"batchctl submit\"");
    space_end(&space);
}

/* Ids are arguments wherever ids can be said; levels are lists and ranges. */
Test(usage, what_looks_like_an_id_is_one) {
    static const char *const rows[][2] = {
        {"create X 1.1 1.2 --kind subplan --dry-run --json", "create X --kind subplan --ids 1.1,1.2 --dry-run --json"},
        {"create 1.1,1.2 --kind subplan --dry-run --json", "create X --kind subplan --ids 1.1,1.2 --dry-run --json"},
        {"prompt fill 1.3", "prompt fill X --ids 1.3"},
        {"prompt fill 1.3 2.1 -p X", "prompt fill X --ids 1.3,2.1"},
        {"what-if 1.1 2.1", "what-if X --complete 1.1,2.1"},
        {"what-if X 1.1 --complete 2.1", "what-if X --complete 1.1,2.1"},
        {"what-if X --complete 1.1 --complete 2.1", "what-if X --complete 1.1,2.1"},
        {"prompt fill X --level 0,1", "prompt fill X 1.3 2.1"},
        {"prompt fill X --lev 0-1", "prompt fill X 1.3 2.1"},
        {"prompt fill X --all", "prompt fill X"},
        {"prompt fill X --level 0-2", "prompt fill X --all"},
        {"status --js X", "status --json X"},
        {"show X 1.1", "show 1.1"},
    };
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 2.1: 1.1; 3.1: 2.1");
    space_write(&space, "X/subplans/SUBPLAN_X_13.md", "# SUBPLAN: A\n\n## Objective\n\n[What]\n");
    space_write(&space, "X/subplans/SUBPLAN_X_21.md", "# SUBPLAN: A\n\n## Objective\n\n[What]\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome first = run(&space, rows[i][0]), second = run(&space, rows[i][1]);
        cr_expect_eq(first.status, 0, "%s: %d\n%s", rows[i][0], first.status, first.err);
        cr_expect_neq(first.out[0], '\0', "%s", rows[i][0]);
        cr_expect_str_eq(first.out, second.out, "%s, %s", rows[i][0], rows[i][1]);
        outcome_end(&first);
        outcome_end(&second);
    }
    expect_stream(&space, "show 1.1 2.1", 0, "1.1");
    expect_stream(&space, "show 1.1 2.1", 0, "2.1");
    expect_stream(&space, "why X 2.1,3.1", 0, "3.1");
    expect_stream(&space, "show X 1.1 9.9", 3, "X has no achievement 9.9");
    expect_stream(&space, "create X --level 0-3 --kind subplan -n", 3,
                  "X has no level 3\n  hint: its levels are 0 to 2");
    space_end(&space);
}

Test(usage, with_json_every_answer_is_a_document_also_a_refusal) {
    static const struct {
        const char *command;
        int status;
    } rows[] = {
        {"--json", 2},
        {"--json --xyzzy", 2},
        {"statsu --json", 2},
        {"status --json --xyzzy", 2},
        {"create X --json --level x", 2},
        {"status X Y --json", 2},
        {"why --json", 2},
        {"config --json", 2},
        {"undo seven --json", 3},
        {"status NOPE --json", 3},
        {"show X 9.9 --json", 3},
        {"-C nowhere status --json", 3},
        {"create X --json", 8},
        {"create X --ids 2.1 --json --yes", 4},
        {"undo 7 --json --yes", 3},
        {"validate no.json --json", 3},
    };
    struct space space = small();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run(&space, rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d", rows[i].command, outcome.status);
        struct json json = {0};
        struct diagnostics faults = {0};
        bool is_document = json_parse(&json, span_of(outcome.out), "answer", &faults);
        cr_expect(is_document, "%s prints \"%s\"", rows[i].command, outcome.out);
        if (is_document) {
            expect_text(&json, "/schema", "batchctl/2");
            cr_expect_not(json_get_boolean(json.root, "ok"), "%s", rows[i].command);
            cr_expect(json_get(json.root, "data") && json_get(json.root, "meta"), "%s", rows[i].command);
            cr_expect(count_at(&json, "/diagnostics") > 0, "%s", rows[i].command);
        }
        json_release(&json);
        diagnostics_release(&faults);
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(usage, colour_is_for_terminals_and_for_those_who_ask) {
    static const struct {
        const char *variables[2];
        const char *command;
        bool has_color;
    } rows[] = {
        {{NULL}, "status", false},
        {{NULL}, "status --color always", true},
        {{NULL}, "--color=always status", true},
        {{"CLICOLOR_FORCE=1"}, "status", true},
        {{"CLICOLOR_FORCE=0"}, "status", false},
        {{"CLICOLOR_FORCE="}, "status", false},
        {{"CLICOLOR_FORCE=1"}, "status --color never", false},
        {{"CLICOLOR_FORCE=1", "NO_COLOR=1"}, "status", false},
        {{"CLICOLOR_FORCE=1", "NO_COLOR="}, "status", true},
        {{"NO_COLOR=1"}, "status --color always", true},
        {{"CLICOLOR_FORCE=1"}, "status --json", false},
        {{NULL}, "status --json --color always", false},
    };
    struct space space = small();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct setting setting = {.variables = {rows[i].variables[0], rows[i].variables[1]}};
        struct outcome outcome = run_under(&space, &setting, rows[i].command);
        cr_expect_eq(outcome.status, 0);
        cr_expect_eq(has(outcome.out, "\033["), rows[i].has_color, "%zu: %s", i, rows[i].command);
        outcome_end(&outcome);
    }
    struct outcome outcome = run_on_terminal(&space, "status", "");
    cr_expect(has(outcome.out, "\033["), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_on_terminal(&space, "status --color never", "");
    cr_expect_not(has(outcome.out, "\033["), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(usage, quiet_leaves_errors_only) {
    struct space space = small();
    space_write(&space, "X/subplans/SUBPLAN_X_99.md", "of no achievement\n");
    struct outcome outcome = run(&space, "status");
    cr_expect(has(outcome.err, "warning:") && has(outcome.err, "hint:"), "%s", outcome.err);
    outcome_end(&outcome);
    outcome = run(&space, "status -q");
    cr_expect_str_empty(outcome.err);
    cr_expect(has(outcome.out, "Title of 1.1"));
    outcome_end(&outcome);
    outcome = run(&space, "create X --ids 2.1 --yes --quiet");
    cr_expect_eq(outcome.status, 4);
    cr_expect(has(outcome.err, "error: ") && !has(outcome.err, "hint:") && !has(outcome.err, "warning:"), "%s",
              outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(usage, an_answer_that_cannot_be_written_is_a_failure) {
    static const char *const commands[] = {"status",    "status --json", "help",        "help create", "version",
                                           "--version", "graph X",       "config show", "history",     "validate"};
    struct space space = small();
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct outcome outcome = run_under(&space, &(struct setting){.out = "/dev/full"}, commands[i]);
        cr_expect_eq(outcome.status, 13, "%s: %d", commands[i], outcome.status);
        cr_expect(has(outcome.err, "standard output"), "%s: %s", commands[i], outcome.err);
        outcome_end(&outcome);
    }
    space_end(&space);
}

/* 13 says that nothing happened: a verb that has changed something ends with 12, and names what. */
Test(usage, what_was_done_is_named_if_the_answer_cannot_be_written) {
    static const struct {
        const char *command, *deed;
    } rows[] = {
        {"create X --ids 1.1 --yes", "batch 1: 1 file was created"},
        {"undo --yes", "batch 1: 1 file was removed"},
        {"create X --ids 1.1 --yes --json", "batch 2: 1 file was created"},
        {"undo 2 --yes --json", "batch 2: 1 file was removed"},
        {"init Y --yes", "batch 3: 2 files were created"},
        {"create X --kind subplan --ids 1.2 --yes -q", "batch 4: 1 file was created"},
        {"prompt fill X --output prompts", "1 file was written in prompts"},
    };
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run_under(&space, &(struct setting){.out = "/dev/full"}, rows[i].command);
        cr_expect_eq(outcome.status, 12, "%s: %d", rows[i].command, outcome.status);
        cr_expect(has(outcome.err, rows[i].deed), "%s: %s", rows[i].command, outcome.err);
        cr_expect_not(has(outcome.err, "error: cannot write"), "%s", outcome.err);
        outcome_end(&outcome);
    }
    struct outcome preview = run_under(&space, &(struct setting){.out = "/dev/full"}, "create X --ids 1.1 --dry-run");
    cr_expect_eq(preview.status, 13);
    outcome_end(&preview);
    space_end(&space);
}

Test(usage, a_reader_that_is_gone_or_a_closed_output_does_not_hide_what_was_done) {
    /* The reader has ended before the program starts, so that no write can still reach the pipe. */
    static const char *const outputs[] = {"exec 3> >(:); wait $!; exec >&3", "exec >&-"};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        struct space space = space_new();
        space_plan(&space, "X", "1.1");
        space_subplan(&space, "X", "1.1");
        struct buffer command = {0};
        buffer_append_format(&command, "-c '(%s; exec %s create X --ids 1.1 --yes); echo $?'", outputs[i],
                             space_program());
        struct outcome outcome = run_under(&space, &(struct setting){.program = "/bin/bash"}, command.data);
        cr_expect_str_eq(outcome.out, "12\n", "%s: %s", outputs[i], outcome.err);
        cr_expect(has(outcome.err, "batch 1: 1 file was created"), "%s", outcome.err);
        outcome_end(&outcome);
        buffer_release(&command);
        space_end(&space);
    }
}
