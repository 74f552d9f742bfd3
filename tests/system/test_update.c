/*
 * init --graph --update: what the PLAN says is taken over into the parallel.json that is there; everything else in it
 * stays byte for byte.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/memory.h"
#include "refusal.h"
#include "space.h"

TestSuite(update, .timeout = 120);

static const char plan[] =
    "# PLAN: X\n\n## Achievements\n\n"
    "**Achievement 1.1**: Sow\n\n- **Effort**: 2 hours\n- **Dependencies**: None\n\n"
    "**Achievement 1.2**: Water\n\n- **Effort**: 30 minutes\n- **Dependencies**: 1.1\n\n"
    "**Achievement 1.3**: Weed\n\n- **Dependencies**: 1.1 or 1.2\n\n"
    "**Achievement 2.1**: Reap \"all\"\n\n- **Effort**: 3-4 hours\n- **Dependencies**: 1.2, 1.3\n";

/* Compares what is at @path with @text. */
static void expect_text_of(const struct space *space, const char *path, const char *text) {
    char *found = space_read(space, path);
    cr_expect_str_eq(found, text);
    memory_free(found);
}

static const struct row {
    const char *before, *after;
} rows[] = {
    /* other keys, their order and their layout stay; what is added is written as the last entry is */
    {"{\n \"notes\": [1,  2],\n \"plan_name\": \"X\",\n \"achievements\": [\n"
     "  {\"title\": \"Plough\", \"mine\": { \"a\":1 }, \"achievement_id\": \"1.1\", \"estimated_hours\": 2.0, "
     "\"dependencies\": []},\n"
     "  {\"id\": \"1.2\",\"dependencies\":[ ],\"title\": \"water!\", \"estimated_hours\": \"9\"},\n"
     "  {\"achievement_id\": \"1.3\", \"title\": \"Weed\", \"dependencies\": [\"1.2\"]}\n ],\n \"last\": null\n}\n",
     "{\n \"notes\": [1,  2],\n \"plan_name\": \"X\",\n \"achievements\": [\n"
     "  {\"title\": \"Sow\", \"mine\": { \"a\":1 }, \"achievement_id\": \"1.1\", \"estimated_hours\": 2.0, "
     "\"dependencies\": []},\n"
     "  {\"id\": \"1.2\",\"dependencies\":[\"1.1\"],\"title\": \"water!\", \"estimated_hours\": 0.5},\n"
     "  {\"achievement_id\": \"1.3\", \"title\": \"Weed\", \"dependencies\": [\"1.2\"]},\n"
     "  {\"achievement_id\": \"2.1\", \"title\": \"Reap \\\"all\\\"\", \"estimated_hours\": \"3-4\", "
     "\"dependencies\": [\"1.2\", \"1.3\"]}\n ],\n \"last\": null\n}\n"},
    /* what an entry does not say is added to it; an entry that only the file has stays */
    {"{\"plan_name\":\"X\",\"achievements\":[{\"achievement_id\":\"1.1\",\"dependencies\":[]},"
     "{\"achievement_id\":\"9.9\",\"dependencies\":[]}]}",
     "{\"plan_name\":\"X\",\"achievements\":[{\"achievement_id\":\"1.1\",\"dependencies\":[], \"title\": \"Sow\", "
     "\"estimated_hours\": 2},{\"achievement_id\":\"9.9\",\"dependencies\":[]}, {\"achievement_id\": \"1.2\", "
     "\"title\": \"Water\", \"estimated_hours\": 0.5, \"dependencies\": [\"1.1\"]}, {\"achievement_id\": \"1.3\", "
     "\"title\": \"Weed\", \"dependencies\": []}, {\"achievement_id\": \"2.1\", \"title\": \"Reap \\\"all\\\"\", "
     "\"estimated_hours\": \"3-4\", \"dependencies\": [\"1.2\", \"1.3\"]}]}"},
    /* lines end as they do */
    {"{\r\n\t\"plan_name\": \"X\",\r\n\t\"achievements\": [\r\n\t\t{\r\n\t\t\t\"achievement_id\": \"1.1\",\r\n"
     "\t\t\t\"title\": \"Sow\",\r\n\t\t\t\"estimated_hours\": 2,\r\n\t\t\t\"dependencies\": []\r\n\t\t},\r\n"
     "\t\t{\r\n\t\t\t\"achievement_id\": \"1.2\",\r\n\t\t\t\"title\": \"Water\",\r\n\t\t\t\"estimated_hours\": 0.5,\r\n"
     "\t\t\t\"dependencies\": [\"1.1\"]\r\n\t\t},\r\n"
     "\t\t{\r\n\t\t\t\"achievement_id\": \"1.3\",\r\n\t\t\t\"title\": \"Weed\",\r\n\t\t\t\"dependencies\": []\r\n"
     "\t\t}\r\n\t]\r\n}\r\n",
     "{\r\n\t\"plan_name\": \"X\",\r\n\t\"achievements\": [\r\n\t\t{\r\n\t\t\t\"achievement_id\": \"1.1\",\r\n"
     "\t\t\t\"title\": \"Sow\",\r\n\t\t\t\"estimated_hours\": 2,\r\n\t\t\t\"dependencies\": []\r\n\t\t},\r\n"
     "\t\t{\r\n\t\t\t\"achievement_id\": \"1.2\",\r\n\t\t\t\"title\": \"Water\",\r\n\t\t\t\"estimated_hours\": 0.5,\r\n"
     "\t\t\t\"dependencies\": [\"1.1\"]\r\n\t\t},\r\n"
     "\t\t{\r\n\t\t\t\"achievement_id\": \"1.3\",\r\n\t\t\t\"title\": \"Weed\",\r\n\t\t\t\"dependencies\": []\r\n"
     "\t\t},\r\n\t\t{\r\n\t\t\t\"achievement_id\": \"2.1\",\r\n\t\t\t\"title\": \"Reap \\\"all\\\"\",\r\n"
     "\t\t\t\"estimated_hours\": \"3-4\",\r\n\t\t\t\"dependencies\": [\"1.2\", \"1.3\"]\r\n\t\t}\r\n\t]\r\n}\r\n"},
    /* what cross_priority_dependencies says is not said twice */
    {"{\"plan_name\": \"X\", \"achievements\": [\n{\"achievement_id\": \"1.1\", \"dependencies\": []},\n"
     "{\"achievement_id\": \"1.2\", \"dependencies\": []},\n{\"achievement_id\": \"1.3\", \"dependencies\": []},\n"
     "{\"achievement_id\": \"2.1\", \"dependencies\": []}],\n\"cross_priority_dependencies\": [{\"from_achievement\": "
     "\"2.1\", \"to_achievement\": \"1.2\"}]}\n",
     "{\"plan_name\": \"X\", \"achievements\": [\n{\"achievement_id\": \"1.1\", \"dependencies\": [], \"title\": \"Sow\", "
     "\"estimated_hours\": 2},\n{\"achievement_id\": \"1.2\", \"dependencies\": [\"1.1\"], \"title\": \"Water\", "
     "\"estimated_hours\": 0.5},\n{\"achievement_id\": \"1.3\", \"dependencies\": [], \"title\": \"Weed\"},\n"
     "{\"achievement_id\": \"2.1\", \"dependencies\": [\"1.3\"], \"title\": \"Reap \\\"all\\\"\", "
     "\"estimated_hours\": \"3-4\"}],\n\"cross_priority_dependencies\": [{\"from_achievement\": "
     "\"2.1\", \"to_achievement\": \"1.2\"}]}\n"},
    {"{\"plan_name\": \"X\", \"achievements\": [ ]}",
     "{\"plan_name\": \"X\", \"achievements\": [\n    {\n      \"achievement_id\": \"1.1\",\n      \"title\": \"Sow\",\n"
     "      \"estimated_hours\": 2,\n      \"dependencies\": []\n    },\n    {\n      \"achievement_id\": \"1.2\",\n"
     "      \"title\": \"Water\",\n      \"estimated_hours\": 0.5,\n      \"dependencies\": [\"1.1\"]\n    },\n    {\n"
     "      \"achievement_id\": \"1.3\",\n      \"title\": \"Weed\",\n      \"dependencies\": []\n    },\n    {\n"
     "      \"achievement_id\": \"2.1\",\n      \"title\": \"Reap \\\"all\\\"\",\n      \"estimated_hours\": \"3-4\",\n"
     "      \"dependencies\": [\"1.2\", \"1.3\"]\n    } ]}"},
};

