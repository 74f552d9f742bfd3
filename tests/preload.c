/*
 * Preloaded into the programs (LD_PRELOAD): a file system that this machine does not have.
 *
 *   PRELOAD_FILE_SYSTEM    the number of its type, as statfs(2) gives it
 *   PRELOAD_FOLDER_LOCKS   an errno: how flock(2) fails on a folder, as on NFS
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int fstatfs(int descriptor, struct statfs *status) {
    const char *type = getenv("PRELOAD_FILE_SYSTEM");
    int result = (int)syscall(SYS_fstatfs, descriptor, status);
    if (result == 0 && type)
        status->f_type = strtol(type, NULL, 0);
    return result;
}

int flock(int descriptor, int operation) {
    const char *failure = getenv("PRELOAD_FOLDER_LOCKS");
    struct stat status;
    if (failure && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = (int)strtol(failure, NULL, 10);
        return -1;
    }
    return (int)syscall(SYS_flock, descriptor, operation);
}
