#include "render/wait_json.h"

#include "view/wait_view.h"

void wait_json_write(struct json_writer *writer, const void *view) {
    const struct wait_view *wait = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", wait->plan);
    json_writer_key_boolean(writer, "met", wait->is_met);
    json_writer_key_string(writer, "reason", wait->reason);
    json_writer_close_object(writer);
}
