/*
 * The ancestry: the folders and links that the root's path leads over. If one of them is moved, removed or replaced,
 * the path may lead elsewhere, or nowhere, and nothing in the root tells that.
 */
#ifndef BATCHD_ANCESTRY_H
#define BATCHD_ANCESTRY_H

#include <stdbool.h>

struct ancestry {
    int descriptor; /* readable when something has happened; -1 if nothing can be watched */
    bool is_whole;  /* all of it is watched; else it has to be looked at now and then */
};

void ancestry_open(struct ancestry *ancestry);
void ancestry_close(struct ancestry *ancestry);

/* Watch what the root's path @named, absolute, leads over now. @root: the same path without links. */
void ancestry_watch(struct ancestry *ancestry, const char *named, const char *root);

/* Something has happened: may the path lead elsewhere now? */
bool ancestry_may_have_changed(struct ancestry *ancestry, const char *root);

#endif
