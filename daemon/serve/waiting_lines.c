#include "serve/waiting_lines.h"

#include "base/memory.h"

void waiting_lines_add(struct waiting_lines *lines, struct connection *connection, struct span line) {
    struct waiting_line *waiting = memory_allocate(1, sizeof *waiting);
    waiting->connection = connection;
    connection_hold(connection);
    buffer_append_span(&waiting->line, line);
    lines->bytes += line.length;
    if (lines->last)
        lines->last->next = waiting;
    else
        lines->first = waiting;
    lines->last = waiting;
}

void waiting_lines_take(struct waiting_lines *lines,
                        void (*handle)(void *data, struct connection *connection, struct span line), void *data) {
    struct waiting_line *waiting = lines->first;
    *lines = (struct waiting_lines){0};
    for (struct waiting_line *next; waiting; waiting = next) {
        next = waiting->next;
        if (!waiting->connection->is_closing)
            handle(data, waiting->connection, buffer_span(&waiting->line));
        connection_release(waiting->connection);
        buffer_release(&waiting->line);
        memory_free(waiting);
    }
}
