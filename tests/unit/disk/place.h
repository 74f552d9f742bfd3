/* A space whose root is open, for the tests of core/disk/files. */
#ifndef PLACE_H
#define PLACE_H

#include <criterion/criterion.h>

#include "disk/files.h"
#include "space.h"

struct place {
    struct space space;
    struct files files;
};

static inline struct place begin(void) {
    struct place place = {.space = space_new()};
    struct error error = {0};
    cr_assert(files_open(&place.files, place.space.root, &error));
    return place;
}

static inline void end(struct place *place) {
    files_close(&place->files);
    space_end(&place->space);
}

/* The caller frees it. */
static inline char *absolute(const struct place *place, const char *path) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", place->space.root, path);
    return text.data;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
