/*
 * The command line: help, options, colour, configuration and where the root comes from; what is wrong is said with the
 * right exit status, on the right stream.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "space.h"

TestSuite(usage, .timeout = 120);

static const char *const verbs[] = {"status",  "next",     "show",  "why",    "create",  "undo",
                                    "history", "validate", "graph", "config", "version", "help"};
enum { VERBS = sizeof verbs / sizeof *verbs };

static void expect_stream(const struct space *space, const char *command, int status, const char *part) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(status ? outcome.err : outcome.out, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

static struct space small(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    return space;
}

static void set_mode(const struct space *space, const char *path, mode_t mode) {
    char absolute[500];
    snprintf(absolute, sizeof absolute, "%s/%s", space->root, path);
    cr_assert_eq(chmod(absolute, mode), 0, "%s", path);
}

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

/* What looks like a path of a document, with a line's number or without, names a file. */
static void expect_paths(const struct space *space, const char *folder, const char *command, const char *printed) {
    struct buffer text = {0};
    buffer_append_string(&text, printed);
    for (char *rest = NULL, *word = strtok_r(text.data, " \n'\"`()", &rest); word;
         word = strtok_r(NULL, " \n'\"`()", &rest)) {
        char *end = strstr(word, ".md");
        if (!end || !strchr(word, '/') || strchr("-_", word[0]) || has(word, "APPROVED_11") ||
            has(word, "feedbacks/APPROVED_12"))
            continue; /* what a command would make */
        end[3] = '\0';
        struct buffer path = {0};
        buffer_append_format(&path, "%s/%s/%s", space->root, folder, word);
        cr_expect(access(word[0] == '/' ? word : path.data, F_OK) == 0, "in %s/, %s prints %s", folder, command, word);
        buffer_release(&path);
    }
    buffer_release(&text);
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

static const char *const reading_folders[] = {"", "X", "X/execution", "group/a", "../elsewhere"};
enum { READING_FOLDERS = sizeof reading_folders / sizeof *reading_folders };

/* As compilers print it; and every path opens from where it is printed, whatever prints it. */
Test(usage, paths_open_from_where_they_are_printed) {
    static const char *const commands[] = {
        "show X 1.1",
        "why X 1.2",
        "validate X",
        "status X",
        "create X --dry-run --show",
        "create X --yes",
        "show --batch 1",
        "undo --dry-run",
        "undo 1 --yes",
        "doctor",
        "prompt fill X --ids 1.3 --output p",
        "prompt execute X",
        "history",
        "init --graph Y --dry-run",
        "next Y",
    };
    for (size_t f = 0; f < READING_FOLDERS; f++) {
        struct space space = space_new();
        space_plan(&space, "X", "1.1; 1.2: 1.1; 1.3; 1.4; 1.5");
        space_plan(&space, "Y", NULL);
        space_make_folder(&space, "group/a");
        space_subplan(&space, "X", "1.1");
        space_subplan(&space, "X", "1.4");
        space_execution(&space, "X", "1.4");
        space_fix(&space, "X", "1.4");
        space_write(&space, "X/subplans/SUBPLAN_X_13.md", "[TO BE FILLED: all]\n");
        space_write(&space, "X/subplans/SUBPLAN_X_15.md", "**Achievement**: 1.4\n");
        space_write(&space, "X/execution/APPROVED_12.md", "misplaced\n");
        struct buffer root = {0};
        buffer_append_format(&root, "BATCHD_ROOT=%s", space.root);
        for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
            struct outcome outcome = run_under(
                &space, &(struct setting){.folder = reading_folders[f], .variables = {root.data}}, commands[i]);
            bool is_prompt = has(commands[i], "prompt execute"); /* its text says what its paths are relative to */
            bool is_preview = has(commands[i], "--dry-run") || has(commands[i], "undo") || has(commands[i], "why");
            if (!is_prompt && !is_preview)
                expect_paths(&space, reading_folders[f], commands[i], outcome.out);
            if (!is_preview)
                expect_paths(&space, reading_folders[f], commands[i], outcome.err);
            outcome_end(&outcome);
        }
        buffer_release(&root);
        space_end(&space);
    }
}

