#include "render/team_json.h"

#include "view/team_view.h"

static void write_server(struct json_writer *writer, const struct team_view *team) {
    json_writer_key_object(writer, "server");
    json_writer_key_string(writer, "helper", team->helper);
    json_writer_key_string(writer, "host", team->host);
    json_writer_key_string(writer, "port", team->port);
    json_writer_key_string(writer, "database", team->database);
    json_writer_key_string(writer, "login", team->login);
    json_writer_key_string(writer, "version", team->version);
    if (team->schema)
        json_writer_key_unsigned(writer, "schema", team->schema);
    else
        json_writer_key_null(writer, "schema");
    json_writer_key_string(writer, "tls", team->tls);
    json_writer_key_string(writer, "epoch", team->epoch);
    if (team->has_fsync)
        json_writer_key_boolean(writer, "fsync", team->is_fsync);
    else
        json_writer_key_null(writer, "fsync");
    json_writer_key_string(writer, "standbys", team->standbys);
    json_writer_key_array(writer, "warnings");
    for (size_t i = 0; i < team->warning_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "code", team->warnings[i].code);
        json_writer_key_string(writer, "message", team->warnings[i].message);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

static void write_count(struct json_writer *writer, const char *key, bool is_known, size_t count) {
    if (is_known)
        json_writer_key_unsigned(writer, key, count);
    else
        json_writer_key_null(writer, key);
}

void team_json_write(struct json_writer *writer, const void *view) {
    const struct team_view *team = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "name", team->name);
    json_writer_key_string(writer, "place", team->server);
    json_writer_key_string(writer, "workspace", team->workspace);
    json_writer_key_boolean(writer, "consent", team->has_consent);
    json_writer_key_boolean(writer, "written", team->is_written);
    json_writer_key_string(writer, "next", team->next);
    if (team->is_reached)
        write_server(writer, team);
    else
        json_writer_key_null(writer, "server");
    write_count(writer, "held", team->has_counts, team->held);
    write_count(writer, "marks", team->has_counts, team->marks);
    json_writer_close_object(writer);
}
