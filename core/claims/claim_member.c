#include "claims/claim_member.h"

#include <string.h>

bool claim_member_text(struct arena *arena, const cJSON *object, const char *key, size_t most, const char **text) {
    const char *value = json_get_string(object, key);
    *text = value ? arena_copy(arena, value, strlen(value)) : NULL;
    return value && strlen(value) <= most;
}

bool claim_member_text_or_null(struct arena *arena, const cJSON *object, const char *key, size_t most,
                               const char **text) {
    *text = NULL;
    return cJSON_IsNull(json_get(object, key)) || claim_member_text(arena, object, key, most, text);
}

bool claim_member_whole(const cJSON *object, const char *key, uint64_t least, uint64_t most, uint64_t *number) {
    const cJSON *node = json_get(object, key);
    *number = json_get_unsigned(object, key);
    bool is_whole = cJSON_IsNumber(node) && (*number > 0 || node->valuedouble == 0);
    return is_whole && *number >= least && *number <= most;
}

/* What is shown without a look at it has this form. */
static bool is_moment(const char *text) {
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    size_t i = 0;
    while (form[i] && text[i] && (form[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i]))
        i++;
    return !form[i] && !text[i];
}

bool claim_member_moment(struct arena *arena, const cJSON *object, const char *key, const char **moment) {
    return claim_member_text(arena, object, key, SIZE_MAX, moment) && is_moment(*moment);
}

bool claim_member_is_hexadecimal(const char *text, size_t length) {
    return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}
