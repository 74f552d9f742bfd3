/*
 * A box file: a checklist as its reader sees it, the boxes with what is indented below them. All other lines are quoted
 * in the notes of the plan.
 */
#ifndef BATCHD_BOX_FILE_H
#define BATCHD_BOX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/string_map.h"
#include "document/list_item.h"
#include "import/list_lines.h"
#include "import/outline.h"
#include "import/source.h"

/* Spans point into the file. */
struct box {
    size_t line, end; /* index of its line, and of the one behind what is below it */
    size_t indentation;
    struct span number; /* "1.2"; empty if it has none */
    enum list_item_box state;
    struct span mark, text;
    struct span heading, below; /* of level 2 and 3 above it */
    size_t group;               /* OpenSpec: position of the heading, 0 before the first one; Kiro: of the top item */
    size_t parent;              /* index of a box, or SIZE_MAX */
    bool is_optional;
    const char *approach, *tests;
    struct span order; /* behind "_Dependencies:" */
    size_t order_line;
    size_t doubled_line; /* from 1, of the first box with the same number; or 0 */
    uint32_t item;
};

struct box_file {
    struct outline *outline;
    const char *name;
    bool is_kiro;
    struct list_lines lines;
    struct box *boxes;
    size_t count, capacity;
    size_t group_count;
    struct string_map numbers; /* of boxes: the first one that has it */
};

/* Reads the boxes, and quotes what is none. */
void box_file_read(struct box_file *file, struct outline *outline, const struct source_file *source, bool is_kiro);
void box_file_release(struct box_file *file);

/* The line with this index, for a diagnostic. */
struct outline_place box_file_place(const struct box_file *file, size_t line);

/* Calls @note for each "_Label: text_" below the box. */
typedef void note_label(struct outline *outline, uint32_t item, const char *label, struct span text);
void box_file_read_labels(const struct box_file *file, const struct box *box, note_label *note);

#endif
