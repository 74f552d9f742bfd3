#include "claims/claim_store.h"

#include "base/memory.h"

static const char *const keepings[] = {"git", "state"};

const char *claim_keeping_name(enum claim_keeping keeping) {
    return keepings[keeping];
}

bool claim_store_open(struct claim_store *store, const struct workspace *workspace, enum claim_keeping wanted,
                      int lock_timeout_ms, struct error *error) {
    *store = CLAIM_STORE_CLOSED;
    store->workspace = &workspace->files;
    store->keeping = wanted;
    store->lock_timeout_ms = lock_timeout_ms;
    return error_set(error, ERROR_INTERNAL, "claims are not built yet");
}

void claim_store_close(struct claim_store *store) {
    files_close(&store->files);
    memory_free(store->folder);
    *store = CLAIM_STORE_CLOSED;
}
