/*
 * The reply cache: what was sent for a line since the workspace changed last, with the bytes that it announces. The
 * same line, id and style and all, has the same reply until then; most clients ask what others have just asked.
 */
#ifndef BATCHD_REPLY_CACHE_H
#define BATCHD_REPLY_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { REPLY_CACHE_ENTRIES = 64, REPLY_CACHE_REPLY_BYTES_MOST = 256 << 10 };

/* {0} is valid and empty. */
struct reply_cache {
    uint64_t generation; /* of the workspace that all this is about */
    struct {
        struct buffer line, reply;
    } entries[REPLY_CACHE_ENTRIES];
    size_t next; /* to be replaced */
    uint64_t hits, misses;
};

/* The reply to @line as of @generation; an empty span if it has not been noted. */
struct span reply_cache_find(struct reply_cache *replies, uint64_t generation, struct span line);
void reply_cache_note(struct reply_cache *replies, uint64_t generation, struct span line, struct span reply);
void reply_cache_release(struct reply_cache *replies);

#endif
