/*
 * The number that a list of tasks writes before a task's text: "T001", "1.2.1".
 */
#ifndef BATCHD_LIST_NUMBER_H
#define BATCHD_LIST_NUMBER_H

#include <stdbool.h>

#include "base/buffer.h"

/* "T001" or "T019A" at the start of @text, with no letter or digit behind it; an empty span if there is none. */
struct span list_number_bare_task_id(struct span text);
/* The same, perhaps in bold, as a word: no "T001-T003". */
struct span list_number_task_id(struct span text);
/* The same, taken off @text with its bold, a colon and blanks. */
struct span list_number_take_task_id(struct span *text);

/* Does "1.", "1.2" or "1.2.1" with a blank behind it begin @text? @number, which may be NULL: without a dot at its end.
 */
bool list_number_read(struct span text, struct span *number);
/* The same, taken off @text; an empty span if there is none. */
struct span list_number_take(struct span *text);

#endif
