/*
 * Importing a foreign task list: from its source to the draft of a plan. Each format has a reader; the way from there
 * to the draft is the same for all.
 */
#ifndef BATCHD_IMPORT_H
#define BATCHD_IMPORT_H

#include <stdbool.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "draft/plan_draft.h"
#include "import/import_options.h"
#include "import/source.h"

/* USAGE if the format of @source does not have one of the options; the message says which have it. */
bool import_check_options(const struct source *source, const struct import_options *options, struct error *error);

/*
 * Read @source into @draft, which is to become the plan @plan. Nothing is left out without saying so. The caller
 * releases @draft also on failure.
 *   INVALID    the list is no plan; all reasons are in @diagnostics, and the hint says how many --lenient deals with
 *   NOT_FOUND  there is no such tag or item; or there are several tags and none was named
 */
bool import_read(struct plan_draft *draft, const struct source *source, const struct import_options *options,
                 const char *plan, struct diagnostics *diagnostics, struct error *error);

#endif
