/*
 * batchctl prompt: what is selected, what each prompt says, and that files are never overwritten.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/memory.h"
#include "space.h"

TestSuite(prompt, .timeout = 120);

#define SUBPLAN(digits)      "X/subplans/SUBPLAN_X_" digits ".md"
#define TASK(digits, number) "X/execution/EXECUTION_TASK_X_" digits "_" number ".md"

static const char placeholder[] =
    "# S\n\n## Objective\n\nText\n\n## Approach\n\n[TO BE FILLED: how]\n\n"
    "`[TO BE FILLED: code]`\n\n## Tests\n\nSome, and [TO BE FILLED: more] [TO BE FILLED: yet\n";
static const char fix_text[] = "# FIX\n\n## Issues\n\n- Repair it\n\n## Praise\n\nGood.\n";

/* 1.1 complete, 1.2 worked on, 1.3 failed, 1.4 a placeholder, 1.5 nothing, 2.1 a draft, 2.2 blocked and worked on. */
static struct space usual_plan(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 1.5; 2.1: 1.1; 2.2: 1.2, 1.1");
    static const char *const designed[] = {"1.1", "1.2", "1.3", "2.2"};
    for (size_t i = 0; i < 4; i++) {
        space_subplan(&space, "X", designed[i]);
        space_execution(&space, "X", designed[i]);
    }
    space_approved(&space, "X", "1.1");
    space_write(&space, "X/execution/feedbacks/FIX_13.md", "%s", fix_text);
    space_write(&space, "X/subplans/SUBPLAN_X_14.md", "%s", placeholder);
    space_write(&space, "X/subplans/SUBPLAN_X_21.md", "# S\n\n## Objective\n\nText\n");
    return space;
}

/* Every part is in the one prompt that the command prints; a part that begins with '!' is not. */
static void expect_parts(const struct space *space, const char *command, const char *const *parts) {
    struct outcome outcome = run(space, command);
    cr_assert_eq(outcome.status, 0, "%s: %s", command, outcome.err);
    for (; *parts; parts++)
        cr_expect_eq(has(outcome.out, *parts + (**parts == '!')), **parts != '!', "%s: \"%s\" in\n%s", command, *parts,
                     outcome.out);
    cr_expect_not(has(outcome.out, "{{"), "%s", outcome.out);
    outcome_end(&outcome);
}

Test(prompt, what_each_selector_selects) {
    static const struct {
        const char *words, *prompts, *skipped;
    } rows[] = {
        {"fill X", "1.4 2.1", ""},
        {"fill X --ready", "1.4 2.1", ""},
        {"fill X --level 0", "1.4", "1.1 1.2 1.3 1.5"},
        {"fill X --ids 2.1,2.2", "2.1", "2.2"},
        {"fill --plan X --ids 1.5", "", "1.5"},
        {"execute X", "1.2 1.3", ""},
        {"execute X --ready", "1.2 1.3", ""},
        {"execute X --level 1", "2.2", "2.1"},
        {"execute X --ids 2.2,1.1,1.2", "1.2 2.2", "1.1"}, /* a blocked one may be named */
        {"execute --plan=X --ids 1.4", "", "1.4"},
    };
    struct space space = usual_plan();
    uint64_t before = space_fingerprint(&space, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[100];
        snprintf(command, sizeof command, "prompt %s --json", rows[i].words);
        struct outcome outcome = run(&space, command);
        cr_assert_eq(outcome.status, 0, "%s: %s", command, outcome.out);
        struct json json = outcome_json(&outcome);
        cr_log_info("%s", command);
        expect_list(&json, "/data/prompts", rows[i].prompts);
        expect_list(&json, "/data/skipped", rows[i].skipped);
        expect_text(&json, "/data/plan", "X");
        json_release(&json);
        outcome_end(&outcome);
    }
    cr_expect_eq(space_fingerprint(&space, ""), before, "prompts only read");
    space_end(&space);
}

