/*
 * A plan with an achievement in each state, and what every output has to say of each: the rows 1.1, 1.2, ... are ready
 * or done, and 2.1, 2.2, ... have the same files and are blocked by 1.1. 3.1 depends on all of these.
 */
#ifndef ACHIEVEMENTS_H
#define ACHIEVEMENTS_H

#include <stdio.h>
#include <string.h>

#include "space.h"

static const struct achievement_row {
    const char *subplan, *execution,
        *review; /* text of the SUBPLAN, of the EXECUTION_TASK; name of the review's file */
    const char *state, *label, *needs, *ready_for, *what_next; /* $ stands for the digits of the id */
} achievement_rows[] = {
#define CONFLICT "# S\n\n<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> branch\n"
#define DESIGN   "# S\n\n## Objective\n\nWhy\n\n## Approach\n\nHow\n"
    {NULL, NULL, NULL, "not_started", "not started", "subplan", "subplan", "write SUBPLAN"},
    {"# S\n\n[TO BE FILLED: all]\n", NULL, NULL, "subplan_created", "placeholder", "subplan", "subplan",
     "fill in SUBPLAN"},
    {"", NULL, NULL, "subplan_created", "placeholder", "subplan", "subplan", "fill in SUBPLAN"},
    {"# S\n\n## Objective\n\nWhy\n", NULL, NULL, "subplan_created", "draft", "execution", "execution",
     "create its EXECUTION_TASK (its SUBPLAN is a draft)"},
    {DESIGN, NULL, NULL, "subplan_created", "SUBPLAN", "execution", "execution", "create its EXECUTION_TASK"},
    {DESIGN, "# T\n", NULL, "execution_created", "EXECUTION_TASK", "work", "work", "work on it"},
    {"[TO BE FILLED: all]\n", "# T\n", NULL, "execution_created", "EXECUTION_TASK", "work", "work", "work on it"},
    {DESIGN, "# T\n", "feedbacks/FIX_$", "failed", "failed", "rework", "rework",
     "sent back by FIX_$.md: create its rework EXECUTION_TASK"},
    {NULL, "# T\n", "feedbacks/FIX_$", "failed", "failed", "rework", "rework",
     "sent back by FIX_$.md: create its SUBPLAN, then its rework EXECUTION_TASK"},
    {"[TO BE FILLED: all]\n", "# T\n", "feedbacks/FIX_$", "failed", "failed", "rework", "rework",
     "sent back by FIX_$.md: fill in its SUBPLAN, then create its rework EXECUTION_TASK"},
    {CONFLICT, NULL, NULL, "subplan_created", "conflicted", "subplan", "subplan", "fix the conflict markers (line 3)"},
    {CONFLICT, "# T\n", "feedbacks/FIX_$", "failed", "failed", "rework", "rework",
     "sent back by FIX_$.md: fix the conflict markers (line 3) in its SUBPLAN, then create its rework EXECUTION_TASK"},
    {DESIGN, "# T\n\n**Rework of**: FIX_$.md sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
     "feedbacks/FIX_$", "failed", "failed", "work", "work", "rework it in EXECUTION_TASK_X_$_01.md"},
    {DESIGN, "# T\n", "feedbacks/SUBMITTED_$_01", "submitted", "submitted", "review", "review",
     "submitted (work order 01): review it"},
    {DESIGN, "# T\n", "feedbacks/APPROVED_$", "complete", "complete", "", "", ""},
    {NULL, NULL, "SKIPPED_$", "skipped", "skipped", "", "", ""},
};
enum { ACHIEVEMENT_ROWS = sizeof achievement_rows / sizeof *achievement_rows };

/* @text with the digits of achievement 1.N or 2.N for '$'. */
static inline const char *achievement_text(const char *text, int level, size_t row, char *made, size_t size) {
    size_t length = 0;
    for (; *text && length + 8 < size; text++)
        if (*text == '$')
            length += (size_t)snprintf(made + length, size - length, "%d%zu", level, row + 1);
        else
            made[length++] = *text;
    made[length] = '\0';
    return made;
}

static inline void achievement_write(const struct space *space, int level, size_t row) {
    const struct achievement_row *files = &achievement_rows[row];
    char path[200], text[300];
    if (files->subplan)
        space_write(space, achievement_text("X/subplans/SUBPLAN_X_$.md", level, row, path, sizeof path), "%s",
                    files->subplan);
    if (files->execution)
        space_write(space, achievement_text("X/execution/EXECUTION_TASK_X_$_01.md", level, row, path, sizeof path),
                    "%s", achievement_text(files->execution, level, row, text, sizeof text));
    if (files->review) {
        snprintf(text, sizeof text, "X/execution/%s.md", files->review);
        space_write(space, achievement_text(text, level, row, path, sizeof path), "%s", "");
    }
}

static inline struct space achievements_new(void) {
    struct space space = space_new();
    char graph[2000] = "", last[600] = "";
    for (int level = 1; level <= 2; level++)
        for (size_t row = 0; row < ACHIEVEMENT_ROWS; row++) {
            size_t length = strlen(graph);
            snprintf(graph + length, sizeof graph - length, "%s%d.%zu%s", length ? "; " : "", level, row + 1,
                     level == 2 ? ": 1.1" : "");
            length = strlen(last);
            snprintf(last + length, sizeof last - length, "%s%d.%zu", length ? ", " : "; 3.1: ", level, row + 1);
        }
    snprintf(graph + strlen(graph), sizeof graph - strlen(graph), "%s", last);
    space_plan(&space, "X", graph);
    for (int level = 1; level <= 2; level++)
        for (size_t row = 0; row < ACHIEVEMENT_ROWS; row++)
            achievement_write(&space, level, row);
    return space;
}

#endif
