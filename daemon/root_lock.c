#include "root_lock.h"

#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/memory.h"
#include "disk/files_lock.h"
#include "net/listener.h"

static int lock_beside(const char *socket, struct error *error) {
    AUTO_FREE char *folder = memory_copy(socket);
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(arena) arena = {0};
    char *slash = strrchr(folder, '/');
    *slash = '\0';
    if (!listener_make_folder(folder, error) || !files_open(&files, folder, error))
        return -1;
    return files_lock_file(&files, arena_format(&arena, "%s.lock", slash + 1), FILES_SHARED_MODE, 0, error);
}

bool root_lock_take(struct root_lock *lock, const char *root, const char *socket, struct error *error) {
    *lock = ROOT_LOCK_NONE;
    if (!files_open(&lock->root, root, error))
        return false;
    lock->descriptor = files_lock(&lock->root, "", 0, error);
    if (lock->descriptor < 0 && files_locks_no_folders(error->system_errno)) {
        error_release(error);
        lock->descriptor = lock_beside(socket, error);
    }
    if (lock->descriptor >= 0)
        return true;
    if (error->code == ERROR_TIMEOUT) {
        error->code = ERROR_CONFLICT;
        error_hint(error, "there is a daemon of this root already; \"batchctl daemon status\" reports on it");
    }
    return false;
}

void root_lock_release(struct root_lock *lock) {
    if (lock->descriptor >= 0)
        close(lock->descriptor);
    files_close(&lock->root);
    *lock = ROOT_LOCK_NONE;
}
