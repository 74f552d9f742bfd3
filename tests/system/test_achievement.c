/*
 * What is said of an achievement is the same everywhere: each state through every verb that speaks of it, as text and
 * as JSON.
 */
#include "plan/achievement.h"

#include <criterion/criterion.h>

#include "achievements.h"
#include "load.h"

TestSuite(achievement, .timeout = 240);

/* The line of @text that begins with the id, after what is not a letter or digit. */
static const char *line_of(const char *text, const char *id, char *line, size_t size) {
    snprintf(line, size, "%s", "");
    for (const char *at = text; (at = strstr(at, id)); at++) {
        bool is_id = at > text && strchr(" \t", at[-1]) && at[strlen(id)] == ' ';
        if (!is_id)
            continue;
        snprintf(line, size, "%.*s", (int)strcspn(at, "\n"), at);
        return line;
    }
    return line;
}

/* One of the rows, at level 1 or 2, with its texts made. */
struct subject {
    const struct achievement_row *row;
    char id[20], what_next[200];
    bool is_done, is_ready;
};

static struct subject subject_at(int level, size_t row) {
    struct subject subject = {.row = &achievement_rows[row]};
    snprintf(subject.id, sizeof subject.id, "%d.%zu", level, row + 1);
    achievement_text(subject.row->what_next, level, row, subject.what_next, sizeof subject.what_next);
    subject.is_done = !subject.row->needs[0];
    subject.is_ready = level == 1 && !subject.is_done;
    return subject;
}

static void expect_facts(const cJSON *object, const struct subject *subject, const char *from) {
    const struct achievement_row *row = subject->row;
    const char *ready_for = json_get_string(object, "ready_for"), *needs = json_get_string(object, "needs");
    const char *what_next = json_get_string(object, "what_next");
    cr_assert(object, "%s: no %s", from, subject->id);
    cr_expect_str_eq(json_get_string(object, "state"), row->state, "%s: %s", from, subject->id);
    cr_expect_str_eq(json_get_string(object, "label"), row->label, "%s: %s", from, subject->id);
    cr_expect_str_eq(needs ? needs : "", row->needs, "%s: %s", from, subject->id);
    cr_expect_str_eq(what_next ? what_next : "", subject->what_next, "%s: %s", from, subject->id);
    cr_expect_str_eq(ready_for ? ready_for : "", subject->is_ready ? row->ready_for : "", "%s: %s", from, subject->id);
    cr_expect_eq(json_get_boolean(object, "is_ready"), subject->is_ready, "%s: %s", from, subject->id);
    cr_expect(cJSON_IsNumber(json_get(object, "blocks")), "%s: %s", from, subject->id);
}

static const cJSON *find_id(const cJSON *array, const char *id) {
    const cJSON *item = array ? array->child : NULL;
    while (item && strcmp(json_get_string(item, "id"), id) != 0)
        item = item->next;
    return item;
}

/* Every row in the array at @pointer of the command's answer; only those that are ready with @is_ready_alone. */
static void expect_rows(const struct space *space, const char *command, const char *pointer, bool is_ready_alone) {
    struct outcome outcome = run(space, command);
    struct json json = outcome_json(&outcome);
    for (size_t i = 0; i < (size_t)2 * ACHIEVEMENT_ROWS; i++) {
        struct subject subject = subject_at(1 + (int)(i / ACHIEVEMENT_ROWS), i % ACHIEVEMENT_ROWS);
        const cJSON *item = find_id(node_at(&json, pointer), subject.id);
        if (!is_ready_alone || subject.is_ready)
            expect_facts(item, &subject, command);
        else
            cr_expect_null(item, "%s: %s", command, subject.id);
    }
    json_release(&json);
    outcome_end(&outcome);
}

Test(achievement, the_core_says_it) {
    struct space space = achievements_new();
    struct load loaded;
    load(&loaded, &space, "X");
    cr_assert(loaded.plan.is_valid);
    for (size_t i = 0; i < (size_t)2 * ACHIEVEMENT_ROWS; i++) {
        struct subject subject = subject_at(1 + (int)(i / ACHIEVEMENT_ROWS), i % ACHIEVEMENT_ROWS);
        const struct standing *standing = &loaded.plan.standings[i];
        struct buffer need = {0};
        achievement_append_need(&need, standing);
        cr_expect_str_eq(buffer_text(&need), subject.what_next, "%s", subject.id);
        cr_expect_str_eq(achievement_label(standing), subject.row->label, "%s", subject.id);
        buffer_release(&need);
    }
    const uint32_t *blocks = loaded.plan.blocks;
    cr_expect_eq(blocks[0], ACHIEVEMENT_ROWS - 2 + 1, "%u", blocks[0]); /* the open ones of level 2, and 3.1 */
    cr_expect_eq(blocks[1], 1);
    cr_expect_eq(blocks[ACHIEVEMENT_ROWS - 1], 0); /* it is skipped */
    unload(&loaded);
    space_end(&space);
}

Test(achievement, every_answer_repeats_it) {
    struct space space = achievements_new();
    expect_rows(&space, "status X --json", "/data/plans/0/achievements", false);
    expect_rows(&space, "next X --json", "/data/plans/0/ready", true);
    expect_rows(&space, "graph X --json", "/data/nodes", false);
    for (size_t i = 0; i < (size_t)2 * ACHIEVEMENT_ROWS; i++) {
        static const char *const verbs[][2] = {{"show X", "/data/achievement"}, {"why X", "/data"}};
        struct subject subject = subject_at(1 + (int)(i / ACHIEVEMENT_ROWS), i % ACHIEVEMENT_ROWS);
        for (size_t k = 0; k < 2; k++) {
            char command[60];
            snprintf(command, sizeof command, "%s %s --json", verbs[k][0], subject.id);
            struct outcome outcome = run(&space, command);
            struct json json = outcome_json(&outcome);
            expect_facts(node_at(&json, verbs[k][1]), &subject, command);
            json_release(&json);
            outcome_end(&outcome);
        }
    }
    space_end(&space);
}

