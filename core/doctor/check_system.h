/*
 * The system check: what a workspace lies on. A daemon that watches for changes (inotify) needs a file system that
 * reports them, an instance, and as many watches as there are folders.
 */
#ifndef BATCHD_CHECK_SYSTEM_H
#define BATCHD_CHECK_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#include "disk/files.h"
#include "doctor/findings.h"

struct check_system {
    const char *file_system; /* a constant, such as "ext4"; NULL if we know no name for it */
    bool is_reporting;       /* changes that others make are reported; false if we do not know it */
    uint64_t watch_limit;    /* of one user; 0 if the kernel does not say */
    uint64_t instance_limit; /* the same of inotify instances */
    bool has_instance;       /* one more can be had now */
};

/* What cannot be found out is left at 0. */
void check_system_look(struct check_system *system, const struct files *files);

/*
 * Add to @findings what will not do for @folder_count folders.
 *   system.file_system (warning)  changes made elsewhere are not reported here; (note) we do not know it
 *   system.watches (warning)      the limit of watches is lower than that; (note) more than half of it is needed
 *   system.instances (note)       this user has no inotify instance left
 */
void check_system_report(const struct check_system *system, size_t folder_count, struct findings *findings);

/* The name of a file system by the number that statfs(2) gives it; NULL for one that we do not know. */
const char *check_system_name(uint64_t magic, bool *is_reporting);

/* Does the file system of the open folder report the changes that others make? */
bool check_system_is_reporting(int folder);

/* Can this user have one more inotify instance? */
bool check_system_has_instance(void);

#endif
