#include "disk/ownership.h"

#include <pwd.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/memory.h"

bool ownership_check(uid_t owner, const char *command, struct error *error) {
    if (geteuid() != 0 || owner == 0)
        return true;
    AUTO(arena) arena = {0};
    const struct passwd *entry = getpwuid(owner);
    const char *user = entry ? entry->pw_name : arena_format(&arena, "'#%u'", (unsigned)owner);
    error_set(error, ERROR_CONFLICT, "the workspace belongs to the user %s, and root writes nothing in it", user);
    error_hint(error, "sudo -u %s %s", user, command);
    return false;
}
