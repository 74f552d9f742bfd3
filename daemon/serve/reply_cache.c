#include "serve/reply_cache.h"

#include <string.h>

static void forget_old(struct reply_cache *replies, uint64_t generation) {
    if (replies->generation == generation)
        return;
    for (size_t i = 0; i < REPLY_CACHE_ENTRIES; i++)
        buffer_clear(&replies->entries[i].line);
    replies->generation = generation;
    replies->next = 0;
}

struct span reply_cache_find(struct reply_cache *replies, uint64_t generation, struct span line) {
    forget_old(replies, generation);
    for (size_t i = 0; i < REPLY_CACHE_ENTRIES; i++) {
        const struct buffer *known = &replies->entries[i].line;
        if (known->length == line.length && line.length && memcmp(known->data, line.data, line.length) == 0) {
            replies->hits++;
            return buffer_span(&replies->entries[i].reply);
        }
    }
    replies->misses++;
    return (struct span){0};
}

void reply_cache_note(struct reply_cache *replies, uint64_t generation, struct span line, struct span reply) {
    forget_old(replies, generation);
    if (reply.length > REPLY_CACHE_REPLY_BYTES_MOST)
        return;
    size_t i = replies->next++ % REPLY_CACHE_ENTRIES;
    buffer_clear(&replies->entries[i].line);
    buffer_clear(&replies->entries[i].reply);
    buffer_append_span(&replies->entries[i].line, line);
    buffer_append_span(&replies->entries[i].reply, reply);
}

void reply_cache_release(struct reply_cache *replies) {
    for (size_t i = 0; i < REPLY_CACHE_ENTRIES; i++) {
        buffer_release(&replies->entries[i].line);
        buffer_release(&replies->entries[i].reply);
    }
    *replies = (struct reply_cache){0};
}
