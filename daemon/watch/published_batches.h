/*
 * Published batches: which batches and undos subscribers know of. A batch has one number, and a record once it is
 * committed; a result that has no record is known only from a pending record that was seen, by an event or by a look.
 */
#ifndef BATCHD_PUBLISHED_BATCHES_H
#define BATCHD_PUBLISHED_BATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "disk/state_dir.h"
#include "view/changes.h"

/* A batch or undo that is being applied, or was; the place of its record shows the result. */
struct open_batch {
    uint64_t number;
    bool is_undo;
};

/* {0}: none. */
struct published_batches {
    uint64_t last;    /* the highest number of those that were published, or existed at the start */
    uint64_t *undone; /* the numbers of those whose undo was published, or existed at the start; ascending */
    size_t undone_count, undone_capacity;
    struct open_batch *open; /* whose result was not published */
    size_t open_count, open_capacity;
    bool has_news; /* something of the state has changed */
};

/* All that exist are known. */
void published_batches_start(struct published_batches *batches, const struct state_dir *state);
void published_batches_release(struct published_batches *batches);

/* The entry @name of the folder of pending records has changed. */
void published_batches_note(struct published_batches *batches, const char *name);
/* Note by the records themselves what no event has reported. */
void published_batches_look(struct published_batches *batches, const struct state_dir *state);

/* Publish what is new, and the results that are known by now. */
void published_batches_publish(struct published_batches *batches, const struct state_dir *state,
                               const struct changes_sink *sink);

#endif
