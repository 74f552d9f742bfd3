#include "format/md4c_library.h"

#ifdef BATCHD_LATE_MD4C

#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static __typeof__(&md_parse) parse;

static void load(void) {
    void *library = dlopen("libmd4c.so.0", RTLD_NOW | RTLD_LOCAL), *found = library ? dlsym(library, "md_parse") : NULL;
    assert(found && "libmd4c.so.0 is missing: install the package libmd4c0 of Debian");
    memcpy(&parse, &found, sizeof parse);
}

int md4c_library_parse(const MD_CHAR *text, MD_SIZE size, const MD_PARSER *parser, void *data) {
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* ThreadSanitizer does not see call_once */
    pthread_once(&once, load);                      /* plans are read by several threads */
    return parse(text, size, parser, data);
}

#else

int md4c_library_parse(const MD_CHAR *text, MD_SIZE size, const MD_PARSER *parser, void *data) {
    return md_parse(text, size, parser, data);
}

#endif
