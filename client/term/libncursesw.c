#include "term/libncursesw.h"

#ifdef BATCHD_LATE_NCURSESW

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

_Static_assert(NCURSES_VERSION_MAJOR == 6, "the header is of another library than the one that is loaded");

const struct libncursesw *libncursesw(struct error *error) {
#define ROW(name) {#name, offsetof(struct libncursesw, name)},
    static const struct {
        const char *name;
        size_t offset;
    } functions[] = {LIBNCURSESW_FUNCTIONS(ROW)};
#undef ROW
    static struct libncursesw loaded;
    void *library = dlopen("libncursesw.so.6", RTLD_NOW | RTLD_LOCAL), *found = library;
    for (size_t i = 0; found && i < sizeof functions / sizeof *functions; i++) {
        found = dlsym(library, functions[i].name);
        memcpy((char *)&loaded + functions[i].offset, &found, sizeof found);
    }
    if (found)
        return &loaded;
    error_set(error, ERROR_NOT_FOUND, "the menu cannot load libncursesw: %s", dlerror());
    error_hint(error, "install it: the package libncursesw6 of Debian");
    return NULL;
}

#else

const struct libncursesw *libncursesw(struct error *error) {
#define FUNCTION(name) .name = (name),
    static const struct libncursesw linked = {LIBNCURSESW_FUNCTIONS(FUNCTION)};
#undef FUNCTION
    (void)error;
    return &linked;
}

#endif