Test(prompt, what_cannot_be_asked_for) {
    static const struct {
        const char *command;
        int status;
        const char *part;
    } rows[] = {
        {"prompt", 2, "a kind of prompts is needed"},
        {"prompt fil X", 2, "did you mean fill?"},
        {"prompt X fill", 2, "it is one of discover, fill, execute and review"},
        {"prompt fill X Y", 2, "at most one plan"},
        {"prompt discover X --ids 1.1", 2, "takes no --level"},
        {"prompt fill X --level 0 --ready", 2, "exclude each other"},
        {"prompt fill X --output=", 2, "--output needs a name"},
        {"prompt fill X --yes", 2, "unknown option"},
        {"prompt fill NOSUCH", 3, "NOSUCH"},
        {"prompt execute X --level 7", 3, "its levels are 0 to 1"},
        {"prompt execute X --ids 9.9", 3, "9.9"},
        {"prompt fill X --output nosuch/deep", 3, "nosuch/deep"},
        {"prompt execute LOOSE", 4, "no dependency file"},
        {"prompt fill LOOSE --level 0", 4, "no dependency file"},
        {"prompt fill BAD", 6, "BAD is invalid: it has 1 error"},
        {"prompt execute BAD", 6, "BAD is invalid: it has 1 error"},
        {"prompt fill X --output X/PLAN_X.md", 13, "PLAN_X.md"},
    };
    struct space space = usual_plan();
    space_plan(&space, "LOOSE", NULL);
    space_plan(&space, "BAD", "1.1: 1.2; 1.2: 1.1");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_status(&space, rows[i].command, rows[i].status, rows[i].part);
    expect_status(&space, "prompt fill", 2, "name one, such as: batchctl prompt fill ");
    space_end(&space);
}

Test(prompt, fill_names_each_marker_and_quotes_the_plan) {
    static const char *const parts[] = {
        "# Design achievement 1.4 - Title of 1.4 (plan X)\n",
        "`X/subplans/SUBPLAN_X_14.md` (15 lines) is a placeholder",
        "- line 9, Approach: `[TO BE FILLED: how]`\n",
        "- line 15, Tests: `[TO BE FILLED: more]`\n",
        "- line 15, Tests: `[TO BE FILLED: yet`\n",
        "!`[TO BE FILLED: code]`\n", /* inside code it is none */
        "```markdown\n**Achievement 1.4: Title of 1.4** ⏱️ 2-4 hours\n\n- **Goal**: Goal of 1.4\n- **Deliverables**:\n"
        "  - First of 1.4\n  - Second of 1.4\n- **Success Criteria**:\n  - Criterion of 1.4\n```\n",
        "None: this achievement can start at once.",
        "- 1.3 Title of 1.3\n",
        "batchctl prompt fill X --ids 1.4",
        NULL};
    static const char *const draft[] = {"(5 lines) is a draft", "- it has text neither under `## Approach` nor under",
                                        "- 1.1 Title of 1.1, SUBPLAN `X/subplans/SUBPLAN_X_11.md`",
                                        "!`## Objective`\n- ", NULL};
    struct space space = usual_plan();
    expect_parts(&space, "prompt fill X --ids 1.4", parts);
    expect_parts(&space, "prompt fill X --ids 2.1", draft);
    space_write(&space, "X/subplans/SUBPLAN_X_21.md", "%s", "");
    expect_parts(&space, "prompt fill X --ids 2.1",
                 (const char *const[]){"- it has no text under a heading `## Objective`\n- it has text neither", NULL});
    space_write(&space, "X/PLAN_X.md", "# PLAN\n");
    expect_parts(&space, "prompt fill X --ids 1.4",
                 (const char *const[]){"The PLAN does not define achievement 1.4", NULL});
    space_end(&space);
}

