#include "claims/claim_lock.h"

#include <unistd.h>

#define LOCK "lock"

enum { LOCK_MODE = 0600 };

/* It may have been made by another process since. */
static bool find_again(struct claim_store *store, struct error *error) {
    if (store->folder.files.root >= 0)
        return true;
    claim_folder_release(&store->folder);
    return claim_folder_find(&store->folder, store->workspace, store->git, store->wanted, error);
}

bool claim_lock_enter(struct claim_store *store, struct error *error) {
    if (!find_again(store, error))
        return false;
    if (store->folder.files.root < 0)
        return true;
    store->lock = files_lock_file(&store->folder.files, LOCK, LOCK_MODE, store->lock_timeout_ms, error);
    if (store->lock >= 0)
        return true;
    if (error->code == ERROR_TIMEOUT) {
        error->code = ERROR_CONFLICT;
        error_hint(error, "a process that is stopped keeps all others from taking claims: continue or end it");
    }
    return false;
}

void claim_lock_drop(struct claim_store *store) {
    if (store->lock >= 0)
        close(store->lock);
    store->lock = -1;
}
