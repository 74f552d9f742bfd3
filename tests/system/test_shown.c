/*
 * The shown text is the existing text: characters that steer a terminal, turn the direction of writing or are not seen
 * come from every document, name, record and argument, and reach no terminal, no picture, no answer and no created
 * file.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(shown, .timeout = 200);

/* One of each class, as bytes; @escape is how JSON can write it. Those of the text.h are judged by this list alone. */
static const struct {
    const char *bytes, *escape;
} unseen[] = {
    {"\x01", "\\u0001"},
    {"\x07", "\\u0007"},
    {"\x1b]0;owned", "\\u001b]0;owned"},
    {"\x1b[2J", "\\u001b[2J"},
    {"\x7f", "\\u007f"},
    {"\xc2\x9b", "\\u009b"},
    {"\xc2\xad", "\\u00ad"},
    {"\xd8\x9c", "\\u061c"},
    {"\xe1\x85\x9f", "\\u115f"},
    {"\xe2\x80\x8b", "\\u200b"},
    {"a\xe2\x80\x8d", "a\\u200d"}, /* joins nothing */
    {"\xe2\x80\x8f", "\\u200f"},
    {"\xe2\x80\xa8", "\\u2028"},
    {"\xe2\x80\xae", "\\u202e"},
    {"\xe2\x81\xa0", "\\u2060"},
    {"\xe2\x81\xa6", "\\u2066"},
    {"\xef\xbb\xbf", "\\ufeff"},
    {"\xef\xbf\xb9", "\\ufff9"},
    {"a\xef\xb8\x8f", "a\\ufe0f"}, /* varies nothing */
    {"\xf3\xa0\x81\x81", "\\udb40\\udc41"},
};
enum { CLASSES = sizeof unseen / sizeof *unseen };

/* An emoji of several, Persian and Malayalam: joiners that have to stay. */
#define JOINED                                                                                                         \
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 \xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae \xe0\xb4\xa8\xe0\xb5\x8d\xe2\x80\x8d"

static void expect_seen(const char *text, const char *where) {
    for (size_t i = 0; text && i < CLASSES; i++)
        cr_expect(!has(text, unseen[i].bytes), "%s: %s is there as it is: %s", where, unseen[i].escape, text);
}

static struct buffer all_bytes(const char *before) {
    struct buffer text = {0};
    buffer_append_string(&text, before);
    for (size_t i = 0; i < CLASSES; i++)
        buffer_append_format(&text, "%s|", unseen[i].bytes);
    return text;
}

/* A plan that has them in its folder's group, titles, documents, and beside them; a batch of it; files in every place.
 */
static struct space hostile(void) {
    struct space space = space_new();
    struct buffer text = all_bytes("Find " JOINED " "), title = {0}, name = all_bytes("X/subplans/stray");
    for (size_t i = 0; i < CLASSES; i++)
        buffer_append_string(&title, unseen[i].escape);
    space_plan(&space, "X", "1.1; 1.2; 1.3; 2.1: 1.1");
    space_plan(&space, "gr\xe2\x80\xae\x1b[2Joup/Y", "1.1");
    space_write(
        &space, "X/parallel.json",
        "{\"plan_name\": \"X%s\", \"parallelization_level\": \"level_3\", \"notes\": \"%s\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"title\": \"" JOINED "%s\", \"dependencies\": [], \"sub_executions\": ["
        "{\"execution_id\": \"1.1.1\", \"title\": \"%s\"}, {\"execution_id\": \"1.1.2\", \"title\": \"b\"}]},\n"
        "{\"achievement_id\": \"1.2\", \"title\": \"%s\", \"dependencies\": []},\n"
        "{\"achievement_id\": \"1.3\", \"title\": \"%s\", \"dependencies\": []},\n"
        "{\"achievement_id\": \"2.1\", \"title\": \"%s\", \"dependencies\": [\"1.1\"]}]}\n",
        title.data, title.data, title.data, title.data, title.data, title.data, title.data);
    static const char *const documents[][2] = {{"X/subplans/SUBPLAN_X_11.md", "1.1"},
                                               {"X/subplans/SUBPLAN_X_12.md", "1.2"},
                                               {"X/subplans/SUBPLAN_X_13.md", "1.3"}};
    for (size_t i = 0; i < 3; i++)
        space_write(&space, documents[i][0],
                    "# SUBPLAN\n\n**Achievement**: %s\n\n## Objective\n\n%s\n\n## Approach\n\n### %s\n\n- %s\n\n"
                    "```\n%s\n```\n\n## Deliverables\n\n- `%s`\n\n## Success Criteria\n\n- %s\n",
                    documents[i][1], text.data, text.data, text.data, text.data, text.data, text.data);
    space_execution(&space, "X", "1.2");
    space_write(&space, "X/execution/feedbacks/FIX_12.md", "# FIX\n\n## Issues\n\n- %s\n  - Fix: %s\n", text.data,
                text.data);
    space_write(&space, name.data, "%s", text.data);
    buffer_release(&text);
    buffer_release(&title);
    buffer_release(&name);
    return space;
}