/* Whatever the PLAN has in it, the quotation ends where it should. */
Test(prompt, code_in_the_plan_is_quoted_as_it_is) {
    struct space space = usual_plan();
    space_write(
        &space, "X/PLAN_X.md",
        "# PLAN\n\n## Achievements\n\n**Achievement 1.4**: T\n\n- **Goal**: G {{plan}}\n\n````c\n```\nint x;\n````\n\n---\n\nafter\n");
    struct outcome outcome = run(&space, "prompt fill X --ids 1.4");
    cr_expect(has(outcome.out,
                  "`X/PLAN_X.md`, lines 5-12:\n\n`````markdown\n**Achievement 1.4**: T\n\n- **Goal**: G {{plan}}\n\n"
                  "````c\n```\nint x;\n````\n`````\n"),
              "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(prompt, execute_says_what_to_read_in_which_order) {
    static const char *const parts[] = {
        "# Carry out 1.2 - Title of 1.2 (plan X)\n",
        "It is the first one, and has not been reviewed.",
        "## Objective\n\nObjective of 1.2\n",
        "## Approach\n\n### Phase 1: Begin 1.2\n",
        "!Required fixes", /* no FIX has sent it back */
        "!\n\n\n",
        "1. `X/execution/EXECUTION_TASK_X_12_01.md`: all ",
        "2. `X/subplans/SUBPLAN_X_12.md` (21 lines): the design; of it lines 15-18 (deliverables), lines 19-21 (success "
        "criteria); the rest", /* the approach stands above */
        "3. `X/PLAN_X.md` (",
        "Level 0. None of these depends on another",
        "- 1.3 Title of 1.3: `X/execution/EXECUTION_TASK_X_13_01.md`\n",
        "- 1.4 Title of 1.4\n",
        "!- 1.1 Title of 1.1", /* what is complete runs no more */
        "`X/execution/feedbacks/APPROVED_12.md`",
        "`X/execution/feedbacks/FIX_12.md`",
        "!**blocked**",
        NULL};
    static const char *const blocked[] = {"- 1.2 Title of 1.2, SUBPLAN `X/subplans/SUBPLAN_X_12.md`, EXECUTION_TASK "
                                          "`X/execution/EXECUTION_TASK_X_12_01.md`\n",
                                          "it was **blocked** by 1.2:", NULL};
    struct space space = usual_plan();
    expect_parts(&space, "prompt execute X --ids 1.2", parts);
    expect_parts(&space, "prompt execute X --ids 2.2", blocked);
    space_write(&space, TASK("12", "01"), "%s", "");
    space_remove(&space, "X/subplans/SUBPLAN_X_12.md");
    expect_parts(&space, "prompt execute X --ids 1.2",
                 (const char *const[]){"your work order. It is empty: write into it what you do\n2. `X/PLAN_X.md`",
                                       "## Objective\n\nGoal of 1.2\n", "No section says how", NULL});
    space_end(&space);
}

Test(prompt, a_design_that_is_not_complete_is_not_to_be_made_up) {
    struct space space = usual_plan();
    space_execution(&space, "X", "1.4");
    expect_parts(&space, "prompt execute X --ids 1.4",
                 (const char *const[]){"Its SUBPLAN is a placeholder: ask its author", NULL});
    expect_parts(&space, "prompt execute X --ids 1.2", (const char *const[]){"!Its SUBPLAN is", NULL});
    space_end(&space);
}

/* What is quoted word for word need not be read again; of code only the place is named. */
Test(prompt, an_approach_with_code_is_still_to_be_read) {
    static const char *const parts[] = {"1. Begin:\n   *(code: SUBPLAN_X_12.md, lines 12-14)*\n2. End\n",
                                        "the design; of it lines 7-8 (tests), lines 9-15 (approach), lines 16-17 "
                                        "(deliverables); the rest",
                                        NULL};
    struct space space = usual_plan();
    space_write(&space, "X/subplans/SUBPLAN_X_12.md", "%s",
                "# S\n\n## Objective\n\nO\n\n## Tests\nT\n## Approach\n\n1. Begin:\n   ```\n   x\n   ```\n2. End\n"
                "## Deliverables\nD\n");
    expect_parts(&space, "prompt execute X --ids 1.2", parts);
    space_end(&space);
}

/* Each paragraph hangs on the fact that it speaks of: of two that exclude each other a prompt has at most one. */
Test(prompt, no_prompt_contradicts_itself) {
    static const char *const pairs[][2] = {
        {"None: this achievement can start at once.", "Design for what these make"},
        {"None: this achievement can start at once.", "Build on what these have made"},
        {"None: this achievement can start at once.", "**blocked**"},
        {"is alone on level", "No two of them"},
        {"Nothing that is open is sure to be independent", "The workers on these"},
        {"It is the first one", "## Required fixes"},
        {"Do what the task says, in its order.", "Check off each box"},
    };
    static const char *const words[] = {"not_started", "subplan_created", "execution_created", " 1 hours", "(1 lines)"};
    static const char *const plans[] = {"1.1; 2.1: 1.1", "1.1; 1.2; 2.1: 1.1, 1.2",
                                        "1.1; 1.2; 1.3; 2.1: 1.1; 2.2: 1.1"};
    static const char *const commands[] = {"prompt fill X --ids 1.1", "prompt fill X --ids 2.1",
                                           "prompt execute X --ids 1.1", "prompt execute X --ids 2.1"};
    for (size_t i = 0; i < 3 * 3 * 4; i++) { /* plan, state of the EXECUTION_TASKs, command */
        struct space space = space_new();
        space_plan(&space, "X", plans[i / 12]);
        for (size_t k = 0; k < 2; k++) {
            space_write(&space, k ? SUBPLAN("21") : SUBPLAN("11"), "# S\n\n[TO BE FILLED: all]\n");
            space_write(&space, k ? TASK("21", "01") : TASK("11", "01"), "# T\n%s",
                        i / 4 % 3 == 1 ? "\n- [ ] Do it\n" : "");
            if (i / 4 % 3 == 2)
                space_fix(&space, "X", k ? "2.1" : "1.1");
        }
        struct outcome outcome = run(&space, commands[i % 4]);
        cr_expect_eq(outcome.status, 0, "%s: %s", commands[i % 4], outcome.err);
        for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
            cr_expect_not(has(outcome.out, pairs[k][0]) && has(outcome.out, pairs[k][1]), "%s", outcome.out);
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            cr_expect_not(has(outcome.out, words[k]), "%s: %s", words[k], outcome.out);
        outcome_end(&outcome);
        space_end(&space);
    }
}

Test(prompt, what_runs_beside_it) {
    static const struct {
        const char *id;
        const char *parts[5];
    } rows[] = {
        {"1.2",
         {"Level 0. None of these", "- 1.3 Title of 1.3: `X/execution/EXECUTION_TASK_X_13_01.md`\n",
          "Ready on other levels, and just as "
          "independent:\n\n- 2.1 Title of 2.1\n",
          "!- 2.2"}},
        {"2.2", {"Level 1. None of these", "- 2.1 Title of 2.1\n", "!Ready on other levels"}},
    };
    struct space space = usual_plan();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[60];
        snprintf(command, sizeof command, "prompt execute X --ids %s", rows[i].id);
        expect_parts(&space, command, rows[i].parts);
    }
    space_plan(&space, "ALONE", "1.1; 2.1: 1.1");
    space_execution(&space, "ALONE", "1.1");
    expect_parts(&space, "prompt execute ALONE",
                 (const char *const[]){"Nothing that is open is sure to be independent of it.", NULL});
    /* 2.1 was approved before 1.1: both ends are ready, and one depends on the other all the same */
    space_plan(&space, "CHAIN", "1.1; 2.1: 1.1; 3.1: 2.1; 1.2");
    space_approved(&space, "CHAIN", "2.1");
    space_execution(&space, "CHAIN", "1.1");
    space_execution(&space, "CHAIN", "3.1");
    expect_parts(&space, "prompt execute CHAIN --ids 3.1", (const char *const[]){"- 1.2 ", "!- 1.1 ", NULL});
    expect_parts(&space, "prompt execute CHAIN --ids 1.1", (const char *const[]){"- 1.2 ", "!- 3.1 ", NULL});
    space_end(&space);
}

