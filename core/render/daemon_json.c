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

static void write_service(struct json_writer *writer, const struct daemon_service *service) {
    bool is_installed = service->is_removal != (service->is_done || !service->command_count);
    json_writer_key_object(writer, "service");
    json_writer_key_string(writer, "unit", service->unit);
    json_writer_key_string(writer, "path", service->path);
    json_writer_key_boolean(writer, "installed", is_installed);
    json_writer_key_boolean(writer, "lingers", service->is_lingering);
    json_writer_key_boolean(writer, "done", service->is_done);
    json_writer_key_array(writer, "commands");
    for (size_t i = 0; i < service->command_count; i++)
        json_writer_string(writer, service->commands[i]);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
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
    if (daemon->service)
        write_service(writer, daemon->service);
    else
        json_writer_key_null(writer, "service");
    json_writer_close_object(writer);
}
