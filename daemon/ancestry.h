/*
 * The ancestry: the folders and links that the root's path leads over. If one of them is moved, removed or replaced,
 * the path may lead elsewhere, or nowhere, and nothing in the root tells that.
 */
#ifndef BATCHD_ANCESTRY_H
#define BATCHD_ANCESTRY_H

#include <stdbool.h>

#include "buffer.h"

struct ancestry {
    int descriptor;    /* readable when something has happened; -1 if nothing can be watched */
    const char *named; /* the root's path, absolute; may lead over links */
    const char *root;  /* the same without links */
    bool is_whole;     /* all of it is watched; else it has to be looked at now and then */
};

/* The paths must outlive it. */
void ancestry_open(struct ancestry *ancestry, const char *named, const char *root);
void ancestry_close(struct ancestry *ancestry);

/* Something has happened: may the path lead elsewhere now? Watches what it leads over now. */
bool ancestry_may_have_changed(struct ancestry *ancestry);

#endif
