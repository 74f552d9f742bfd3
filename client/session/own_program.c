#include "session/own_program.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"

char *own_program_find(const char *name, const char *place) {
    char self[PATH_MAX]; /* the kernel gives no longer one, and one without links */
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    const char *slash = strrchr(self, '/'), *const places[] = {"", place};
    for (size_t i = 0; slash && i < sizeof places / sizeof *places; i++) {
        AUTO(buffer) path = {0};
        buffer_append_format(&path, "%.*s%s%s%s", (int)(slash + 1 - self), self, places[i], i ? "/" : "", name);
        if (access(path.data, X_OK) == 0)
            return memory_copy(path.data);
    }
    return NULL;
}
