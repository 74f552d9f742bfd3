/*
 * core/api/answer: the bytes of an answer, and that the strict parser takes them.
 */
#include "api/answer.h"

#include <criterion/criterion.h>
#include <string.h>

#include "format/json.h"

TestSuite(protocol, .timeout = 60);

static void expect_answer(const struct answer *answer, const char *expected) {
    struct buffer text = {0};
    struct json json;
    struct diagnostics diagnostics = {0};
    answer_write(&text, answer, NULL);
    cr_expect_str_eq(buffer_text(&text), expected, "%s", buffer_text(&text));
    cr_expect(json_parse(&json, buffer_span(&text), "answer", &diagnostics), "%s", buffer_text(&text));
    json_release(&json);
    diagnostics_release(&diagnostics);
    buffer_release(&text);
}

#define META "\"meta\":{\"served_by\":\"direct\",\"workspace\":null,\"generation\":null,\"watch\":null}}\n"

Test(protocol, an_empty_answer) {
    const struct answer answer = {.kind = "status"};
    expect_answer(
        &answer,
        "{\"schema\":\"batchctl/2\",\"kind\":\"status\",\"ok\":true,\"code\":0,\"data\":null,\"diagnostics\":[]," META);
}

Test(protocol, an_answer_with_data_and_diagnostics) {
    struct answer answer = {.kind = "validate"};
    buffer_append_string(&answer.data, "{\"plans\":[1,\"x\"]}");
    diagnostics_add(&answer.diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                              .code = "dependency.repeated",
                                                              .message = "1.1 \"twice\" \x1b",
                                                              .file = "X/parallel.json",
                                                              .line = 3,
                                                              .column = 7,
                                                              .pointer = "/a~1b/0",
                                                              .hint = "remove one"});
    diagnostics_add(&answer.diagnostics, &(struct diagnostic){.code = "json.too_large", .message = "big"});
    expect_answer(
        &answer,
        "{\"schema\":\"batchctl/2\",\"kind\":\"validate\",\"ok\":true,\"code\":0,\"data\":{\"plans\":[1,\"x\"]},"
        "\"diagnostics\":[{\"severity\":\"warning\",\"code\":\"dependency.repeated\","
        "\"message\":\"1.1 \\\"twice\\\" \\\\x1b\",\"file\":\"X/parallel.json\",\"line\":3,\"column\":7,"
        "\"pointer\":\"/a~1b/0\",\"hint\":\"remove one\",\"achievement\":null},{\"severity\":\"error\",\"code\":\"json.too_large\","
        "\"message\":\"big\",\"file\":null,\"line\":null,\"column\":null,\"pointer\":null,\"hint\":null,\"achievement\":null}]," META);
    answer_release(&answer);
    cr_expect_eq(answer.data.length, 0);
    cr_expect_eq(answer.diagnostics.count, 0);
}

Test(protocol, an_error_becomes_the_outcome_and_is_taken) {
    struct answer answer = {.kind = "create"};
    struct error error = {0};
    error_set(&error, ERROR_CONFLICT, "the workspace is locked");
    error_hint(&error, "wait");
    answer_fail(&answer, &error);
    cr_expect_eq(answer.code, ERROR_CONFLICT);
    cr_expect_eq(error.code, ERROR_NONE);
    cr_expect_null(error.message);
    expect_answer(
        &answer,
        "{\"schema\":\"batchctl/2\",\"kind\":\"create\",\"ok\":false,\"code\":5,\"data\":null,\"diagnostics\":[{"
        "\"severity\":\"error\",\"code\":\"conflict\",\"message\":\"the workspace is locked\","
        "\"file\":null,\"line\":null,\"column\":null,\"pointer\":null,\"hint\":\"wait\",\"achievement\":null}]," META);
    answer_release(&answer);
}

Test(protocol, an_error_without_a_message_is_explained) {
    struct answer answer = {.kind = "create"};
    struct error error = {.code = ERROR_DECLINED};
    answer_fail(&answer, &error);
    cr_assert_eq(answer.diagnostics.count, 1);
    cr_expect_str_eq(answer.diagnostics.items[0].message, error_meaning(ERROR_DECLINED));
    answer_release(&answer);
}

Test(protocol, what_is_not_listed_is_counted) {
    struct diagnostics diagnostics = {0};
    for (size_t i = 0; i < DIAGNOSTICS_MOST + 5; i++)
        diagnostics_add(&diagnostics, &(struct diagnostic){.code = "x", .message = "m"});
    struct buffer text = {0};
    struct json_writer writer = {.buffer = &text};
    answer_write_diagnostics(&writer, &diagnostics);
    struct json json;
    struct diagnostics none = {0};
    cr_assert(json_parse(&json, buffer_span(&text), "diagnostics", &none));
    cr_expect_eq(cJSON_GetArraySize(json.root), DIAGNOSTICS_MOST + 1);
    const cJSON *last = cJSON_GetArrayItem(json.root, DIAGNOSTICS_MOST);
    cr_expect_str_eq(json_get_string(last, "code"), "diagnostics.left_out");
    cr_expect_str_eq(json_get_string(last, "severity"), "warning");
    cr_expect(strstr(json_get_string(last, "message"), "5 more"));
    json_release(&json);
    buffer_release(&text);
    diagnostics_release(&diagnostics);
}
