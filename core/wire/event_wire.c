#include "wire/event_wire.h"

#include <string.h>

#include "base/auto.h"
#include "format/json.h"

static const char *read_text(const cJSON *object, const char *key, struct arena *arena) {
    const char *text = json_get_string(object, key);
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

bool event_wire_read(struct received_event *received, struct span line, struct arena *arena) {
    AUTO(json) json = {0};
    if (!json_read_ours(&json, line))
        return false;
    json_make_shown(&json);
    const cJSON *root = json.root;
    const char *type = read_text(root, "type", arena), *time = read_text(root, "time", arena);
    *received = (struct received_event){
        .type = type ? type : "",
        .time = time ? time : "",
        .event =
            {
                .plan = read_text(root, "plan", arena),
                .path = read_text(root, "path", arena),
                .achievement = read_text(root, "achievement", arena),
                .has_level = cJSON_IsNumber(json_get(root, "level")),
                .level = (uint32_t)json_get_unsigned(root, "level"),
                .step = read_text(root, "for", arena),
                .need = read_text(root, "what_next", arena),
                .file = read_text(root, "file", arena),
                .batch = json_get_unsigned(root, "batch"),
                .by = read_text(root, "by", arena),
                .fence = json_get_unsigned(root, "fence"),
                .reason = read_text(root, "reason", arena),
            },
    };
    return true;
}
