/*
 * The tree of a JSON text while it is scanned. Its nodes are cJSON's: of that library the header alone is used, as the
 * scanner has seen of each value where it begins and ends. A shared library more costs the start of each command.
 */
#ifndef BATCHD_JSON_TREE_H
#define BATCHD_JSON_TREE_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/memory.h"

/* Ready with its arena, and @place the address of where the root's address belongs. */
struct json_tree {
    struct arena *arena; /* of the nodes and their texts; borrowed */
    cJSON **place;       /* where the next node belongs */
};

/*
 * Add a node, whose children follow until it is closed. @key: as it is written, with its quotes; {0} for the root and
 * in an array.
 */
cJSON *json_tree_open(struct json_tree *tree, struct span key);
/* @written: the whole value of @node, which is valid JSON. */
void json_tree_close(struct json_tree *tree, cJSON *node, struct span written);

#endif
