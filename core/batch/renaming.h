/*
 * Renaming: how a batch of the kind reopen is carried out, and undone. Once its pending record is whole it is finished,
 * if need be by recovery; readers count what is to be renamed as renamed (see pending.h).
 */
#ifndef BATCHD_RENAMING_H
#define BATCHD_RENAMING_H

#include <stdbool.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/record.h"
#include "disk/state_dir.h"

/*
 * Give the file its new name @to, if it is the one of the record and as it was, and nothing has that name; else it
 * stays. With @cause, each renamed file is added to @recovered as journal.recovered. IO.
 */
bool renaming_file(const struct state_dir *state, struct record_file file, const char *to, const char *cause,
                   struct diagnostics *recovered, struct error *error);

/* Carry out what the pending record says, as far as that has not happened, and commit it. IO. */
bool renaming_finish(const struct state_dir *state, const struct record *record, const char *cause,
                     struct diagnostics *recovered, struct error *error);

#endif