/* Runs the first command that the outcome advises, just as a user would paste it. */
static void expect_advice_works(const struct space *space, const char *command, const char *begin) {
    struct outcome outcome = run_under(space, &(struct setting){.folder = ".."}, command);
    struct buffer all = {0};
    buffer_append_format(&all, "%s\n%s", outcome.out, outcome.err);
    const char *found = strstr(all.data, begin), *advice = found ? strstr(found, "batchctl ") : NULL;
    cr_assert_not_null(advice, "%s: %s", command, all.data);
    struct buffer pasted = {0};
    buffer_append(&pasted, advice, strcspn(advice, "\n\""));
    struct buffer words = {0};
    buffer_append_format(&words, "%s --dry-run", pasted.data + strlen("batchctl "));
    bool writes = has(words.data, " create ") || has(words.data, "--graph");
    struct outcome second =
        run_under(space, &(struct setting){.folder = ".."}, writes ? words.data : pasted.data + strlen("batchctl "));
    cr_expect_eq(second.status, 0, "%s: %s: %d %s", command, pasted.data, second.status, second.err);
    outcome_end(&second);
    outcome_end(&outcome);
    buffer_release(&words);
    buffer_release(&pasted);
    buffer_release(&all);
}

/* Also from outside of a workspace that is named with -C. */
Test(usage, advice_works_where_it_is_printed) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    space_plan(&space, "my plan", "1.1");
    space_plan(&space, "Z", NULL);
    space_write(&space, "Z/PLAN_Z.md", "# PLAN: Z\n\n**Achievement 1.1: A**\n\n- **Goal**: a\n");
    struct buffer root = {0}, command = {0};
    buffer_append_string(&root, strrchr(space.root, '/') + 1);
    static const char *const rows[][2] = {
        {"status", "Next: "},           {"status X", "Next: "}, {"next", "Next: "},        {"status Z", "hint: "},
        {"status 'my plan'", "Next: "}, {"create", "hint: "},   {"prompt fill", "hint: "}, {"show 1.1", "hint: "},
        {"create X", "Next: "},         {"why 1.1", "hint: "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&command);
        buffer_append_format(&command, "-C %s %s", root.data, rows[i][0]);
        expect_advice_works(&space, command.data, rows[i][1]);
    }
    expect_stream(&space, "init --graph", 2, "hint: name one, such as: batchctl init --graph ");
    expect_stream(&space, "history X Y", 2, "hint: usage: batchctl history [PLAN] [-n N]\n");
    buffer_release(&root);
    buffer_release(&command);
    space_end(&space);
}

/* Errors, too, name files as they open from here. @named, relative to the root, need not exist, unlike its folder. */
static void expect_error_path(const struct space *space, const char *folder, uid_t user, const char *command,
                              const char *named) {
    struct buffer text = {0}, printed = {0}, wanted = {0};
    buffer_append_format(&text, "BATCHD_ROOT=%s", space->root);
    struct setting setting = {.folder = folder, .variables = {text.data}, .user = user};
    struct outcome outcome = run_under(space, &setting, command);
    char *place = strstr(outcome.err, "\nerror: "), *file = strrchr(named, '/');
    place = place ? place : outcome.err;
    char *name = strstr(place, file ? file + 1 : named);
    cr_assert(outcome.status != 0 && name, "in %s/, %s: %d %s names no %s", folder, command, outcome.status,
              outcome.err, named);
    char *end = name;
    while (name > place && name[-1] != ' ')
        name--;
    buffer_append_format(&printed, "%s/%s/%.*s", space->root, folder, (int)(end - name), name);
    buffer_append_format(&wanted, "%s/%.*s", space->root, file ? (int)(file - named) : 0, named);
    char *printed_folder = realpath(printed.data, NULL), *wanted_folder = realpath(wanted.data, NULL);
    cr_expect(printed_folder && strcmp(printed_folder, wanted_folder) == 0, "in %s/, %s: %s", folder, command,
              outcome.err);
    free(printed_folder);
    free(wanted_folder);
    outcome_end(&outcome);

    buffer_clear(&printed);
    buffer_append_format(&printed, "%s --json", command);
    outcome = run_under(space, &setting, printed.data);
    buffer_clear(&printed);
    buffer_append_format(&printed, "\"file\":\"%s\"", named); /* for programs it does not depend on the folder */
    cr_expect(has(outcome.out, printed.data), "%s: %s", command, outcome.out);
    outcome_end(&outcome);
    buffer_release(&text);
    buffer_release(&printed);
    buffer_release(&wanted);
}

