#include "wire/event_wire.h"

#include "base/auto.h"
#include "format/json.h"

bool event_wire_read(struct received_event *received, struct span line, struct arena *arena) {
    AUTO(json) json = {0};
    if (!json_read_ours(&json, line))
        return false;
    const cJSON *root = json.root;
    const char *type = json_copy_string(root, "type", arena), *time = json_copy_string(root, "time", arena);
    *received = (struct received_event){
        .seq = json_get_unsigned(root, "seq"),
        .type = type ? type : "",
        .time = time ? time : "",
        .event =
            {
                .plan = json_copy_string(root, "plan", arena),
                .path = json_copy_string(root, "path", arena),
                .achievement = json_copy_string(root, "achievement", arena),
                .has_level = cJSON_IsNumber(json_get(root, "level")),
                .level = (uint32_t)json_get_unsigned(root, "level"),
                .step = json_copy_string(root, "for", arena),
                .need = json_copy_string(root, "what_next", arena),
                .file = json_copy_string(root, "file", arena),
                .batch = json_get_unsigned(root, "batch"),
                .by = json_copy_string(root, "by", arena),
                .fence = json_get_unsigned(root, "fence"),
                .reason = json_copy_string(root, "reason", arena),
            },
    };
    return true;
}
