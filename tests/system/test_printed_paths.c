/*
 * Printed paths: those of files, of advice and of errors open from where they are printed.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "usage.h"

TestSuite(printed_paths, .timeout = 120);

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

static const char *const reading_folders[] = {"", "X", "X/execution", "group/a", "../elsewhere"};
enum { READING_FOLDERS = sizeof reading_folders / sizeof *reading_folders };

/* As compilers print it; and every path opens from where it is printed, whatever prints it. */
Test(printed_paths, paths_open_from_where_they_are_printed) {
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
Test(printed_paths, advice_works_where_it_is_printed) {
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
    expect_stream(&space, "-C . claim X 1.1", 0, "batchctl -C . heartbeat HANDLE");
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

Test(printed_paths, errors_name_files_as_they_open_from_where_they_are_printed) {
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

Test(printed_paths, refused_writes_name_files_as_they_open_from_where_they_are_printed) {
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
Test(printed_paths, plans_of_the_same_name_are_named_by_what_is_accepted) {
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