Test(update, what_the_plan_says_is_taken_over_and_all_else_stays) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = space_new();
        space_write(&space, "X/PLAN_X.md", "%s", plan);
        space_write(&space, "X/parallel.json", "%s", rows[i].before);
        space_make_folder(&space, "X/subplans");
        expect_status(&space, "init --graph X --update --dry-run", 0, "Would update the dependency file of X");
        expect_text_of(&space, "X/parallel.json", rows[i].before);
        expect_status(&space, "init --graph X --update --yes", 0, "Updated the dependency file of X");
        expect_text_of(&space, "X/parallel.json", rows[i].after);
        expect_status(&space, "init --graph X --update --yes", 0, "Nothing to change");
        expect_status(&space, "undo --yes", 0, "Put back as it was before");
        expect_text_of(&space, "X/parallel.json", rows[i].before);
        space_end(&space);
    }
}

/* The diff is what patch(1) makes the new file of. */
Test(update, the_preview_is_a_diff) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = space_new();
        space_write(&space, "X/PLAN_X.md", "%s", plan);
        space_write(&space, "X/parallel.json", "%s", rows[i].before);
        space_make_folder(&space, "X/subplans");
        struct outcome outcome = run(&space, "init --graph X --update --dry-run --json");
        struct json json = outcome_json(&outcome);
        space_write(&space, "diff", "%s", text_at(&json, "/data/diff"));
        struct setting setting = {.program = "/usr/bin/git"};
        struct outcome patched = run_under(&space, &setting, "apply --unsafe-paths diff");
        cr_expect_eq(patched.status, 0, "%zu: %s", i, patched.err);
        expect_text_of(&space, "X/parallel.json", rows[i].after);
        outcome_end(&patched);
        json_release(&json);
        outcome_end(&outcome);
        space_end(&space);
    }
}

