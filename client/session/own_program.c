#include "session/own_program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"

char *own_program_find(const char *name, const char *place) {
    AUTO_FREE char *self = realpath("/proc/self/exe", NULL);
    const char *name_of_self = self ? strrchr(self, '/') + 1 : NULL, *const places[] = {"", place};
    for (size_t i = 0; self && i < sizeof places / sizeof *places; i++) {
        AUTO(buffer) path = {0};
        buffer_append_format(&path, "%.*s%s%s%s", (int)(name_of_self - self), self, places[i], i ? "/" : "", name);
        if (access(path.data, X_OK) == 0)
            return memory_copy(path.data);
    }
    return NULL;
}
