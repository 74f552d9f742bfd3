#include "render/table.h"

#include <stdint.h>
#include <string.h>

#include "base/columns.h"
#include "base/memory.h"
#include "base/text.h"
#include "render/symbol.h"

enum { COLUMN_LEAST = 8 }; /* terminal columns that a shrunk one keeps */

static const char separator[] = "  ";

struct cell {
    const char *text;
    size_t width; /* in terminal columns */
};

struct row {
    const char *color; /* NULL is none */
    struct cell *cells;
};

struct table {
    struct arena arena;
    const struct table_column *columns;
    size_t column_count;
    struct row *rows; /* the first one has the titles, if there are any */
    size_t row_count, row_capacity;
    const struct style *style;
};

/* --- filling --- */

static void set_cell(struct table *table, struct cell *cell, const char *text) {
    struct span whole = span_of(text);
    if (text_is_printable(whole)) { /* nearly each */
        cell->text = arena_copy(&table->arena, whole.data, whole.length);
        cell->width = whole.length;
        return;
    }
    struct buffer visible = {0};
    text_append_visible(&visible, whole);
    cell->text = arena_copy(&table->arena, buffer_text(&visible), visible.length);
    cell->width = columns_of(buffer_span(&visible));
    buffer_release(&visible);
}

static struct row *add_row(struct table *table) {
    struct row *row = LIST_ADD(table->rows, table->row_count, table->row_capacity);
    *row = (struct row){.cells = arena_allocate(&table->arena, table->column_count, sizeof *row->cells)};
    return row;
}

struct table *table_new(const struct table_column *columns, size_t count, const struct style *style) {
    struct table *table = memory_allocate(1, sizeof *table);
    table->columns = columns;
    table->column_count = count;
    table->style = style;
    const struct row *titles = columns->title ? add_row(table) : NULL;
    for (size_t i = 0; titles && i < count; i++)
        set_cell(table, &titles->cells[i], columns[i].title);
    return table;
}

void table_add(struct table *table, const char *const *cells, const char *color) {
    struct row *row = add_row(table);
    row->color = table->style->has_color ? color : NULL;
    for (size_t i = 0; i < table->column_count; i++)
        set_cell(table, &row->cells[i], cells[i]);
}

/* --- printing --- */

/* The widest column that may be cut, or the count if none can be any more. */
static size_t widest(const struct table *table, const size_t *widths) {
    size_t found = table->column_count;
    for (size_t i = 0; i < table->column_count; i++)
        if ((table->columns[i].flags & TABLE_SHRINKS) && widths[i] > COLUMN_LEAST &&
            (found == table->column_count || widths[i] > widths[found]))
            found = i;
    return found;
}

static void choose_widths(const struct table *table, size_t *widths) {
    size_t total = (table->column_count - 1) * strlen(separator), column;
    uint64_t room = table->style->columns;
    for (size_t i = 0; i < table->column_count; i++) {
        for (size_t k = 0; k < table->row_count; k++)
            if (table->rows[k].cells[i].width > widths[i])
                widths[i] = table->rows[k].cells[i].width;
        total += widths[i];
    }
    for (; room && total > room && (column = widest(table, widths)) < table->column_count; total--)
        widths[column]--;
}

static void append_blanks(struct buffer *text, size_t count) {
    while (count-- > 0)
        buffer_append_byte(text, ' ');
}

static void append_cell(struct buffer *text, const struct cell *cell, size_t width, int flags,
                        const struct style *style) {
    bool is_cut = cell->width > width;
    size_t blanks = is_cut ? 0 : width - cell->width;
    if (flags & TABLE_RIGHT)
        append_blanks(text, blanks);
    if (is_cut)
        columns_append_cell(text, span_of(cell->text), width, symbol_text(style, "…"));
    else
        buffer_append_string(text, cell->text);
    if (!(flags & TABLE_RIGHT))
        append_blanks(text, blanks);
}

static void append_row(struct buffer *text, const struct table *table, const struct row *row, const size_t *widths) {
    if (row->color)
        buffer_append_string(text, row->color);
    for (size_t i = 0; i < table->column_count; i++) {
        if (i)
            buffer_append_string(text, separator);
        append_cell(text, &row->cells[i], widths[i], table->columns[i].flags, table->style);
    }
    while (text->length && text->data[text->length - 1] == ' ')
        buffer_truncate(text, text->length - 1);
    buffer_append_string(text, row->color ? "\033[0m\n" : "\n");
}

void table_end(struct table *table, struct buffer *text) {
    size_t *widths = arena_allocate(&table->arena, table->column_count, sizeof *widths);
    choose_widths(table, widths);
    for (size_t i = 0; i < table->row_count; i++)
        append_row(text, table, &table->rows[i], widths);
    memory_free(table->rows);
    arena_release(&table->arena);
    memory_free(table);
}
