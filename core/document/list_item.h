/*
 * A list item: a line outside code such as "- text", "12. text" or "- [ ] text". What a box is, how it reads and how it
 * is written is decided here, for every document and every list that is imported: as GitHub has it, a box is an item's
 * first word, so "- [x](page.md)" is a link.
 */
#ifndef BATCHD_LIST_ITEM_H
#define BATCHD_LIST_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* How an item with an open box begins. */
#define LIST_ITEM_OPEN "- [ ] "

enum list_item_box {
    LIST_ITEM_NO_BOX,
    LIST_ITEM_OPEN_BOX,
    LIST_ITEM_TICKED_BOX, /* "[x]" or "[X]" */
    LIST_ITEM_OTHER_BOX,  /* any other character, as "[-]" in some tools: neither open nor ticked */
};

/* Spans are borrowed from the line. */
struct list_item {
    size_t indentation;  /* in columns */
    bool is_numbered;    /* "1." or "1)" */
    struct span content; /* behind the bullet or number, trimmed; not empty */
    enum list_item_box box;
    struct span mark; /* the character between the brackets; empty without a box */
    bool is_optional; /* "- [ ]* text": Kiro's mark of a task that may be left out */
    struct span text; /* the content without the box, trimmed; may be empty */
};

/* False if the line is no list item, or one without content. */
bool list_item_read(struct span line, struct list_item *item);
/* False also if it has no box. */
bool list_item_read_box(struct span line, struct list_item *item);

/* What is behind the bullet or number of an item; of any other line all of it, trimmed. */
struct span list_item_content(struct span line);

/* @text, which is behind a bullet or in a heading, without the box or sign ("✅") at its start that says done or not. */
struct span list_item_without_box(struct span text);

#endif
