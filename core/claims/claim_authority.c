#include "claims/claim_authority.h"

#include <string.h>

const char *claim_reason_name(enum claim_reason reason) {
    static const char *const names[] = {NULL,    "not_ready", "changed", "held",     "finished", "damaged",
                                        "taken", "ended",     "gone",    "not_done", "settling", "fence"};
    return names[reason];
}

void claim_reply_release(struct claim_reply *reply) {
    arena_release(&reply->arena);
    claim_handle_release(&reply->handle);
    *reply = (struct claim_reply){0};
}

const struct claim_entry *claim_list_find(const struct claim_list *list, const char *id) {
    for (size_t low = 0, high = list->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(id, list->entries[middle].id);
        if (order == 0)
            return &list->entries[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

void claim_list_release(struct claim_list *list) {
    memory_free(list->entries);
    arena_release(&list->arena);
    *list = (struct claim_list){0};
}
