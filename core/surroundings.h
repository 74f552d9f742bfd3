/*
 * Surroundings: what a workspace lies on. Whoever wants to be told of changes (inotify) needs a file system that
 * reports them, and as many watches as there are folders.
 */
#ifndef BATCHD_SURROUNDINGS_H
#define BATCHD_SURROUNDINGS_H

#include <stddef.h>
#include <stdint.h>

#include "files.h"
#include "findings.h"

struct surroundings {
    const char *file_system; /* a constant, such as "ext4"; NULL if we know no name for it */
    bool is_reporting;       /* changes that others make are told to who watches here */
    uint64_t watch_limit;    /* of one user; 0 if the kernel does not say */
};

void surroundings_look(struct surroundings *surroundings, const struct files *files);

/*
 * Add to @findings what will not do for @folder_count folders.
 *   system.file_system (warning)  changes made elsewhere are not reported here
 *   system.watches (warning)      the limit of watches is lower than that; (note) more than half of it is needed
 */
void surroundings_check(const struct surroundings *surroundings, size_t folder_count, struct findings *findings);

/* What is known of a file system by the number statfs(2) gives it; NULL for one that we do not know. */
const char *surroundings_name(uint64_t magic, bool *is_reporting);

#endif