/* Each command, and what stands before the need of one that is ready and behind it of one that is blocked; NULL: it has
 * no line. */
static const struct {
    const char *command, *ready, *blocked;
    bool has_label, has_done;
} texts[] = {
    {"status X -v", "ready: ", " (blocked by 1.1)", true, true},
    {"next X -v", "", NULL, false, false},
    {"what-if X --complete 1.1 -v", NULL, "", false, false},
};

Test(achievement, every_text_repeats_it) {
    struct space space = achievements_new();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct outcome outcome = run(&space, texts[i].command);
        cr_expect_eq(outcome.status, 0, "%s: %s", texts[i].command, outcome.err);
        for (size_t k = 0; k < (size_t)2 * ACHIEVEMENT_ROWS; k++) {
            struct subject subject = subject_at(1 + (int)(k / ACHIEVEMENT_ROWS), k % ACHIEVEMENT_ROWS);
            const char *around = subject.is_done ? "" : subject.is_ready ? texts[i].ready : texts[i].blocked;
            char line[600], words[300];
            if (!around || (subject.is_done && !texts[i].has_done))
                continue;
            snprintf(words, sizeof words, "%s%s%s", subject.is_ready ? around : "", subject.what_next,
                     subject.is_ready ? "" : around);
            line_of(outcome.out, subject.id, line, sizeof line);
            cr_expect(has(line, words), "%s: %s: \"%s\" in %s", texts[i].command, subject.id, words, line);
            cr_expect(!texts[i].has_label || has(line, subject.row->label), "%s: %s", texts[i].command, line);
        }
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(achievement, every_picture_repeats_it) {
    struct space space = achievements_new();
    static const char *const forms[][4] = {
        /* how the label of a node goes on: after the id, before the need, at its end */
        {"tree", " ", ": ", ""},
        {"dot", "\\n", "\\n", "\""},
        {"mermaid", " ", ": ", "\""}};
    for (size_t i = 0; i < 3; i++) {
        char command[60], words[400];
        snprintf(command, sizeof command, "graph X --format %s", forms[i][0]);
        struct outcome outcome = run(&space, command);
        for (size_t k = 0; k < (size_t)2 * ACHIEVEMENT_ROWS; k++) {
            struct subject subject = subject_at(1 + (int)(k / ACHIEVEMENT_ROWS), k % ACHIEVEMENT_ROWS);
            snprintf(words, sizeof words, "%s%sTitle of %s%s%s%s", subject.id, forms[i][1], subject.id,
                     subject.is_ready ? forms[i][2] : "", subject.is_ready ? subject.what_next : "", forms[i][3]);
            cr_expect(has(outcome.out, words), "%s: no %s", command, words);
        }
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(achievement, the_rest_repeats_it) {
    struct space space = achievements_new();
    struct outcome picture = run(&space, "graph X --format svg"), preview = run(&space, "create X --dry-run");
    struct outcome why = run(&space, "why X 3.1"), obstacles = run(&space, "why X 3.1 --json");
    struct json json = outcome_json(&obstacles);
    for (size_t k = 0; k < (size_t)2 * ACHIEVEMENT_ROWS; k++) {
        struct subject subject = subject_at(1 + (int)(k / ACHIEVEMENT_ROWS), k % ACHIEVEMENT_ROWS);
        char words[400];
        snprintf(words, sizeof words, "%s Title of %s\n%s%s%s%s\n", subject.id, subject.id, subject.row->label,
                 subject.is_done ? "" : "; ", subject.is_ready ? "ready: " : "", subject.what_next);
        cr_expect(has(picture.out, words), "%s", words);
        snprintf(words, sizeof words, "    %s  %s\n", subject.id, subject.what_next);
        cr_expect_eq(find_id(node_at(&json, "/data/waits_for"), subject.id) == NULL, subject.is_done, "%s", subject.id);
        if (!subject.is_done)
            expect_facts(find_id(node_at(&json, "/data/waits_for"), subject.id), &subject, "why X 3.1");
        bool is_other = subject.is_ready && strcmp(subject.row->needs, "execution") != 0;
        cr_expect_eq(has(preview.out, words), is_other, "%s in %s", words, preview.out);
    }
    cr_expect(has(why.out, "waits for 1.2 (placeholder): fill in SUBPLAN\n"), "%s", why.out);
    json_release(&json);
    outcome_end(&obstacles);
    outcome_end(&why);
    outcome_end(&picture);
    outcome_end(&preview);
    expect_status(&space, "wait X --for complete=1.2 --timeout 1ms", 124,
                  "timed out after 1ms: 1.2 is not complete: ready: fill in SUBPLAN");
    expect_status(&space, "wait X --for ready=2.2 --timeout 1ms", 124,
                  "2.2 is not ready: fill in SUBPLAN (blocked by 1.1)");
    expect_status(&space, "next X", 0, "Next: batchctl prompt review X --ids 1.14\n");
    expect_status(&space, "next X", 0, "fill in SUBPLAN (batchctl prompt fill X --ids 1.2)\n");
    space_end(&space);
}