/* Blank lines around headings are made; with them it is too long, and its end is left to be read. */
Test(prompt, an_approach_that_is_cut_is_to_be_read) {
    struct space space = usual_plan();
    struct buffer text = {0};
    buffer_append_string(&text, "# S\n\n## Objective\n\nO\n\n## Approach\n");
    for (int i = 1; i <= 60; i++)
        buffer_append_format(&text, "### Step %d\nDo it.\nAnd this.\n", i);
    buffer_append_string(&text, "## Deliverables\nD\n");
    space_write(&space, "X/subplans/SUBPLAN_X_12.md", "%s", text.data);
    expect_parts(
        &space, "prompt execute X --ids 1.2",
        (const char *const[]){"### Step 1\n", "*(continues in SUBPLAN_X_12.md", "of it lines 7-187 (approach)", NULL});
    buffer_release(&text);
    space_end(&space);
}

Test(prompt, headings_in_the_plan_stay_beneath_those_of_the_prompt) {
    struct space space = usual_plan();
    space_write(&space, "X/PLAN_X.md",
                "# PLAN\n\n## Achievements\n\n### Achievement 1.4: Tea\n\nIntroduction.\n\n#### How\n\nBoil it.\n");
    expect_parts(&space, "prompt discover X",
                 (const char *const[]){"### 1.4 Title of 1.4\n", "\n#### How\n\nBoil it.\n", NULL});
    space_end(&space);
}

