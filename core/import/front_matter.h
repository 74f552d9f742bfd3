/*
 * The front matter of a Markdown file, or a small YAML file: keys at the margin with scalars and lists, in the forms
 * that Backlog.md writes. What is in no such form is kept as text.
 */
#ifndef BATCHD_FRONT_MATTER_H
#define BATCHD_FRONT_MATTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/memory.h"

struct front_matter_entry {
    const char *key;     /* "" for lines without one */
    unsigned line;       /* from 1 */
    const char **values; /* of a list, or the one of a scalar; an empty scalar has none */
    size_t count;
    bool is_text; /* in no form that is read: its only value is how it is written */
};

enum { FRONT_MATTER_ENTRIES_MOST = 1000 }; /* the lines behind them are not read */

/* {0} is valid and empty. */
struct front_matter {
    struct arena arena;
    struct front_matter_entry *entries;
    size_t count, capacity;
};

enum front_matter_end { FRONT_MATTER_NONE, FRONT_MATTER_OPEN, FRONT_MATTER_CLOSED };

/*
 * Read the front matter that @text begins with, between lines "---". @body: what follows, and @body_line its line, from
 * 1. NONE: there is none, all is body; OPEN: it does not end.
 */
enum front_matter_end front_matter_read(struct front_matter *matter, struct span text, struct span *body,
                                        unsigned *body_line);
/* Read a whole file. */
void front_matter_read_all(struct front_matter *matter, struct span text);
void front_matter_release(struct front_matter *matter);

/* NULL if there is none. */
const struct front_matter_entry *front_matter_find(const struct front_matter *matter, const char *key);
/* Its first value; NULL if it has none. */
const char *front_matter_value(const struct front_matter *matter, const char *key);

#endif
