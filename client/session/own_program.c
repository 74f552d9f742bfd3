#include "session/own_program.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"

/*
 * The path of this program. What execve(2) was called with (getauxval(3)) nearly always names it; of a link, a relative
 * path or a descriptor the kernel knows what it leads to, but makes the entry in /proc first, which takes longer than
 * all else that the launcher does before it executes another program.
 */
static char *own_path(void) {
    char target[PATH_MAX]; /* the kernel gives no longer one, and one without links */
    unsigned long address = getauxval(AT_EXECFN);
    const char *called;
    memcpy(&called, &address, sizeof called);
    if (called && called[0] == '/' && readlink(called, target, 1) < 0)
        return memory_copy(called);
    ssize_t length = readlink("/proc/self/exe", target, sizeof target);
    return memory_copy_part(target, length > 0 ? (size_t)length : 0);
}

char *own_program_find(const char *name, const char *place) {
    AUTO_FREE char *self = own_path();
    const char *slash = strrchr(self, '/'), *const places[] = {"", place};
    for (size_t i = 0; slash && i < sizeof places / sizeof *places; i++) {
        AUTO(buffer) path = {0};
        buffer_append_format(&path, "%.*s%s%s%s", (int)(slash + 1 - self), self, places[i], i ? "/" : "", name);
        if (access(path.data, X_OK) == 0)
            return memory_copy(path.data);
    }
    return NULL;
}
