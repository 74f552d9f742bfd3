#include "mcp/mcp_json.h"

#include "format/json.h"

const char *mcp_json_string(const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text ? text : "";
}

const cJSON *mcp_json_first(const cJSON *object, const char *key) {
    const cJSON *array = json_get(object, key);
    return array ? array->child : NULL;
}

size_t mcp_json_count(const cJSON *object, const char *key) {
    size_t count = 0;
    for (const cJSON *item = mcp_json_first(object, key); item; item = item->next)
        count++;
    return count;
}
