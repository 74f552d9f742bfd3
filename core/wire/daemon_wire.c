#include "wire/daemon_wire.h"

#include <string.h>

#include "base/auto.h"
#include "format/json.h"

static const char *read_text(const cJSON *object, const char *key, struct arena *arena) {
    const char *text = json_copy_string(object, key, arena);
    return text ? text : "";
}

bool daemon_wire_read_hello(struct daemon_hello *hello, struct span result, struct arena *arena) {
    AUTO(json) json = {0};
    if (!json_read_ours(&json, result))
        return false;
    *hello = (struct daemon_hello){.path = read_text(json.root, "path", arena),
                                   .named = read_text(json.root, "named", arena),
                                   .process = json_get_unsigned(json.root, "process")};
    return true;
}

static void read_owed(struct daemon_stats *stats, const cJSON *list, struct arena *arena) {
    stats->owed = arena_allocate(arena, (size_t)cJSON_GetArraySize(list), sizeof *stats->owed);
    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        stats->owed[stats->owed_count++] = (struct daemon_owed){
            .path = read_text(item, "path", arena),
            .ids = read_text(item, "ids", arena),
            .failure = read_text(item, "failure", arena),
            .level = json_get_unsigned(item, "level"),
            .attempts = json_get_unsigned(item, "attempts"),
        };
}

bool daemon_wire_read_stats(struct daemon_stats *stats, struct span result, struct arena *arena) {
    AUTO(json) json = {0};
    if (!json_read_ours(&json, result))
        return false;
    *stats = (struct daemon_stats){
        .json = arena_copy(arena, result.data, result.length),
        .version = read_text(json.root, "version", arena),
        .path = read_text(json.root, "path", arena),
        .watch_reason = read_text(json.root, "watch_reason", arena),
        .is_polling = strcmp(read_text(json.root, "watch", arena), "ok") != 0,
    };
    const struct {
        const char *key;
        size_t *value;
    } numbers[] = {
        {"process", &stats->process},
        {"uptime_ms", &stats->uptime_ms},
        {"plans", &stats->plans},
        {"plans_invalid", &stats->plans_invalid},
        {"achievements", &stats->achievements},
        {"ready", &stats->ready},
        {"watches", &stats->watches},
        {"watch_overflows", &stats->watch_overflows},
        {"audits", &stats->audits},
        {"audit_differences", &stats->audit_differences},
        {"requests", &stats->requests},
        {"connections", &stats->connections},
        {"subscriptions", &stats->subscriptions},
        {"events", &stats->events},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i].value = json_get_unsigned(json.root, numbers[i].key);
    read_owed(stats, json_get(json.root, "owed"), arena);
    return true;
}