static const char *const commands[] = {
    "status",
    "status X",
    "status X -v",
    "next X",
    "show X 1.1",
    "show X 1.2 -v",
    "why X 2.1",
    "what-if X 1.1",
    "graph X",
    "graph X --format dot",
    "graph X --format mermaid",
    "graph X --format svg",
    "validate",
    "validate X -v",
    "doctor -v",
    "create X --ids 1.3",
    "create X --ids 1.3 --show --dry-run",
    "create X --kind subplan --ids 2.1 --show --dry-run",
    "create X --rework --ids 1.2 --show --dry-run",
    "prompt discover X",
    "prompt fill X --ids 1.1",
    "prompt execute X --ids 1.2",
    "history",
    "undo --dry-run",
    "completion words -- status ''",
    "completion words -- show X ''",
    "config show",
    "daemon status",
};

Test(shown, on_a_terminal_and_in_a_pipe) {
    struct space space = hostile();
    struct outcome outcome = run(&space, "create X --ids 1.1 --yes --request r");
    outcome_end(&outcome);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        outcome = run(&space, commands[i]);
        expect_seen(outcome.out, commands[i]);
        expect_seen(outcome.err, commands[i]);
        outcome_end(&outcome);
        outcome = run_on_terminal(&space, commands[i], "n\n");
        expect_seen(outcome.out, commands[i]);
        outcome_end(&outcome);
    }
    expect_status(&space, "show X 1.1", 0, JOINED);
    expect_status(&space, "show X 1.1", 0, "\\u{202e}");
    space_end(&space);
}

Test(shown, in_json_as_escapes) {
    struct space space = hostile();
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "--json %s", commands[i]);
        struct outcome outcome = run(&space, command.data);
        expect_seen(outcome.out, command.data);
        outcome_end(&outcome);
        buffer_release(&command);
    }
    struct outcome outcome = run(&space, "--json show X 1.2");
    struct json json = outcome_json(&outcome);
    cr_expect(has(text_at(&json, "/data/achievement/title"), "\xe2\x80\xae") || has(outcome.out, "\\u202e"), "%s",
              outcome.out);
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

static void expect_file_seen(const struct space *space, const char *path) {
    char *text = space_read(space, path);
    cr_expect(text, "%s is missing", path);
    expect_seen(text, path);
    memory_free(text);
}

Test(shown, in_files_that_are_created) {
    struct space space = hostile();
    static const char *const created[] = {
        "X/execution/EXECUTION_TASK_X_11_01.md",
        "X/execution/EXECUTION_TASK_X_13_01.md",
        "X/execution/EXECUTION_TASK_X_12_02.md",
        "X/subplans/SUBPLAN_X_21.md",
    };
    space_write(
        &space, "tasks.json",
        "{\"tasks\": [{\"id\": 1, \"title\": \"a\\u202eb\\u0007\", \"description\": \"\\u200bc\\u001b[2J\\u0001\", "
        "\"status\": \"done\", \"dependencies\": [], \"details\": \"x\\udb40\\udc41\\ny\\u2066\"}]}\n");
    expect_status(&space, "create X --ids 1.1,1.3 --yes", 0, "");
    expect_status(&space, "create X --rework --ids 1.2 --yes", 0, "");
    expect_status(&space, "create X --kind subplan --ids 2.1 --yes", 0, "");
    for (size_t i = 0; i < sizeof created / sizeof *created; i++)
        expect_file_seen(&space, created[i]);
    expect_status(&space, "prompt execute X --ids 1.2 --output prompts", 0, "");
    expect_file_seen(&space, "prompts/PROMPT_EXECUTE_X_12_02.md");
    struct outcome outcome = run(&space, "import tasks.json --name Z --with-status --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    expect_seen(outcome.out, "import");
    expect_seen(outcome.err, "import");
    outcome_end(&outcome);
    expect_file_seen(&space, "Z/PLAN_Z.md");
    expect_file_seen(&space, "Z/parallel.json");
    char *task = space_read(&space, created[0]);
    cr_expect(has(task, JOINED) && has(task, "\\x1b]0;owned") && has(task, "\\u{202e}"), "%s", task);
    memory_free(task);
    space_end(&space);
}

Test(shown, of_arguments_in_messages) {
    struct space space = hostile();
    static const char *const before[] = {"",
                                         "status ",
                                         "show X ",
                                         "status --",
                                         "create X --ids ",
                                         "config ",
                                         "import ",
                                         "completion ",
                                         "--root=",
                                         "status X --color=",
                                         "wait X --for ",
                                         "graph X -f ",
                                         "daemon ",
                                         "history --request=",
                                         "create X --level=",
                                         "help ",
                                         "prompt "};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        struct buffer command = all_bytes(before[i]);
        struct outcome outcome = run(&space, command.data);
        expect_seen(outcome.out, before[i]);
        expect_seen(outcome.err, before[i]);
        outcome_end(&outcome);
        outcome = run_on_terminal(&space, command.data, "");
        expect_seen(outcome.out, before[i]);
        outcome_end(&outcome);
        buffer_release(&command);
    }
    space_end(&space);
}

Test(shown, and_validate_names_the_lines) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    space_write(&space, "X/subplans/SUBPLAN_X_12.md",
                "# S\n\n## Objective\n\nA \xe2\x80\xaeword\n\n## Approach\n\nB\x1b\n");
    expect_status(&space, "validate X", 0, "X/subplans/SUBPLAN_X_12.md:5");
    struct outcome outcome = run(&space, "validate X");
    cr_expect_eq(count_of(outcome.err, "not seen"), 1, "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}