Test(prompt, long_documents_are_named_by_their_sections_and_nothing_is_cut_without_a_word) {
    struct space space = usual_plan();
    struct buffer task = {0}, subplan = {0};
    buffer_append_string(&task, "# T\n\n## Steps\n\n");
    buffer_append_string(&subplan, "# S\n\n## Objective\n\nO\n\n## Approach\n\n");
    for (size_t i = 0; i < 300; i++) {
        buffer_append_format(&task, "- step %zu\n", i);
        buffer_append_format(&subplan, "- step %zu\n", i);
    }
    buffer_append_string(&task, "\n## Log\n\nx\n");
    space_write(&space, TASK("12", "01"), "%s", task.data);
    space_write(&space, "X/subplans/SUBPLAN_X_12.md", "%s", subplan.data);
    static const char *const parts[] = {"(308 lines): your work order, longer than one should be. Its sections:\n"
                                        "   - lines 3-305, Steps\n   - lines 306-308, Log\n",
                                        "- step 150\n", "*(continues in SUBPLAN_X_12.md, lines 20", NULL};
    expect_parts(&space, "prompt execute X --ids 1.2", parts);
    buffer_release(&task);
    buffer_release(&subplan);
    space_end(&space);
}

Test(prompt, after_a_fix_the_points_are_there_and_the_rework_task_is_the_one_to_do) {
    static const char *const before[] = {
        "EXECUTION_TASK: `X/execution/EXECUTION_TASK_X_13_01.md`.", "`batchctl create X --rework --ids 1.3` makes one",
        "## Required fixes\n\n`X/execution/feedbacks/FIX_13.md` has sent this achievement back. Required fixes:\n\n"
        "- [ ] Repair it\n\nIt says more: Praise (lines 7-9).\n\n## Approach\n",
        "2. `X/execution/feedbacks/FIX_13.md`: all of it (9 lines); what the reviewer found\n3. `X/subplans/SUBPLAN_X_13.md`",
        NULL};
    static const char *const after[] = {"EXECUTION_TASK: `X/execution/EXECUTION_TASK_X_13_02.md`. It is a rework",
                                        "- [ ] Repair it\n", "3. `X/execution/EXECUTION_TASK_X_13_01.md` (",
                                        "it has no log with entries", NULL};
    struct space space = usual_plan();
    expect_parts(&space, "prompt execute X --ids 1.3", before);
    expect_status(&space, "create X --rework --yes", 0, "Created 1 rework");
    expect_parts(&space, "prompt execute X --ids 1.3", after);
    space_write(&space, "X/execution/feedbacks/FIX_13.md", "%s", "");
    expect_parts(
        &space, "prompt execute X --ids 1.3",
        (const char *const[]){"EXECUTION_TASK_X_13_02.md`. A reviewer has sent it back", "ask the reviewer", NULL});
    space_end(&space);
}

