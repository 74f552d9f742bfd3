/*
 * The work orders and reviews of one achievement: which FIX is open, which SUBMITTED counts, and what the last work
 * order says of itself. Then the state follows (standing_settle).
 *
 * Files read: an APPROVED or SKIPPED; every FIX, and for one the SUBMITTED and the EXECUTION_TASKs from the last one on
 * until each FIX is answered; every SUBMITTED of an achievement that is open; else its last EXECUTION_TASK.
 */
#ifndef BATCHD_PLAN_REVIEWS_H
#define BATCHD_PLAN_REVIEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "plan/dependency_file.h"
#include "plan/standing.h"

/* Where the files are read. */
struct review_source {
    /* The bytes of the file, which may have gone: then false. @mark: see struct execution; it stays as it is then. */
    bool (*read)(void *data, const char *path, struct buffer *text, uint64_t *mark);
    void *data;
    struct arena *arena; /* for texts that the standing keeps */
};

/* Add a file of the achievement, as the listing has it; copied, with its list in @arena. In any order. */
void plan_reviews_add_execution(struct standing *standing, struct arena *arena, const struct execution *execution);
void plan_reviews_add(struct standing *standing, struct arena *arena, const struct review *review);

/*
 * Order what has been added, read what has to be read, and settle the state. @known: the same achievement in an earlier
 * snapshot, or NULL; what is on disk as it was then is not read again.
 */
void plan_reviews_settle(struct standing *standing, const struct achievement *achievement, const struct standing *known,
                         const struct review_source *source);

#endif
