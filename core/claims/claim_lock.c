#include "claims/claim_lock.h"

#include <unistd.h>

#include "disk/files.h"
#include "disk/files_lock.h"

#define LOCK "lock"

enum { LOCK_MODE = 0600 };

bool claim_lock_enter(struct claim_lock *lock, struct claim_folder *folder, struct error *error) {
    if (!claim_folder_refresh(folder, error))
        return false;
    if (folder->files.root < 0)
        return true;
    lock->descriptor = files_lock_file(&folder->files, LOCK, LOCK_MODE, lock->timeout_ms, error);
    if (lock->descriptor >= 0)
        return true;
    if (error->code == ERROR_TIMEOUT) {
        error->code = ERROR_CONFLICT;
        error_hint(error, "a process that is stopped keeps all others from taking claims: continue or end it");
    }
    return false;
}

void claim_lock_drop(struct claim_lock *lock) {
    if (lock->descriptor >= 0)
        close(lock->descriptor);
    lock->descriptor = -1;
}