Test(usage, errors_name_files_as_they_open_from_where_they_are_printed) {
    static const struct {
        const char *command, *file;
    } rows[] = {
        {"init --graph Y --dry-run", "Y/PLAN_Y.md"},                /* conflict markers */
        {"create Z --kind subplan --ids 1.1 --yes", "Z/PLAN_Z.md"}, /* in what is quoted */
        {"create X --ids 1.1 --yes", "X/subplans/SUBPLAN_X_11.md"}, /* too large */
        {"init --graph X", "X/parallel.json"},                      /* is there already */
    };
    static const char conflict[] = "# Plan\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
    struct space space = space_new();
    struct buffer large = {0};
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_plan(&space, "Y", NULL);
    space_make_folder(&space, "group/a");
    space_plan(&space, "Z", "1.1");
    space_write(&space, "Y/PLAN_Y.md", "%s", conflict);
    space_write(&space, "Z/PLAN_Z.md", "%s", conflict);
    space_subplan(&space, "X", "1.1");
    buffer_append_format(&large, "%s/X/subplans/SUBPLAN_X_11.md", space.root);
    cr_assert_eq(truncate(large.data, 5 << 20), 0);
    buffer_release(&large);
    for (size_t f = 0; f < READING_FOLDERS; f++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            expect_error_path(&space, reading_folders[f], 0, rows[i].command, rows[i].file);
    space_end(&space);
}

Test(usage, refused_writes_name_files_as_they_open_from_where_they_are_printed) {
    static const char *const closed[] = {"X/subplans", "X/execution"};
    uid_t user = geteuid() == 0 ? 12345 : 0; /* nothing is refused to root */
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_subplan(&space, "X", "1.1");
    space_plan(&space, "CLOSED", "1.1");
    space_make_folder(&space, "group/a");
    if (user) {
        struct outcome outcome =
            run_under(&space, &(struct setting){.program = "/bin/sh"},
                      "-c 'chmod 711 .. && chmod 755 ../elsewhere && chown -R 12345 . && chmod -R go+rX .'");
        cr_assert_eq(outcome.status, 0, "%s", outcome.err);
        outcome_end(&outcome);
    }
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        set_mode(&space, closed[i], 0555);
    set_mode(&space, "CLOSED/PLAN_CLOSED.md", 0);
    for (size_t f = 0; f < READING_FOLDERS; f++) {
        const char *folder = reading_folders[f];
        expect_error_path(&space, folder, user, "create X --kind subplan --ids 1.2 --yes",
                          "X/subplans/SUBPLAN_X_12.md");
        expect_error_path(&space, folder, user, "create CLOSED --kind subplan --ids 1.1 --yes",
                          "CLOSED/PLAN_CLOSED.md");
    }
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        set_mode(&space, closed[i], 0755);
    space_end(&space);
}

/* The names of plans in a list or an error are accepted where they are printed. */
Test(usage, plans_of_the_same_name_are_named_by_what_is_accepted) {
    struct space space = space_new();
    space_plan(&space, "one/SAME", "1.1");
    space_plan(&space, "two/SAME", "1.1");
    space_make_folder(&space, "one/other");
    static const char *const folders[] = {"", "one", "one/other", "two", "../elsewhere"};
    static const char *const plans[] = {"one/SAME", "two/SAME"};
    struct buffer root = {0}, command = {0};
    buffer_append_format(&root, "BATCHD_ROOT=%s", space.root);
    for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
        struct setting setting = {.folder = folders[f], .variables = {root.data}};
        struct outcome list = run_under(&space, &setting, "status --json");
        struct outcome refusal = run_under(&space, &setting, "status SAM");
        cr_expect_eq(refusal.status, 2, "%s", refusal.out);
        for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
            cr_expect(has(refusal.err, plans[i]) && has(list.out, plans[i]), "%s: %s", list.out, refusal.err);
            buffer_clear(&command);
            buffer_append_format(&command, "status %s --json", plans[i]);
            struct outcome outcome = run_under(&space, &setting, command.data);
            buffer_clear(&command);
            buffer_append_format(&command, "\"%s\"", plans[i]);
            cr_expect(outcome.status == 0 && has(outcome.out, command.data), "%s/: %s%s", folders[f], outcome.out,
                      outcome.err);
            outcome_end(&outcome);
        }
        outcome_end(&list);
        outcome_end(&refusal);
    }
    buffer_release(&root);
    buffer_release(&command);
    space_end(&space);
}

