#include "helpers/claims_postgres/helper_request.h"

#include "base/auto.h"
#include "base/diagnostics.h"
#include "format/json_scanner.h"

static const double whole_most = 9007199254740992.0; /* 2^53: a double has every whole number up to it */

void helper_request_release(struct helper_request *request) {
    json_release(&request->json);
    *request = (struct helper_request){0};
}

bool helper_request_is_whole(const cJSON *member) {
    if (!cJSON_IsNumber(member) || !(member->valuedouble >= 0 && member->valuedouble <= whole_most))
        return false;
    return (double)(uint64_t)member->valuedouble == member->valuedouble;
}

struct span helper_request_text(struct json *json, const cJSON *member) {
    struct json_offsets offsets = json_offsets_of(json, member);
    return (struct span){json->text.data + offsets.value, offsets.end - offsets.value};
}

bool helper_request_read(struct helper_request *request, struct span line, struct server_refusal *refusal) {
    AUTO(diagnostics) diagnostics = {0};
    if (!json_parse(&request->json, line, "request", &diagnostics))
        return server_refusal_set(refusal, REFUSAL_BAD, "the line is not JSON: %s", diagnostics.items[0].message);
    const cJSON *number = json_get(request->json.root, "n");
    request->has_number = helper_request_is_whole(number);
    if (!request->has_number)
        return server_refusal_set(refusal, REFUSAL_BAD, "a request has \"n\", a whole number up to 2^53");
    request->number = (uint64_t)number->valuedouble;
    request->op = json_get_string(request->json.root, "op");
    return request->op || server_refusal_set(refusal, REFUSAL_BAD, "a request has \"op\"");
}
