/*
 * The memo: what was answered to a question since the workspace changed last. The same line, id and all, has the same
 * answer until then; most clients ask what others have just asked.
 */
#ifndef BATCHD_REPLY_CACHE_H
#define BATCHD_REPLY_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { MEMO_ENTRIES = 32, MEMO_REPLY_BYTES_MOST = 256 << 10 };

/* {0} is valid and empty. */
struct memo {
    uint64_t generation; /* of the workspace that all this is about */
    struct {
        struct buffer line, reply;
    } entries[MEMO_ENTRIES];
    size_t next; /* to be replaced */
    uint64_t hits, misses;
};

/* The reply to @line as of @generation; an empty span if it has not been noted. */
struct span memo_find(struct memo *memo, uint64_t generation, struct span line);
void memo_note(struct memo *memo, uint64_t generation, struct span line, struct span reply);
void memo_release(struct memo *memo);

#endif