Test(prompt, each_part_of_a_split_achievement_has_its_prompt) {
    struct space space = usual_plan();
    space_write(
        &space, "X/parallel.json",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [{\"achievement_id\": "
        "\"1.2\", \"title\": \"Split\", \"dependencies\": [], \"sub_executions\": [{\"execution_id\": \"1.2.1\", "
        "\"title\": \"First\"}, {\"execution_id\": \"1.2.2\", \"title\": \"Second\"}]}]}");
    struct outcome outcome = run(&space, "prompt execute X --json");
    struct json json = outcome_json(&outcome);
    expect_list(&json, "/data/prompts", "1.2.1");
    expect_list(&json, "/data/skipped", "1.2.2");
    expect_text(&json, "/data/prompts/0/name", "PROMPT_EXECUTE_X_12_01.md");
    cr_expect(json_get_unsigned(node_at(&json, "/data/prompts/0"), "lines") > 10);
    cr_expect(has(text_at(&json, "/data/prompts/0/text"), "# Carry out 1.2.1 - First (plan X)\n"));
    cr_expect(has(text_at(&json, "/data/prompts/0/text"), "- 1.2.2 Second: another part of this achievement"));
    json_release(&json);
    outcome_end(&outcome);
    space_write(&space, TASK("12", "02_V2"), "# T\n");
    space_write(&space, TASK("12", "02"), "# T\n");
    outcome = run(&space, "prompt execute X --json");
    json = outcome_json(&outcome);
    expect_list(&json, "/data/prompts", "1.2.1 1.2.2");
    expect_text(&json, "/data/prompts/1/name", "PROMPT_EXECUTE_X_12_02_V2.md");
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(prompt, discover_names_the_lines_about_order_outside_of_the_achievements) {
    static const char *const named[] = {"These lines outside of the achievements speak of an order:\n\n"
                                        "- line 3: The second depends on the first.\n\n",
                                        NULL};
    struct space space = space_new();
    space_write(&space, "X/PLAN_X.md",
                "# PLAN: X\n\nThe second depends on the first.\n\n## Achievements\n\n**Achievement 1.1**: A\n\n"
                "- **Goal**: a prerequisite for all others\n");
    space_make_folder(&space, "X/subplans");
    expect_parts(&space, "prompt discover X", named);
    space_end(&space);
}

Test(prompt, discover_works_with_and_without_a_dependency_file_and_with_a_broken_one) {
    static const char *const with[] = {
        "the 7 achievements of this plan",
        "`X/parallel.json` is there, with 7 achievements. Improve it",
        "### 1.2 Title of 1.2\n\nPLAN lines ",
        "effort 2-4 hours\n\n**Goal**: Goal of 1.2\n\n**Deliverables**:\n- First of 1.2\n- Second of 1.2\n",
        "{\"achievement_id\":\"2.2\",\"title\":\"Title of 2.2\",\"estimated_hours\":\"2-4\",\"dependencies\":[\"1.2\",\"1.1\"]}\n",
        "\"parallelization_level\": \"level_2\",\n  \"achievements\": [",
        "batchctl validate X",
        "- `level_1`: ",
        NULL};
    static const char *const without[] = {"There is none yet.", "the file\n`X/parallel.json`",
                                          "\"title\":\"Title of 2.2\",\"estimated_hours\":\"2-4\",\"dependencies\":[]}",
                                          "\"parallelization_level\": \"level_3\",\n  \"achievements\": [", NULL};
    static const char *const broken[] = {"What is wrong with it:\n\n- line 1, column 2: ", NULL};
    static const char *const undefined[] = {"the 8 achievements", "### 9.9 Ninth\n\nThe PLAN does not define it.",
                                            "\"estimated_hours\":3,", NULL};
    struct space space = usual_plan();
    expect_parts(&space, "prompt discover X", with);
    space_remove(&space, "X/parallel.json");
    expect_parts(&space, "prompt discover X", without);
    space_write(&space, "X/parallel.json", "{");
    expect_parts(&space, "prompt discover X", broken);
    space_write(
        &space, "X/parallel.json",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_2\", \"achievements\": [{\"achievement_id\": "
        "\"9.9\", \"title\": \"Ninth\", \"estimated_hours\": 3, \"dependencies\": []}]}");
    expect_parts(&space, "prompt discover X", undefined);
    space_remove(&space, "X/PLAN_X.md");
    space_write(&space, "X/PLAN_A.md", "# A\n");
    space_write(&space, "X/PLAN_B.md", "# B\n");
    expect_status(&space, "prompt discover X", 6, "several PLAN files");
    space_end(&space);
}

/* What is to be begun with is a valid dependency file as it stands. */
Test(prompt, the_skeleton_can_be_used) {
    struct space space = usual_plan();
    space_remove(&space, "X/parallel.json");
    struct outcome outcome = run(&space, "prompt discover X");
    const char *start = strstr(outcome.out, "fill in the rest:\n\n```json\n");
    cr_assert(start, "%s", outcome.out);
    start = strchr(start, '{');
    const char *end = strstr(start, "\n```");
    space_write_bytes(&space, "X/parallel.json", start, (size_t)(end - start));
    expect_status(&space, "validate X", 0, "X: 7 achievements, valid");
    outcome_end(&outcome);
    space_end(&space);
}

Test(prompt, several_prompts_are_told_apart_and_notes_go_to_standard_error) {
    struct space space = usual_plan();
    struct outcome outcome = run(&space, "prompt execute X --ids 1.1,1.2,1.3,1.4");
    cr_expect_eq(strncmp(outcome.out, "<!-- prompt 1 of 2: PROMPT_EXECUTE_X_12_01.md -->\n\n# Carry out 1.2", 65), 0,
                 "%s", outcome.out);
    cr_expect(has(outcome.out, "\n<!-- prompt 2 of 2: PROMPT_EXECUTE_X_13_01.md -->\n\n# Carry out 1.3"));
    cr_expect_str_eq(outcome.err, "No prompt for 1.1 (complete), 1.4 (no EXECUTION_TASK)\n");
    outcome_end(&outcome);
    outcome = run(&space, "prompt execute X --ids 1.2");
    cr_expect_eq(strncmp(outcome.out, "# Carry out 1.2", 15), 0, "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run(&space, "prompt execute X --ids 1.4 -q");
    cr_expect_str_eq(outcome.out, "");
    cr_expect_str_eq(outcome.err, "");
    outcome_end(&outcome);
    space_remove(&space, "X/subplans/SUBPLAN_X_14.md");
    space_remove(&space, "X/subplans/SUBPLAN_X_21.md");
    outcome = run(&space, "prompt fill X");
    cr_expect_str_eq(outcome.out, "");
    cr_expect_str_eq(outcome.err, "Nothing to do: there is no SUBPLAN to be filled in (all).\n");
    outcome_end(&outcome);
    space_end(&space);
}

/* What a repeated --output says and does: .data.files is @files, and on the screen each part is shown. */
static void expect_files(const struct space *space, const char *command, const char *files, const char *shown) {
    struct buffer list = {0}, again = {0};
    buffer_append_format(&again, "%s --json", command);
    expect_status(space, command, 0, shown);
    struct outcome outcome = run(space, again.data);
    struct json json = outcome_json(&outcome);
    for (const cJSON *item = node_at(&json, "/data/files")->child; item; item = item->next)
        buffer_append_format(&list, "%s%s", list.length ? " " : "", item->valuestring);
    cr_expect_str_eq(buffer_text(&list), files, "%s", command);
    json_release(&json);
    outcome_end(&outcome);
    buffer_release(&list);
    buffer_release(&again);
}

Test(prompt, each_names_the_workspace) {
    static const char *const commands[] = {"prompt discover X", "prompt fill X --ids 1.4", "prompt execute X --ids 1.2",
                                           "prompt review X --ids 1.2"};
    struct space space = usual_plan();
    expect_status(&space, "submit X 1.2 -m done --yes", 0, "");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        AUTO(buffer) part = {0};
        buffer_append_format(&part, "the workspace `%s`.", space.root);
        expect_status(&space, commands[i], 0, part.data);
    }
    space_end(&space);
}

Test(prompt, output_can_be_repeated_and_keeps_what_was_edited) {
    struct space space = usual_plan();
    expect_status(&space, "prompt execute X --output out", 0, "Wrote 2 prompts:\n  + out/PROMPT_EXECUTE_X_12_01.md  (");
    char *text = space_read(&space, "out/PROMPT_EXECUTE_X_13_01.md");
    cr_assert(text);
    cr_expect(has(text, "# Carry out 1.3"));
    uint64_t before = space_fingerprint(&space, "");
    expect_files(&space, "prompt execute X -o out", "unchanged unchanged", "2 are there and unchanged\n");
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_write(&space, "out/PROMPT_EXECUTE_X_13_01.md", "%sMy own line.\n", text);
    space_remove(&space, "out/PROMPT_EXECUTE_X_12_01.md");
    expect_files(&space, "prompt execute X -o out", "unchanged kept",
                 "Wrote 1 prompt:\n  + out/PROMPT_EXECUTE_X_12_01.md  (");
    expect_files(&space, "prompt execute X -o out", "unchanged kept",
                 "  ! out/PROMPT_EXECUTE_X_13_01.md  (not written: the file that is there was edited; --force");
    expect_files(&space, "prompt execute X -o out --force", "unchanged unchanged",
                 "  ~ out/PROMPT_EXECUTE_X_13_01.md  (");
    char *present = space_read(&space, "out/PROMPT_EXECUTE_X_13_01.md");
    cr_expect_str_eq(present, text);
    memory_free(present);
    memory_free(text);
    space_write(&space, "X/execution/feedbacks/FIX_13.md", "# FIX\n\n## Issues\n\n- Another one\n");
    expect_status(&space, "prompt execute X -o out", 0, ", replaced)\n1 is there and unchanged\n");
    text = space_read(&space, "out/PROMPT_EXECUTE_X_13_01.md");
    cr_expect(has(text, "Another one"));
    memory_free(text);
    cr_expect_not(space_exists(&space, ".batchd"));
    space_end(&space);
}

Test(prompt, nothing_is_written_where_a_name_is_taken_by_no_file) {
    struct space space = usual_plan();
    space_make_folder(&space, "out/PROMPT_EXECUTE_X_13_01.md");
    uint64_t before = space_fingerprint(&space, "");
    expect_status(&space, "prompt execute X -o out --force", 5,
                  "out/PROMPT_EXECUTE_X_13_01.md is no regular file; nothing was written");
    cr_expect_eq(space_fingerprint(&space, ""), before, "not even the other one");
    struct outcome outcome = run(&space, "prompt execute X -o out --json");
    struct json json = outcome_json(&outcome);
    cr_expect_eq(outcome.status, 5);
    cr_expect(cJSON_IsNull(node_at(&json, "/data")));
    expect_text(&json, "/diagnostics/0/code", "conflict");
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(prompt, the_folder_may_be_anywhere) {
    struct space space = usual_plan();
    struct outcome outcome = run_in(&space, "X", "prompt fill --output ../../elsewhere/prompts");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    cr_expect(space_exists(&space, "../elsewhere/prompts/PROMPT_FILL_X_14.md"));
    expect_status(&space, "prompt fill X --ids 1.4 --output X/execution", 0, "Wrote 1 prompt:");
    expect_status(&space, "validate X", 0, "valid"); /* a prompt is no file of the plan */
    expect_status(&space, "prompt discover X --output .", 0, "PROMPT_DISCOVER_X.md");
    space_remove(&space, "PROMPT_DISCOVER_X.md");
    space_link(&space, "PROMPT_DISCOVER_X.md", "nowhere");
    expect_status(&space, "prompt discover X --output .", 5, "is no regular file");
    expect_status(&space, "prompt fill X --ids 1.5 --output unused", 0, "no SUBPLAN");
    cr_expect_not(space_exists(&space, "unused"), "nothing was to be written");
    struct setting setting = {.umask = 077};
    outcome = run_under(&space, &setting, "prompt discover X --output private");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    struct stat status;
    struct buffer path = {0};
    buffer_append_format(&path, "%s/private/PROMPT_DISCOVER_X.md", space.root);
    cr_assert_eq(stat(path.data, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0600);
    buffer_release(&path);
    space_end(&space);
}

Test(prompt, templates_of_ones_own) {
    static const struct {
        const char *name, *text, *command, *part;
        int status;
    } rows[] = {
        {"prompt_fill.md", "{{id}} {{file}} {{definition}} {{markers}}\n", "prompt fill X --ids 1.4",
         "1.4 X/subplans/SUBPLAN_X_14.md", 0},
        {"prompt_fill.md", "{{id}}\n{{fiel}} {{definition}} {{markers}}\n", "prompt fill X --ids 1.4",
         ".batchd/templates/prompt_fill.md:2:1: error: there is no variable {{fiel}}", 6},
        {"prompt_fill.md", "{{id}} {{file}} {{definition}}\n", "prompt fill X --ids 1.4",
         ".batchd/templates/prompt_fill.md: error: the template does not use {{markers}}", 6},
        {"prompt_execute.md", "{{id}}\n{{oops\n", "prompt execute X", "prompt_execute.md:2:1: error: this {{ has no }}",
         6},
        {"prompt_discover.md", "{{file}} {{achievements}} {{skeleton}} {{id}}\n", "prompt discover X",
         "there is no variable {{id}}", 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = usual_plan();
        struct buffer path = {0};
        buffer_append_format(&path, ".batchd/templates/%s", rows[i].name);
        space_write(&space, path.data, "%s", rows[i].text);
        expect_status(&space, rows[i].command, rows[i].status, rows[i].part);
        buffer_release(&path);
        space_end(&space);
    }
}
