#include "serve/reply_cache.h"

#include <string.h>

static void forget_old(struct memo *memo, uint64_t generation) {
    if (memo->generation == generation)
        return;
    for (size_t i = 0; i < MEMO_ENTRIES; i++)
        buffer_clear(&memo->entries[i].line);
    memo->generation = generation;
    memo->next = 0;
}

struct span memo_find(struct memo *memo, uint64_t generation, struct span line) {
    forget_old(memo, generation);
    for (size_t i = 0; i < MEMO_ENTRIES; i++) {
        const struct buffer *known = &memo->entries[i].line;
        if (known->length == line.length && line.length && memcmp(known->data, line.data, line.length) == 0) {
            memo->hits++;
            return buffer_span(&memo->entries[i].reply);
        }
    }
    memo->misses++;
    return (struct span){0};
}

void memo_note(struct memo *memo, uint64_t generation, struct span line, struct span reply) {
    forget_old(memo, generation);
    if (reply.length > MEMO_REPLY_BYTES_MOST)
        return;
    size_t i = memo->next++ % MEMO_ENTRIES;
    buffer_clear(&memo->entries[i].line);
    buffer_clear(&memo->entries[i].reply);
    buffer_append_span(&memo->entries[i].line, line);
    buffer_append_span(&memo->entries[i].reply, reply);
}

void memo_release(struct memo *memo) {
    for (size_t i = 0; i < MEMO_ENTRIES; i++) {
        buffer_release(&memo->entries[i].line);
        buffer_release(&memo->entries[i].reply);
    }
    *memo = (struct memo){0};
}
