/*
 * A list of ids: those that a text about dependencies names for sure. "1.1, Achievement 1.2 (the schema) and 2.1:
 * Search" names three; "1.1 or 1.2", "1.1-1.3" and "everything before" are for people to decide.
 */
#ifndef BATCHD_ID_LIST_H
#define BATCHD_ID_LIST_H

#include <stdbool.h>

#include "base/buffer.h"

enum id_list_kind {
    ID_LIST_ID,     /* names an id and nothing else */
    ID_LIST_NONE,   /* says that there is none */
    ID_LIST_UNSURE, /* anything else */
};

struct id_list_item {
    enum id_list_kind kind;
    struct span text; /* all of it */
    struct span id;   /* of ID_LIST_ID */
};

/* Takes the next one off @rest; they are divided by commas, semicolons, line breaks and "and". False at the end. */
bool id_list_next(struct span *rest, struct id_list_item *item);

#endif
