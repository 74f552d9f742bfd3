/*
 * The files of a plan's achievements: which folders are listed, and what each file in them says about the achievement
 * that its name has.
 */
#ifndef BATCHD_PLAN_FILES_H
#define BATCHD_PLAN_FILES_H

#include <stddef.h>

#include "disk/listing.h"
#include "plan/loader.h"

/* A folder whose name is nearly that of one of a plan's: "execution/feedback". */
struct near_folder {
    const char *path;
    struct listing listing;
};

struct plan_folders {
    struct listing subplans, execution, feedbacks;
    const char *subplans_path, *execution_path, *feedbacks_path;
    struct near_folder *near;
    size_t near_count, near_capacity;
};

/* List them; the plan's own is listed. The caller releases them. */
void plan_files_list(struct loader *loader, struct plan_folders *folders);
void plan_files_release(struct plan_folders *folders);

/* Find what differs between two states of the files, and note their hard links: a document that is known from before
 * can change through another name, too. */
void plan_files_identify(struct loader *loader, struct plan_folders *folders);

/* Add all files to the standings, which are empty, and report those that do not count. SUBPLANs are read. */
void plan_files_take(struct loader *loader, const struct plan_folders *folders);

/* The same for the SUBPLAN of the achievement at @position. @entry: of its listing. */
void plan_files_read_subplan(struct loader *loader, size_t position, const char *path,
                             const struct listing_entry *entry);

#endif
