/*
 * Reading the task list of Task Master (claude-task-master), tasks.json, as the draft of a plan.
 *
 * Task 3 becomes the achievement 3.0, its subtask 2 the achievement 3.2. If any task has a subtask of ten or more, the
 * second number has as many digits everywhere (3.00, 3.02, 3.12): an id's digits without dots are part of file names,
 * and only with as many behind the dot can 1.12 and 11.2 not be the same. A task comes after its subtasks: 3.0 depends
 * on 3.1, 3.2, and what depends on task 3 depends on 3.0. What task 3 depends on, each of its subtasks does that waits
 * for no other one of them.
 */
#ifndef BATCHD_TASKMASTER_H
#define BATCHD_TASKMASTER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "draft/plan_draft.h"

/*
 * Read @text, the content of @file. @tag: which of the lists to take if there are several; NULL is "master", or the
 * only one. Nothing is left out without saying so: fields without a counterpart in a plan go to the notes of the draft,
 * and each kind of them is a warning. The caller releases @draft also on failure.
 *   INVALID    no such file; the reasons are in @diagnostics: json.*, task.format, task.id, task.dependency
 *   NOT_FOUND  there is no such tag, or there are several and none was named
 */
bool taskmaster_read(struct plan_draft *draft, struct span text, const char *file, const char *tag,
                     struct diagnostics *diagnostics, struct error *error);

#endif
