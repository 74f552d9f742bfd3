/*
 * The location of a new plan. Its name is one that people can type and every command can take, and no file of that name
 * exists.
 */
#ifndef BATCHD_PLAN_LOCATION_H
#define BATCHD_PLAN_LOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/memory.h"
#include "disk/files.h"
#include "plan/workspace.h"

enum { PLAN_LOCATION_NAME_BYTES_MOST = 100 }; /* with what is put around it, a file name stays below 255 */

struct plan_location {
    struct arena arena;
    const char *name;     /* of the plan */
    const char *path;     /* of its folder, relative to the root */
    const char **folders; /* that have to be made, outer ones before inner ones */
    size_t folder_count;
    mode_t folder_mode, file_mode; /* as the folder has it in which the first of them is made */
};

/*
 * The site of the plan that @text names, "NAME" or "group/NAME", seen from the folder @here ("" is the root). Standing
 * inside a plan it is beside that. The caller releases @location also on failure.
 *   USAGE     a name that cannot be used; the message says why
 *   CONFLICT  there is a plan of that name; or something is in the way
 *   IO        that is unknown
 */
bool plan_location_find(struct plan_location *location, const struct workspace *workspace, const struct files *files,
                        const char *text, const char *here, struct error *error);
void plan_location_release(struct plan_location *location);

/* Why a new plan cannot have this name, or NULL if it can. */
const char *plan_location_name_fault(const char *name);

#endif
