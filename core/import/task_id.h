/*
 * A task id of Backlog.md: "task-7.02", a prefix and numbers. Ids are the same without case and leading zeros.
 */
#ifndef BATCHD_TASK_ID_H
#define BATCHD_TASK_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum { TASK_ID_NUMBERS_MOST = 8 };

struct task_id {
    const char *prefix; /* in small letters, with its "-"; "" for a bare number */
    const char *digits; /* "7.2" */
    uint64_t numbers[TASK_ID_NUMBERS_MOST];
    size_t count; /* of the numbers; 0 if the id has another form, which is then the prefix as a whole */
};

/* Texts are in @arena. */
struct task_id task_id_read(struct arena *arena, const char *text);
/* "task-7.2" */
const char *task_id_key(struct arena *arena, const struct task_id *id);
/* The same without its last number; NULL if it has only one. */
const char *task_id_parent_key(struct arena *arena, const struct task_id *id);
/* By number, then by prefix. Like strcmp. */
int task_id_compare(const struct task_id *a, const struct task_id *b);

#endif
