#include "format/md4c_library.h"

#ifdef BATCHD_LATE_MD4C

#include <assert.h>
#include <dlfcn.h>
#include <string.h>
#include <threads.h>

static __typeof__(&md_parse) parse;

static void load(void) {
    void *library = dlopen("libmd4c.so.0", RTLD_NOW | RTLD_LOCAL), *found = library ? dlsym(library, "md_parse") : NULL;
    assert(found && "libmd4c.so.0 is missing: install the package libmd4c0 of Debian");
    memcpy(&parse, &found, sizeof parse);
}

int md4c_library_parse(const MD_CHAR *text, MD_SIZE size, const MD_PARSER *parser, void *data) {
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, load); /* plans are read by several threads */
    return parse(text, size, parser, data);
}

#else

int md4c_library_parse(const MD_CHAR *text, MD_SIZE size, const MD_PARSER *parser, void *data) {
    return md_parse(text, size, parser, data);
}

#endif
