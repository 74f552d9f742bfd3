/*
 * core/wire/rpc: requests and answers as lines, and back.
 */
#include "wire/rpc.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "wire/answer_wire.h"
#include "wire/request_wire.h"

TestSuite(rpc, .timeout = 60);

static const struct rpc_root root = {"1:2"};

static struct span without_end(const struct buffer *line) {
    return (struct span){line->data, line->length - 1};
}

Test(rpc, a_request_is_read_as_it_was_written) {
    static const char *const ids[] = {"1.1", "2.10.3"};
    const struct request requests[] = {
        {.method = "status"},
        {.method = "show", .plan = "X \"\\\n\x7f \xC3\xA9", .here = "a/b", .id = "2.10"},
        {.method = "create",
         .plan = "X",
         .options = {.kind = BATCH_SUBPLAN,
                     .selection = {SELECT_LEVEL, .levels = "0-3,4294967295"},
                     .keep_going = true},
         .is_dry_run = true,
         .has_content = true,
         .expect = "b1-0",
         .lock_timeout_ms = 86400000,
         .request_id = "r"},
        {.method = "create",
         .options = {.selection = {SELECT_IDS, .ids = ids, .id_count = 2}, .require_complete = true}},
        {.method = "undo", .batch = 9007199254740991u},
        {.method = "graph",
         .style = {.form = FORM_SVG,
                   .columns = 80,
                   .has_color = true,
                   .has_error_color = true,
                   .is_quiet = true,
                   .is_verbose = true,
                   .workspace = "/w",
                   .cwd = "/w/a b"}},
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct buffer line = {0}, again = {0};
        struct rpc_message message;
        struct rpc_fault fault;
        rpc_write_request(&line, 7, &requests[i], &root);
        cr_assert(rpc_read_message(&message, without_end(&line), &fault), "%s: %s", line.data, fault.reason);
        cr_assert(rpc_read_parameters(&message, &fault), "%s: %s", line.data, fault.reason);
        cr_expect(span_equals(message.id, "7"));
        cr_expect_str_eq(message.method, requests[i].method);
        cr_expect_str_eq(message.root, "1:2");
        cr_expect_eq(message.protocol, RPC_PROTOCOL);
        cr_expect_str_eq(message.version, BATCHD_VERSION);
        cr_expect_eq(message.request.batch, requests[i].batch);
        cr_expect_eq(message.request.options.selection.kind, requests[i].options.selection.kind);
        cr_expect_eq(message.request.options.keep_going, requests[i].options.keep_going);
        cr_expect_eq(message.request.style.form, requests[i].style.form);
        cr_expect_eq(message.request.style.has_content, requests[i].has_content);
        rpc_write_request(&again, 7, &message.request, &root);
        cr_expect_str_eq(again.data, line.data);
        rpc_message_release(&message);
        buffer_release(&line);
        buffer_release(&again);
    }
}

Test(rpc, an_answer_comes_back_whole) {
    struct answer answer = {.kind = "validate", .code = ERROR_INVALID}, copy;
    struct buffer text = {0}, line = {0}, again = {0};
    struct rpc_fault fault;
    buffer_append_string(&answer.data, "{\"plans\":[{\"x\":\"},]\\\"\"}]}");
    diagnostics_add(&answer.diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                              .code = "a.b",
                                                              .message = "m\x1b",
                                                              .file = "f",
                                                              .line = 3,
                                                              .column = 4,
                                                              .pointer = "/a~1b",
                                                              .hint = "h"});
    diagnostics_add(&answer.diagnostics, &(struct diagnostic){.code = "c", .message = "n"});
    answer.diagnostics.left_out = 12;
    answer_write(&text, &answer, NULL);
    rpc_write_result(&line, span_of("\"id\""), buffer_span(&text));
    cr_assert(rpc_read_answer(&copy, without_end(&line), &fault), "%s", line.data);
    cr_expect_eq(copy.code, ERROR_INVALID);
    cr_expect_eq(copy.diagnostics.count, 2);
    cr_expect_eq(copy.diagnostics.left_out, 12);
    copy.kind = "validate";
    answer_write(&again, &copy, NULL);
    cr_expect_str_eq(again.data, text.data);
    answer_release(&answer);
    answer_release(&copy);
    buffer_release(&text);
    buffer_release(&line);
    buffer_release(&again);
}

Test(rpc, what_is_no_answer_is_a_fault_or_nothing) {
    static const struct {
        const char *line;
        int code;
    } rows[] = {
        {"", 0},
        {"{}", 0},
        {"{\"result\":{}}", 0},
        {"{\"result\":{\"code\":256,\"data\":{},\"diagnostics\":[]}}", 0},
        {"{\"result\":{\"code\":-1,\"data\":{},\"diagnostics\":[]}}", 0},
        {"{\"result\":{\"code\":1.0,\"data\":{},\"diagnostics\":[]}}", 0},
        {"{\"result\":{\"code\":0,\"data\":{},\"diagnostics\":7}}", 0},
        {"{\"error\":{\"code\":-32003,\"message\":\"m\"}}", -32003},
        {"{\"error\":{\"code\":-32003}}", -32003},
        {"{\"error\":{\"code\":333667000000}}", 0},
        {"{\"error\":7}", 0},
        {"{\"error\":{\"code\":null}}", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer answer;
        struct rpc_fault fault;
        cr_expect_not(rpc_read_answer(&answer, span_of(rows[i].line), &fault), "%s", rows[i].line);
        cr_expect_eq((int)fault.code, rows[i].code, "%s: %d", rows[i].line, (int)fault.code);
    }
}

Test(rpc, a_reason_is_one_line_whatever_the_request_has) {
    struct rpc_message message;
    struct rpc_fault fault;
    const char *line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"ab\\n\xC3\xA9\":1}}";
    cr_assert(rpc_read_message(&message, span_of(line), &fault), "%s", fault.reason);
    cr_expect_not(rpc_read_parameters(&message, &fault));
    cr_expect_str_eq(fault.reason, "there is no parameter \"ab...\"");
    rpc_message_release(&message);
}

Test(rpc, a_request_has_only_so_many_values) {
    struct buffer line = {0};
    struct rpc_message message;
    struct rpc_fault fault;
    buffer_append_string(&line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"ids\":[\"1.1\"");
    for (size_t commas = 3; commas < RPC_COMMAS_MOST; commas++)
        buffer_append_string(&line, ",\"1.1\"");
    buffer_append_string(&line, "]}}");
    cr_expect(rpc_read_message(&message, buffer_span(&line), &fault), "%s", fault.reason);
    rpc_message_release(&message);
    buffer_truncate(&line, line.length - 3);
    buffer_append_string(&line, ",\"1.1\"]}}");
    cr_expect_not(rpc_read_message(&message, buffer_span(&line), &fault));
    cr_expect_eq((int)fault.code, RPC_INVALID_REQUEST);
    rpc_message_release(&message);
    buffer_release(&line);
}
