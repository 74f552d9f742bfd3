#include "session/speaker.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

const char *speaker_host(void) {
    static char host[HOST_NAME_MAX + 1];
    return gethostname(host, sizeof host - 1) || !host[0] ? "localhost" : host;
}

char *speaker_name(const char *as) {
    const char *named = as ? as : getenv("BATCHCTL_AS");
    struct buffer name = {0};
    if (named && named[0])
        return memory_copy(named);
    const struct passwd *user = getpwuid(getuid());
    if (user && user->pw_name[0])
        buffer_append_string(&name, user->pw_name);
    else
        buffer_append_format(&name, "%u", (unsigned)getuid()); /* as ls shows an owner without a name */
    buffer_append_format(&name, "@%s", speaker_host());
    return name.data;
}