static struct space scene(void) {
    struct space space = space_new();
    space_write(&space, "X/PLAN_X.md", "%s", plan);
    space_write(&space, "X/parallel.json", "%s", rows[0].before);
    space_make_folder(&space, "X/subplans");
    return space;
}

Test(update, differences_are_named_with_the_command) {
    struct space space = scene();
    static const char hint[] = "batchctl init --graph X --update";
    expect_status(&space, "validate X", 0, hint);
    expect_status(&space, "doctor", 0, hint);
    expect_status(&space, "status X", 0, hint);
    expect_status(&space, "validate X", 0, "1.2 takes \"30 minutes\" here, but 9 hours in parallel.json");
    expect_status(&space, "init --graph X", 5, hint);
    expect_status(&space, "init --graph X --update --yes", 0, "");
    struct outcome outcome = run(&space, "validate X");
    cr_expect_eq(outcome.status, 0);
    cr_expect_str_empty(outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(update, what_stays_is_named) {
    struct space space = scene();
    space_write(&space, "X/parallel.json", "%s", rows[1].before);
    expect_status(&space, "init --graph X --update --dry-run", 0, "9.9 is only here");
    expect_status(&space, "init --graph X --update --dry-run", 0, "not all that 1.3 says of its dependencies");
    space_end(&space);
}

Test(update, what_cannot_be_changes_nothing) {
    struct space space = scene();
    expect_status(&space, "init X --update", 2, "--update goes with --graph");
    expect_status(&space, "init --graph X --update --flat", 2, "not with --flat");
    expect_status(&space, "init --graph X --update", 8, "add --yes");
    space_write(&space, "X/PLAN_X.md",
                "%s\n**Achievement 2.2**: Eat\n\n- **Dependencies**: 2.3\n\n"
                "**Achievement 2.3**: Cook\n\n- **Dependencies**: 2.2\n",
                plan);
    expect_status(&space, "init --graph X --update --yes", 6, "dependency cycle");
    space_write(&space, "X/PLAN_X.md", "<<<<<<< mine\n%s=======\n>>>>>>> theirs\n", plan);
    expect_status(&space, "init --graph X --update --yes", 4, "conflict");
    space_write(&space, "X/PLAN_X.md", "%s", plan);
    space_write(&space, "X/parallel.json", "{");
    expect_status(&space, "init --graph X --update --yes", 6, "parallel.json");
    expect_text_of(&space, "X/parallel.json", "{");
    space_remove(&space, "X/parallel.json");
    expect_status(&space, "init --graph X --update --yes", 4, "batchctl init --graph X");
    cr_expect_not(space_exists(&space, "X/parallel.json"));
    space_end(&space);
}

Test(update, what_was_edited_since_is_left_alone) {
    struct space space = scene();
    struct outcome outcome = run(&space, "init --graph X --update --dry-run --json");
    struct json json = outcome_json(&outcome);
    struct buffer command = {0};
    buffer_append_format(&command, "init --graph X --update --yes --expect %s", text_at(&json, "/data/token"));
    json_release(&json);
    outcome_end(&outcome);
    space_write(&space, "X/parallel.json", "%s", rows[1].before);
    expect_status(&space, command.data, 7, "X/parallel.json");
    expect_text_of(&space, "X/parallel.json", rows[1].before);
    buffer_release(&command);
    expect_status(&space, "init --graph X --update --yes", 0, "Updated");
    space_write(&space, "X/parallel.json", "%s ", rows[1].after);
    expect_status(&space, "undo --yes", 0, "edited since");
    char *text = space_read(&space, "X/parallel.json");
    cr_expect_eq(strlen(text), strlen(rows[1].after) + 1);
    memory_free(text);
    space_end(&space);
}

/* As on a file system that cannot exchange two files. */
Test(update, without_an_exchange_nothing_is_written) {
    struct space space = scene();
    struct refusal refusal = refusal_rows[1];
    refusal.failure = EINVAL;
    cr_assert_str_eq(refusal.name, "renameat2");
    struct setting setting = {.refusal = &refusal};
    struct outcome outcome = run_under(&space, &setting, "init --graph X --update --yes --no-daemon");
    cr_expect_eq(outcome.status, 13, "%s", outcome.err);
    cr_expect(has(outcome.err, "--dry-run shows the difference: apply it by hand"), "%s", outcome.err);
    outcome_end(&outcome);
    expect_text_of(&space, "X/parallel.json", rows[0].before);
    cr_expect_not(space_exists(&space, ".batchd/*/batches/000001.json"));
    space_end(&space);
}
