#include "mcp/mcp_schema.h"

#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "document/names.h"

static void append_keys(struct buffer *text, const cJSON *object, bool has_keys) {
    for (const cJSON *item = object ? object->child : NULL; item; item = item->next)
        buffer_append_format(text, "%s%s", item->prev && item != object->child ? ", " : "",
                             has_keys ? item->string : item->valuestring);
}

static bool fail(struct error *error, const char *key, const char *expected) {
    return error_set(error, ERROR_USAGE, "%s must be %s", key, expected);
}

static size_t characters_of(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static bool check_string(const cJSON *schema, const cJSON *value, const char *key, struct error *error) {
    const cJSON *words = json_get(schema, "enum"), *word = words ? words->child : NULL;
    size_t most = json_get_unsigned(schema, "maxLength");
    if (!cJSON_IsString(value))
        return fail(error, key, "a string");
    while (word && strcmp(word->valuestring, value->valuestring) != 0)
        word = word->next;
    if (words && !word) {
        AUTO(buffer) list = {0};
        buffer_append_string(&list, "one of: ");
        append_keys(&list, words, false);
        return fail(error, key, list.data);
    }
    if (json_get(schema, "pattern") && !names_is_id(span_of(value->valuestring)))
        return fail(error, key, "the id of an achievement, such as 2.1");
    if (most && characters_of(value->valuestring) > most)
        return error_set(error, ERROR_USAGE, "%s has more than %zu characters", key, most);
    return true;
}

static bool check_integer(const cJSON *schema, const cJSON *value, const char *key, struct error *error) {
    const cJSON *least = json_get(schema, "minimum"), *most = json_get(schema, "maximum");
    static const double exact_most = 9007199254740992.0; /* 2^53: from there on a double skips numbers */
    double number = cJSON_IsNumber(value) ? value->valuedouble : 0.5;
    bool is_integer = number >= -exact_most && number <= exact_most && (double)(int64_t)number == number;
    bool is_within = is_integer && (!least || value->valuedouble >= least->valuedouble) &&
                     (!most || value->valuedouble <= most->valuedouble);
    return is_within || error_set(error, ERROR_USAGE, "%s must be a whole number from %.0f to %.0f", key,
                                  least ? least->valuedouble : 0, most ? most->valuedouble : 0);
}

static bool check_array(const cJSON *schema, const cJSON *value, const char *key, struct error *error) {
    const cJSON *items = json_get(schema, "items");
    size_t most = json_get_unsigned(schema, "maxItems"), count = 0;
    if (!cJSON_IsArray(value))
        return fail(error, key, "an array");
    for (const cJSON *item = value->child; item; item = item->next, count++)
        if (!check_string(items, item, key, error))
            return false;
    return count <= most || error_set(error, ERROR_USAGE, "%s has more than %zu elements", key, most);
}

static bool check_value(const cJSON *schema, const cJSON *value, struct error *error) {
    const char *type = json_get_string(schema, "type");
    if (strcmp(type, "integer") == 0)
        return check_integer(schema, value, value->string, error);
    if (strcmp(type, "array") == 0)
        return check_array(schema, value, value->string, error);
    return check_string(schema, value, value->string, error);
}

static bool fail_unknown(const cJSON *properties, const char *key, struct error *error) {
    AUTO(buffer) known = {0}, shown = {0};
    append_keys(&known, properties, true);
    text_append_visible(&shown, span_of(key));
    error_set(error, ERROR_USAGE, "there is no argument \"%s\"", buffer_text(&shown));
    return error_hint(error, "the arguments are: %s", buffer_text(&known));
}

static bool is_given(const cJSON *value) {
    return value && !cJSON_IsNull(value);
}

bool mcp_schema_check_one(const cJSON *schema, const cJSON *argument, struct error *error) {
    const cJSON *properties = json_get(schema, "properties"), *property = json_get(properties, argument->string);
    if (!property)
        return fail_unknown(properties, argument->string, error);
    return !is_given(argument) || check_value(property, argument, error);
}

bool mcp_schema_check(const cJSON *schema, const cJSON *arguments, struct error *error) {
    const cJSON *required = json_get(schema, "required");
    for (const cJSON *argument = arguments->child; argument; argument = argument->next)
        if (!mcp_schema_check_one(schema, argument, error))
            return false;
    for (const cJSON *key = required ? required->child : NULL; key; key = key->next)
        if (!is_given(json_get(arguments, key->valuestring)))
            return error_set(error, ERROR_USAGE, "the argument %s is missing", key->valuestring);
    return true;
}

const cJSON *mcp_schema_value(const cJSON *schema, const cJSON *arguments, const char *key) {
    const cJSON *value = json_get(arguments, key);
    return is_given(value) ? value : json_get(json_get(json_get(schema, "properties"), key), "default");
}
