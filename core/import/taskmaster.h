/*
 * Reading the task list of Task Master (claude-task-master), tasks.json. Task 3 becomes the achievement 3.0, its
 * subtask 2 the achievement 3.2. Task Master never offers a subtask of a finished task.
 */
#ifndef BATCHD_TASKMASTER_H
#define BATCHD_TASKMASTER_H

#include <stdbool.h>

#include "base/error.h"
#include "import/outline.h"
#include "import/source.h"

/*
 * NOT_FOUND if there is no such tag, or there are several and none was named. What is wrong with the file is reported:
 * json.*, task.format, task.id, task.dependency.
 */
bool taskmaster_read(struct outline *outline, const struct source *source, struct error *error);

#endif
