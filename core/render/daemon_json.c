#include "render/daemon_json.h"

#include "base/buffer.h"
#include "view/daemon_view.h"

static void write_stopped(struct json_writer *writer, const struct daemon_view *daemon) {
    json_writer_key_array(writer, "stopped");
    for (size_t i = 0; i < daemon->stopped_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", daemon->stopped[i].path);
        json_writer_key_unsigned(writer, "process", daemon->stopped[i].process);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void daemon_json_write(struct json_writer *writer, const void *view) {
    const struct daemon_view *daemon = view;
    json_writer_open_object(writer);
    json_writer_key_boolean(writer, "running", daemon->is_running);
    json_writer_key_string(writer, "socket", daemon->socket);
    json_writer_key(writer, "stats");
    if (daemon->stats)
        json_writer_raw(writer, span_of(daemon->stats->json));
    else
        json_writer_null(writer);
    if (daemon->stopped)
        write_stopped(writer, daemon);
    else
        json_writer_key_null(writer, "stopped");
    json_writer_close_object(writer);
}
