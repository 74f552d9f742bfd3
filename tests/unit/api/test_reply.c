/*
 * core/api/reply, core/wire/reply_wire: an answer in a form and style, as bytes that a line announces.
 */
#include "api/reply.h"

#include <criterion/criterion.h>
#include <string.h>

#include "api/batch_answer.h"
#include "base/text.h"
#include "wire/reply_wire.h"

TestSuite(reply, .timeout = 60);

static struct batch_file batch_files[] = {{.id = "1.1", .path = "X/a.md"}, {.id = "1.2", .path = "X/b.md"}};
static const struct batch batch = {
    .plan = "X", .plan_path = "X", .selection = "ready", .token = "b1-0", .files = batch_files, .file_count = 2};
static struct record_file record_files[] = {{.path = "X/a.md"}};
static const struct record record = {.number = 3,
                                     .plan = "X",
                                     .plan_path = "X",
                                     .selection = "ready",
                                     .time = "T",
                                     .files = record_files,
                                     .file_count = 1};

static void expect_facts(struct answer *answer, size_t count, uint64_t number, const char *token) {
    for (enum form form = FORM_JSON; form <= FORM_TEXT; form++) {
        struct reply reply = {0};
        reply_write(&reply, answer, &(struct style){.form = form});
        cr_expect_eq(reply.count, count, "%zu", reply.count);
        cr_expect_eq(reply.batch, number);
        cr_expect_str_eq(buffer_text(&reply.token), token);
        reply_release(&reply);
    }
}

Test(reply, a_reply_says_what_a_client_must_know) {
    const struct workspace workspace = {.root = (char[]){"/w"}};
    const struct request preview = {.method = "create", .is_dry_run = true}, write = {.method = "create"};
    struct answer answer = {.kind = "create"};
    expect_facts(&answer, 0, 0, "");
    batch_answer_make(&answer, &preview, &workspace, &batch);
    expect_facts(&answer, 2, 0, "b1-0");
    batch_answer_make(&answer, &write, &workspace, &batch);
    expect_facts(&answer, 0, 0, "");
    batch_answer_of_record(&answer, &write, &workspace, &record);
    expect_facts(&answer, 1, 3, "");
    batch_answer_undone(&answer, &record, &record);
    expect_facts(&answer, 1, 3, "");
    answer_release(&answer);
}

Test(reply, the_style_decides_how_it_looks) {
    struct answer answer = {.kind = "undo"};
    struct error error = {0};
    struct reply plain = {0}, colored = {0}, quiet = {0};
    batch_answer_undone(&answer, &record, &record);
    error_set(&error, ERROR_DECLINED, "not now");
    error_hint(&error, "later");
    answer_fail(&answer, &error);
    reply_write(&plain, &answer, &(struct style){.form = FORM_TEXT, .workspace = "/w", .cwd = "/w/X"});
    cr_expect(strstr(plain.output.data, "  - a.md\n"), "%s", plain.output.data);
    cr_expect_str_eq(plain.errors.data, "error: not now\n  hint: later\n");
    cr_expect_eq(plain.code, ERROR_DECLINED);
    reply_write(&colored, &answer, &(struct style){.form = FORM_TEXT, .has_error_color = true});
    cr_expect(!strchr(colored.output.data, '\033') && strchr(colored.errors.data, '\033'));
    reply_write(&quiet, &answer, &(struct style){.form = FORM_TEXT, .is_quiet = true});
    cr_expect_str_eq(quiet.errors.data, "error: not now\n");
    reply_release(&plain);
    reply_release(&colored);
    reply_release(&quiet);
    answer_release(&answer);
}

Test(reply, every_form_of_every_kind) {
    static const char *const kinds[] = {"status", "next", "show",  "why",    "validate", "what-if", "create", "retry",
                                        "undo",   "init", "batch", "import", "history",  "prompt",  "doctor"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (enum form form = FORM_NONE; form <= FORM_SVG; form++)
            cr_expect_eq(reply_has_form(kinds[i], form), form == FORM_JSON || form == FORM_TEXT, "%s %d", kinds[i],
                         (int)form);
    for (enum form form = FORM_JSON; form <= FORM_SVG; form++) {
        enum form found;
        cr_expect(reply_has_form("graph", form) && form_find(form_name(form), &found) && found == form, "%d",
                  (int)form);
    }
    cr_expect(!reply_has_form("graph", FORM_NONE) && !reply_has_form("ping", FORM_TEXT));
}

Test(reply, it_is_read_as_it_was_written) {
    struct reply reply = {.code = ERROR_PARTIAL, .count = 3, .batch = 12}, read = {0};
    struct reply_sizes sizes;
    struct buffer message = {0};
    buffer_append_string(&reply.output, "a\nb\n");
    buffer_append_string(&reply.errors, "error");
    buffer_append_string(&reply.token, "b1-0");
    reply_wire_write(&message, span_of("1"), &reply, span_of("null"));
    struct span rest = buffer_span(&message), line;
    cr_assert(span_next_line(&rest, &line));
    cr_assert(reply_wire_read(line, &read, &sizes), "%s", message.data);
    cr_expect_eq(read.code, ERROR_PARTIAL);
    cr_expect_eq(read.count, 3);
    cr_expect_eq(read.batch, 12);
    cr_expect_str_eq(read.token.data, "b1-0");
    cr_expect_eq(sizes.output, reply.output.length);
    cr_expect_eq(sizes.errors, 5);
    cr_expect_eq(rest.length, sizes.output + sizes.errors);
    reply_release(&read);
    reply_release(&reply);
    buffer_release(&message);
}
