/*
 * core/format/json_writer: the exact JSON that is written, that the strict parser takes it, and that nesting mistakes
 * abort.
 */
#include "format/json_writer.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "format/json.h"

TestSuite(writer, .timeout = 60);

static void expect_written(struct buffer *text, const char *expected) {
    struct json json;
    struct diagnostics diagnostics = {0};
    cr_expect_str_eq(buffer_text(text), expected, "%s", buffer_text(text));
    cr_expect(json_parse(&json, buffer_span(text), "written", &diagnostics), "%s", buffer_text(text));
    json_release(&json);
    diagnostics_release(&diagnostics);
    buffer_release(text);
}

Test(writer, commas_stand_between_values) {
    struct buffer text = {0};
    struct json_writer writer = {.buffer = &text};
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "empty");
    json_writer_close_array(&writer);
    json_writer_key_object(&writer, "object");
    json_writer_close_object(&writer);
    json_writer_key_array(&writer, "list");
    json_writer_unsigned(&writer, 1);
    json_writer_open_array(&writer);
    json_writer_null(&writer);
    json_writer_boolean(&writer, true);
    json_writer_close_array(&writer);
    json_writer_open_object(&writer);
    json_writer_key_boolean(&writer, "b", false);
    json_writer_key_null(&writer, "n");
    json_writer_close_object(&writer);
    json_writer_string(&writer, "x");
    json_writer_close_array(&writer);
    json_writer_key(&writer, "raw");
    json_writer_raw(&writer, span_of("[1]"));
    json_writer_key_string(&writer, "s", NULL);
    json_writer_key_number(&writer, "h", 1.5);
    json_writer_key_unsigned(&writer, "u", UINT64_MAX);
    json_writer_key_string(&writer, "a \"key\"", "");
    json_writer_close_object(&writer);
    expect_written(&text, "{\"empty\":[],\"object\":{},\"list\":[1,[null,true],{\"b\":false,\"n\":null},\"x\"],"
                          "\"raw\":[1],\"s\":null,\"h\":1.5,\"u\":18446744073709551615,\"a \\\"key\\\"\":\"\"}");
}

Test(writer, strings_are_escaped) {
#define BYTES(text)                                                                                                    \
    { text, sizeof(text) - 1 }
    static const struct {
        struct span from;
        const char *to;
    } cases[] = {
        {BYTES(""), "\"\""},
        {BYTES("plain / text"), "\"plain / text\""},
        {BYTES("\"\\"), "\"\\\"\\\\\""},
        {BYTES("a\nb\tc\r"), "\"a\\nb\\tc\\u000d\""},
        {BYTES("a\0b\x1b"), "\"a\\u0000b\\u001b\""},
        {BYTES("\x7F"), "\"\\u007f\""},
        {BYTES("\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80"), "\"\xC3\xA9\\u2028\xF0\x9F\x98\x80\""},
        {BYTES("\xFF\xC3"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {BYTES("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {BYTES("\xC3\"x"), "\"\xEF\xBF\xBD\\\"x\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        struct json_writer writer = {.buffer = &text};
        json_writer_span(&writer, cases[i].from);
        cr_expect_str_eq(buffer_text(&text), cases[i].to, "case %zu: %s", i, buffer_text(&text));
        buffer_release(&text);
    }
}

/* Whatever bytes go in, what comes out is JSON. */
Test(writer, any_two_bytes_make_valid_json) {
    for (unsigned i = 0; i < 0x10000; i++) {
        const char bytes[2] = {(char)(i >> 8), (char)i};
        struct buffer text = {0};
        struct json_writer writer = {.buffer = &text};
        json_writer_span(&writer, (struct span){bytes, 2});
        struct json json;
        struct diagnostics diagnostics = {0};
        if (bytes[0] && bytes[1]) /* \u0000 is valid JSON, but more than our parser takes */
            cr_expect(json_parse(&json, buffer_span(&text), "f", &diagnostics), "%s", buffer_text(&text));
        else
            json = (struct json){0};
        json_release(&json);
        diagnostics_release(&diagnostics);
        buffer_release(&text);
    }
}

Test(writer, numbers) {
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0, "0"},           {4, "4"},        {0.1, "0.1"},  {-2.5, "-2.5"},     {1.0 / 3, "0.3333333333"},
                 {100000, "100000"}, {1e20, "1e+20"}, {NAN, "null"}, {INFINITY, "null"}, {-INFINITY, "null"},
                 {0.1 + 0.2, "0.3"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        struct json_writer writer = {.buffer = &text};
        json_writer_number(&writer, cases[i].number);
        expect_written(&text, cases[i].text);
    }
}

static struct json_writer nested(struct buffer *text, unsigned depth) {
    struct json_writer writer = {.buffer = text};
    while (depth--)
        json_writer_open_array(&writer);
    return writer;
}

Test(writer, nests_as_deep_as_the_parser_reads) {
    struct buffer text = {0};
    struct json_writer writer = nested(&text, JSON_WRITER_DEPTH_MOST);
    while (writer.depth)
        json_writer_close_array(&writer);
    expect_written(&text, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
}

Test(writer, nesting_deeper_aborts, .signal = SIGABRT) {
    struct buffer text = {0};
    nested(&text, JSON_WRITER_DEPTH_MOST + 1);
}

Test(writer, closing_what_is_not_open_aborts, .signal = SIGABRT) {
    struct buffer text = {0};
    struct json_writer writer = nested(&text, 0);
    json_writer_close_array(&writer);
}

Test(writer, a_key_without_a_value_aborts, .signal = SIGABRT) {
    struct buffer text = {0};
    struct json_writer writer = {.buffer = &text};
    json_writer_open_object(&writer);
    json_writer_key(&writer, "a");
    json_writer_close_object(&writer);
}

Test(writer, closing_with_the_wrong_bracket_aborts, .signal = SIGABRT) {
    struct buffer text = {0};
    struct json_writer writer = nested(&text, 1);
    json_writer_close_object(&writer);
}
