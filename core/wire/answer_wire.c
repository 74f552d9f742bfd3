#include "wire/answer_wire.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "format/json.h"
#include "format/json_scanner.h"

static void read_diagnostic(struct diagnostics *diagnostics, const cJSON *item) {
    const char *code = json_get_string(item, "code"), *severity = json_get_string(item, "severity");
    const char *message = json_get_string(item, "message");
    code = code ? code : "";
    message = message ? message : "";
    if (strcmp(code, ANSWER_LEFT_OUT) == 0) {
        diagnostics->left_out += strtoull(message, NULL, 10);
        return;
    }
    diagnostics_add(diagnostics,
                    &(struct diagnostic){
                        .severity = severity && strcmp(severity, "warning") == 0 ? SEVERITY_WARNING : SEVERITY_ERROR,
                        .code = arena_copy(&diagnostics->arena, code, strlen(code)),
                        .message = message,
                        .file = json_get_string(item, "file"),
                        .line = (unsigned)json_get_unsigned(item, "line"),
                        .column = (unsigned)json_get_unsigned(item, "column"),
                        .pointer = json_get_string(item, "pointer"),
                        .hint = json_get_string(item, "hint"),
                        .achievement = json_get_string(item, "achievement"),
                    });
}

static bool read_diagnostics(struct answer *answer, struct span text) {
    AUTO(json) json = {0};
    bool is_read = json_read_ours(&json, text) && cJSON_IsArray(json.root);
    for (const cJSON *item = is_read ? json.root->child : NULL; item; item = item->next)
        read_diagnostic(&answer->diagnostics, item);
    return is_read;
}

/* The number that an exit status is; -1 if it is none. */
static int read_status(struct span text) {
    int number = text.length && text.length <= 3 ? 0 : -1;
    for (size_t i = 0; number >= 0 && i < text.length; i++)
        number = text.data[i] >= '0' && text.data[i] <= '9' ? number * 10 + (text.data[i] - '0') : -1;
    return number <= UINT8_MAX ? number : -1;
}

bool rpc_read_result(struct answer *answer, struct span result) {
    *answer = (struct answer){0};
    enum { CODE, DATA, DIAGNOSTICS, META, MEMBERS };
    struct json_member members[MEMBERS] = {{.key = "code"}, {.key = "data"}, {.key = "diagnostics"}, {.key = "meta"}};
    json_scan_members(result, members, MEMBERS);
    struct span data = members[DATA].value;
    int number = read_status(members[CODE].value);
    bool is_whole = number >= 0 && data.length && read_diagnostics(answer, members[DIAGNOSTICS].value);
    if (!is_whole) {
        answer_release(answer);
        return false;
    }
    answer->code = (enum error_code)number;
    if (!span_equals(data, "null"))
        text_append_escaped(&answer->data, data);
    text_append_escaped(&answer->meta, members[META].value);
    return true;
}

bool rpc_read_answer(struct answer *answer, struct span line, struct rpc_fault *fault) {
    struct span result = json_scan_member(line, "result");
    *fault = (struct rpc_fault){0};
    if (result.length)
        return rpc_read_result(answer, result);
    rpc_read_fault(line, fault);
    return false;
}
