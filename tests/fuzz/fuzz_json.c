/* Any JSON. Its members are found by the two ways of reading alike, and every node has a place in the text. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "wire/rpc.h"

/* 1e999, which cJSON_Compare does not find equal to itself. */
static bool has_infinity(const cJSON *node) {
    if (cJSON_IsNumber(node) && isinf(node->valuedouble))
        return true;
    for (const cJSON *child = node->child; child; child = child->next)
        if (has_infinity(child))
            return true;
    return false;
}

static void check_member(struct json *json, const cJSON *member) {
    struct json part;
    struct diagnostics diagnostics = {0};
    struct span value = strchr(member->string, '\\') ? (struct span){0} : json_scan_member(json->text, member->string);
    if (value.length == 0)
        return; /* a key with escapes */
    MUST(json_parse_ours(&part, value, &diagnostics));
    MUST((part.root->type & 0xFF) == (member->type & 0xFF));
    MUST(has_infinity(member) || cJSON_Compare(part.root, member, 1));
    json_release(&part);
    diagnostics_release(&diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct json json;
    struct diagnostics diagnostics = {0};
    if (json_parse(&json, fuzz_input(data, size), "fuzz", &diagnostics)) {
        MUST(diagnostics.error_count == 0);
        for (const cJSON *member = cJSON_IsObject(json.root) ? json.root->child : NULL; member; member = member->next) {
            struct json_place place = json_place(&json, member, true);
            MUST(place.line >= 1 && place.column >= 1 && place.pointer);
            check_member(&json, member);
        }
    } else {
        MUST(diagnostics.error_count > 0);
    }
    json_release(&json);
    diagnostics_release(&diagnostics);
    return 0;
}
