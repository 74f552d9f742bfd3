#include "table.h"

#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "memory.h"
#include "text.h"

struct table {
    struct libscols_table *scols;
    size_t column_count;
};

/* libsmartcols fails only for want of memory. */
static void check(bool is_well) {
    if (!is_well)
        abort();
}

/* Columns of the terminal on standard output; 0 if there is none. */
static size_t output_width(void) {
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct table *table_new(const struct table_column *columns, size_t count, bool has_color) {
    struct table *table = memory_allocate(1, sizeof *table);
    table->scols = scols_new_table();
    table->column_count = count;
    check(table->scols != NULL);
    scols_table_enable_colors(table->scols, has_color);
    scols_table_set_column_separator(table->scols, "  ");
    size_t width = output_width();
    scols_table_set_termforce(table->scols, width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
    if (width)
        scols_table_set_termwidth(table->scols, width);
    for (size_t i = 0; i < count; i++) {
        int flags = columns[i].flags & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0;
        flags |= columns[i].flags & TABLE_SHRINKS ? SCOLS_FL_TRUNC : 0;
        check(scols_table_new_column(table->scols, columns[i].title, columns[i].flags & TABLE_SHRINKS ? 0.1 : 0,
                                     flags) != NULL);
    }
    return table;
}

void table_add(struct table *table, const char *const *cells, const char *color) {
    struct libscols_line *line = scols_table_new_line(table->scols, NULL);
    check(line != NULL);
    for (size_t i = 0; i < table->column_count; i++) {
        struct buffer visible = {0};
        text_append_visible(&visible, span_of(cells[i]));
        check(scols_line_set_data(line, i, buffer_text(&visible)) == 0);
        buffer_release(&visible);
    }
    if (color)
        scols_line_set_color(line, color);
}

void table_end(struct table *table, struct buffer *text) {
    char *printed = NULL;
    check(scols_print_table_to_string(table->scols, &printed) == 0);
    for (struct span rest = span_of(printed), line; span_next_line(&rest, &line);) {
        while (line.length && line.data[line.length - 1] == ' ')
            line.length--;
        buffer_append_span(text, line);
        buffer_append_byte(text, '\n');
    }
    free(printed);
    scols_unref_table(table->scols);
    memory_free(table);
}