Test(usage, where_the_root_comes_from) {
    struct space space = space_new();
    space_plan(&space, "A/one/PLAN1", "1.1");
    space_plan(&space, "B/PLAN2", "1.1");
    space_plan(&space, "C/work-space/plans/PLAN3", "1.1");
    space_make_folder(&space, "C/source/deep");
    char variable[600], conf[600];
    snprintf(variable, sizeof variable, "BATCHD_ROOT=%s/B", space.root);
    snprintf(conf, sizeof conf, "[workspace]\nroot = %s/B\n", space.root);
    space_write(&space, "conf/batchd/batchd.conf", "%s", conf);
    char with_conf[600];
    snprintf(with_conf, sizeof with_conf, "XDG_CONFIG_HOME=%s/conf", space.root);
    const struct {
        const char *folder, *variable, *command;
        int status;
        const char *part;
    } rows[] = {
        {"", NULL, "-C A status", 0, "PLAN1"},
        {"", NULL, "-CA status", 0, "PLAN1"},
        {"", NULL, "--root A status", 0, "PLAN1"},
        {"", NULL, "--root=A status", 0, "PLAN1"},
        {"", NULL, "status -C A", 0, "PLAN1"},
        {"", NULL, "--json -C A status", 0, "PLAN1"},
        {"A", variable, "status", 0, "PLAN2"},     /* the variable before searching */
        {"", variable, "-C A status", 0, "PLAN1"}, /* the option before the variable */
        {"", "BATCHD_ROOT=nowhere", "status", 3, "nowhere"},
        {"", "BATCHD_ROOT=", "-C B status", 0, "PLAN2"},
        {"C/source/deep", NULL, "status", 0, "PLAN3"}, /* the nearest work-space/plans */
        {"C/work-space/plans/PLAN3/subplans", NULL, "status", 0, "PLAN3"},
        {"../elsewhere", NULL, "status", 3, "the search ended at"},
        {"../elsewhere", with_conf, "status", 0, "PLAN2"}, /* the configured one where none is found */
        {"C/source", with_conf, "status", 0, "PLAN3"},
        {"", NULL, "-C nowhere status", 3, "nowhere"},
        {"", NULL, "-C nowhere create --yes", 3, "nowhere"},
        {"", NULL, "-C nowhere version", 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct setting setting = {.folder = rows[i].folder, .variables = {rows[i].variable}};
        struct outcome outcome = run_under(&space, &setting, rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%zu, %s: %d\n%s", i, rows[i].command, outcome.status,
                     outcome.err);
        cr_expect(has(rows[i].status ? outcome.err : outcome.out, rows[i].part), "%zu, %s: %s%s", i, rows[i].command,
                  outcome.out, outcome.err);
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(usage, every_setting_is_shown_with_its_origin) {
    struct space space = small();
    space_write(&space, "../.config/batchd/batchd.conf", "# user\n\n[create]\nlock_timeout = 7s\n");
    expect_stream(&space, "config show", 0, "create.lock_timeout = 7s");
    expect_stream(&space, "config show", 0, ".config/batchd/batchd.conf:4");
    expect_stream(&space, "config show", 0, "create.require_complete_subplans = yes  (built in)");
    space_write(&space, ".batchd/config", "[create]\nlock_timeout=8s\nrequire_complete_subplans = yes\n");
    expect_stream(&space, "config show", 0, "create.lock_timeout = 7s"); /* which is the user's alone */
    expect_stream(&space, "config show", 0, ".batchd/config:3");
    expect_stream(&space, "config get lock_timeout", 0, "7s\n");
    expect_stream(&space, "config get create.lock_timeout", 0, "7s\n");
    expect_stream(&space, "config get daemon.lock_timeout", 3, "did you mean lock_timeout?");
    expect_stream(&space, "config get lock_timeut", 3, "did you mean lock_timeout?");
    expect_stream(&space, "config get", 2, "get KEY");
    expect_stream(&space, "config path", 0, "/.config/batchd/batchd.conf\n");
    struct outcome outcome = run_with(&space, "BATCHD_LOCK_TIMEOUT=9s", "config show --json");
    struct json json = outcome_json(&outcome);
    bool is_found = false;
    for (const cJSON *item = node_at(&json, "/data/values")->child; item; item = item->next) {
        if (strcmp(json_get_string(item, "key"), "lock_timeout") != 0)
            continue;
        is_found = true;
        cr_expect_str_eq(json_get_string(item, "value"), "9s");
        cr_expect_str_eq(json_get_string(item, "origin"), "BATCHD_LOCK_TIMEOUT");
    }
    cr_expect(is_found, "%s", outcome.out);
    json_release(&json);
    outcome_end(&outcome);
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "# S\n\n[TO BE FILLED]\n"); /* and they are obeyed */
    expect_stream(&space, "create X --ids 1.1 --yes", 4, "is a placeholder");
    space_end(&space);
}

Test(usage, a_fault_in_the_configuration_is_told_with_file_and_line) {
    static const struct {
        const char *text, *part;
    } rows[] = {
        {"[create]\nlock_timeut = 7s\n", "config:2: error: there is no key lock_timeut in section [create]"},
        {"[create]\nlock_timeut = 7s\n", "did you mean lock_timeout?"},
        {"\n\n[crate]\n", "config:3: error: there is no section [crate]"},
        {"lock_timeout = 7s\n", "config:1: "},
        {"[create]\n\nlock_timeout = soon\n", "config:3: error: lock_timeout is set to \"soon\""},
        {"[create]\nrequire_complete_subplans = perhaps\n", "must be yes or no"},
        {"[create]\nthis is no setting\n", "config:2: "},
        {"[create\n", "config:1: "},
        {"[workspace]\nroot = relative/path\n", "an absolute path"},
    };
    static const char file[] = "../.config/batchd/batchd.conf";
    struct space space = small();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *part = strncmp(rows[i].part, "config:", 7) == 0 ? rows[i].part + 6 : rows[i].part;
        space_write(&space, file, "%s", rows[i].text);
        expect_stream(&space, "status", 6, part);
        expect_stream(&space, "create X --yes", 6, part);
        space_remove(&space, file);
        space_write(&space, ".batchd/config", "%s", rows[i].text); /* a clone blocks nothing */
        struct outcome outcome = run(&space, "status");
        cr_expect_eq(outcome.status, 0, "%s: %s", rows[i].text, outcome.err);
        cr_expect_eq(count_of(outcome.err, "warning: "), 1, "%s: %s", rows[i].text, outcome.err);
        cr_expect(has(outcome.err, ".config/batchd/batchd.conf"), "%s", outcome.err);
        outcome_end(&outcome);
        space_remove(&space, ".batchd/config");
    }
    space_write(&space, file, "[create]\nlock_timeut = 7s\n[crate]\n"); /* all at once */
    expect_stream(&space, "status", 6, "crate");
    expect_stream(&space, "status", 6, "lock_timeut");
    expect_stream(&space, "help", 0, "usage"); /* which needs no configuration */
    space_write(&space, "../.config/batchd/batchd.conf", "[daemon]\nsocket = /tmp/come-here.sock\n"); /* the user's */
    expect_stream(&space, "status", 0, "X");
    space_remove(&space, "../.config/batchd/batchd.conf");
    struct outcome outcome = run_with(&space, "BATCHD_LOCK_TIMEOUT=soon", "status");
    cr_expect_eq(outcome.status, 6);
    cr_expect(has(outcome.err, "BATCHD_LOCK_TIMEOUT"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

/* Root may do anything, so the tests of permissions become another user then; anybody else stays who they are. */
/* The workspace is named, as the search does not look at another user's. */
static struct setting unprivileged(const struct space *space) {
    static char root[500];
    const struct setting setting = {.user = geteuid() == 0 ? 65534 : 0, .variables = {root}};
    snprintf(root, sizeof root, "BATCHD_ROOT=%s", space->root);
    set_mode(space, "..", 0755);
    struct outcome outcome = run_under(space, &setting, "version");
    bool is_reachable = outcome.status == 0;
    outcome_end(&outcome);
    if (!is_reachable)
        cr_skip_test("the program lies where another user cannot reach it; run this as a user other than root");
    return setting;
}

Test(usage, what_may_not_be_read_or_written_is_named_and_the_rest_is_shown) {
    struct space space = small();
    space_plan(&space, "Y", "1.1");
    const struct setting setting = unprivileged(&space);
    set_mode(&space, "X", 0);
    struct outcome outcome = run_under(&space, &setting, "status");
    cr_expect_eq(outcome.status, 0, "%d", outcome.status);
    cr_expect(has(outcome.out, "Y"), "%s", outcome.out);
    cr_expect(has(outcome.err, "X") && has(outcome.err, "Permission denied"), "%s", outcome.err);
    outcome_end(&outcome);
    set_mode(&space, "", 0555);
    outcome = run_under(&space, &setting, "create Y --kind subplan --yes");
    cr_expect_eq(outcome.status, 13, "%d: %s", outcome.status, outcome.err);
    cr_expect_not(space_exists(&space, ".batchd"));
    outcome_end(&outcome);
    set_mode(&space, "X", 0755);
    set_mode(&space, "X/subplans", 0);
    outcome = run_under(&space, &setting, "validate X");
    cr_expect_eq(outcome.status, 6, "%d: %s", outcome.status, outcome.err);
    cr_expect(has(outcome.err, "X/subplans") && has(outcome.err, "Permission denied"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(usage, a_home_that_cannot_be_entered_is_a_warning) {
    static const char *const commands[] = {"status X", "next", "validate",
                                           "create X --kind subplan --level 1 --dry-run"};
    if (geteuid() != 0)
        cr_skip_test("only root can have a home that it cannot enter as another user");
    struct space space = small();
    struct setting setting = unprivileged(&space);
    char folder[500];
    space_make_folder(&space, "../closed/batchd");
    space_make_folder(&space, "../.config/batchd");
    set_mode(&space, "../closed", 0700);
    set_mode(&space, "../.config", 0700);
    for (int is_named = 0; is_named < 2; is_named++) {
        snprintf(folder, sizeof folder, "XDG_CONFIG_HOME=%s/../closed", space.root);
        setting.variables[1] = is_named ? folder : NULL;
        for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
            struct outcome outcome = run_under(&space, &setting, commands[k]);
            cr_expect_eq(outcome.status, 0, "%s: %d %s", commands[k], outcome.status, outcome.err);
            cr_expect_eq(count_of(outcome.err, "no setting in it is used"), 1, "%s: %s", commands[k], outcome.err);
            outcome_end(&outcome);
        }
    }
    space_end(&space);
}

Test(usage, a_root_that_cannot_be_written_can_be_read) {
    static const struct {
        const char *command;
        int status;
    } rows[] = {
        {"status X", 0},
        {"create X --ids 1.1 --dry-run", 0},
        {"history", 0},
        {"validate", 0},
        {"create X --kind subplan --level 1 --yes", 13},
        {"undo --yes", 3},
        {"next", 0},
    };
    struct space space = small();
    const struct setting setting = unprivileged(&space);
    set_mode(&space, "", 0555);
    uint64_t before = space_fingerprint(&space, "..");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run_under(&space, &setting, rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d %s", rows[i].command, outcome.status, outcome.err);
        outcome_end(&outcome);
    }
    cr_expect_eq(space_fingerprint(&space, ".."), before);
    space_end(&space);
}
