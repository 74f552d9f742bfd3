/*
 * core/format/json: what is JSON and what is not, where a fault is, and where a node stands. In tables, ' stands for ".
 * Every text is parsed from a copy of exactly its size, so that sanitizers see a read past its end.
 */
#include "format/json.h"

#include <criterion/criterion.h>
#include <string.h>

#include "format/json_size.h"

TestSuite(json, .timeout = 60);

#define BYTES(text)                                                                                                    \
    { text, sizeof(text) - 1 }

static char *copy_of(struct span text) {
    char *copy = memory_allocate(text.length, 1);
    for (size_t i = 0; i < text.length; i++)
        copy[i] = text.data[i] == '\'' ? '"' : text.data[i];
    return copy;
}

/* Parses, and appends what is reported as "line:column code pointer; ..."; returns the first message. */
static void parse(struct span text, struct buffer *places, struct buffer *message) {
    struct json json;
    struct diagnostics diagnostics = {0};
    char *copy = copy_of(text);
    bool is_parsed = json_parse(&json, (struct span){copy, text.length}, "f.json", &diagnostics);
    cr_expect_eq(is_parsed, diagnostics.count == 0);
    cr_expect_eq(is_parsed, json.root != NULL);
    for (size_t i = 0; i < diagnostics.count; i++) {
        const struct diagnostic *item = &diagnostics.items[i];
        buffer_append_format(places, "%s%u:%u %s%s%s", i ? "; " : "", item->line, item->column, item->code,
                             item->pointer ? " " : "", item->pointer ? item->pointer : "");
        cr_expect_str_eq(item->file, "f.json");
    }
    if (diagnostics.count)
        buffer_append_string(message, diagnostics.items[0].message);
    json_release(&json);
    diagnostics_release(&diagnostics);
    memory_free(copy);
}

/* @places is all that is reported; @part is in the first message. */
static void expect(struct span text, const char *places, const char *part) {
    struct buffer found = {0}, message = {0};
    parse(text, &found, &message);
    cr_expect_str_eq(buffer_text(&found), places, "%.*s: %s", text.length < 80 ? (int)text.length : 80, text.data,
                     buffer_text(&found));
    cr_expect(strstr(buffer_text(&message), part), "%.*s: %s", text.length < 80 ? (int)text.length : 80, text.data,
              buffer_text(&message));
    buffer_release(&found);
    buffer_release(&message);
}

struct fault {
    struct span text;
    const char *places, *part;
};

static void expect_all(const struct fault *faults, size_t count) {
    for (size_t i = 0; i < count; i++)
        expect(faults[i].text, faults[i].places, faults[i].part);
}
#define EXPECT_ALL(faults) expect_all(faults, sizeof(faults) / sizeof *(faults))

Test(json, structure_faults_are_found_where_they_are) {
    static const struct fault faults[] = {
        {BYTES(""), "1:1 json.syntax", "empty"},
        {BYTES("  \n "), "2:2 json.syntax", "empty"},
        {BYTES("{"), "1:2 json.syntax", "key"},
        {BYTES("["), "1:2 json.syntax", "value"},
        {BYTES("[1, 2\n"), "1:1 json.syntax", "never closed"},
        {BYTES("\n {'a': 1\n"), "2:2 json.syntax", "never closed"},
        {BYTES("{'a'"), "1:5 json.syntax", "':'"},
        {BYTES("{'a' 1}"), "1:6 json.syntax", "':'"},
        {BYTES("{'a':}"), "1:6 json.syntax", "value"},
        {BYTES("{'a':"), "1:6 json.syntax", "ends here"},
        {BYTES("{1:2}"), "1:2 json.syntax", "key in double quotes"},
        {BYTES("{a:2}"), "1:2 json.syntax", "key in double quotes"},
        {BYTES("{,}"), "1:2 json.syntax", "key"},
        {BYTES("[1,]"), "1:3 json.syntax", "comma after the last"},
        {BYTES("[\r\n1,\r\n]"), "2:2 json.syntax", "comma after the last"},
        {BYTES("{'a':1,\n}"), "1:7 json.syntax", "comma after the last"},
        {BYTES("[,1]"), "1:2 json.syntax", "value"},
        {BYTES("[1,,2]"), "1:4 json.syntax", "value"},
        {BYTES("[1 2]"), "1:4 json.syntax", "',' or ']'"},
        {BYTES("[1:2]"), "1:3 json.syntax", "',' or ']'"},
        {BYTES("{'a':1 'b':2}"), "1:8 json.syntax", "',' or '}'"},
        {BYTES("[1}"), "1:3 json.syntax", "',' or ']'"},
        {BYTES("{'a':1]"), "1:7 json.syntax", "',' or '}'"},
        {BYTES("]"), "1:1 json.syntax", "value"},
        {BYTES("{} x"), "1:4 json.syntax", "nothing may follow"},
        {BYTES("{}\n{}"), "2:1 json.syntax", "nothing may follow"},
        {BYTES("{}]"), "1:3 json.syntax", "nothing may follow"},
        {BYTES("{}\0"), "1:3 json.syntax", "nothing may follow"},
        {BYTES("\0"), "1:1 json.syntax", "value"},
        {BYTES("[\0]"), "1:2 json.syntax", "value"},
        {BYTES("[\v1]"), "1:2 json.syntax", "value"},
        {BYTES("\xC2\xA0{}"), "1:1 json.syntax", "value"},
        {BYTES("// x\n{}"), "1:1 json.syntax", "comments"},
        {BYTES("[1,\n # one\n2]"), "2:2 json.syntax", "comments"},
    };
    EXPECT_ALL(faults);
}

Test(json, word_and_number_faults_are_found_where_they_are) {
    static const struct fault faults[] = {
        {BYTES("nul"), "1:1 json.syntax", "value"},
        {BYTES("True"), "1:1 json.syntax", "value"},
        {BYTES("truex"), "1:5 json.syntax", "nothing may follow"},
        {BYTES("[nullnull]"), "1:6 json.syntax", "',' or ']'"},
        {BYTES("NaN"), "1:1 json.syntax", "value"},
        {BYTES("-Infinity"), "1:2 json.syntax", "digit"},
        {BYTES("01"), "1:2 json.syntax", "leading zeros"},
        {BYTES("[-00]"), "1:4 json.syntax", "leading zeros"},
        {BYTES("-"), "1:2 json.syntax", "digit"},
        {BYTES("+1"), "1:1 json.syntax", "value"},
        {BYTES(".5"), "1:1 json.syntax", "value"},
        {BYTES("1."), "1:3 json.syntax", "digit"},
        {BYTES("[1.,2]"), "1:4 json.syntax", "digit"},
        {BYTES("1e"), "1:3 json.syntax", "digit"},
        {BYTES("1E+]"), "1:4 json.syntax", "digit"},
        {BYTES("0x10"), "1:2 json.syntax", "nothing may follow"},
        {BYTES("1_000"), "1:2 json.syntax", "nothing may follow"},
        {BYTES("[1234567890123456789012345678901234567890123456789012345678901234]"), "1:2 json.syntax",
         "more than 63 characters"},
    };
    EXPECT_ALL(faults);
}

Test(json, string_faults_are_found_where_they_are) {
    static const struct fault faults[] = {
        {BYTES("'abc"), "1:1 json.syntax", "closing quote"},
        {BYTES("[1, 'abc\n']"), "1:5 json.syntax", "closing quote"},
        {BYTES("{'abc\n: 1}"), "1:2 json.syntax", "closing quote"},
        {BYTES("[1,\n 'a\tb']"), "2:4 json.syntax", "control character"},
        {BYTES("'a\0b'"), "1:3 json.syntax", "control character"},
        {BYTES("'\x1f'"), "1:2 json.syntax", "control character"},
        {BYTES("'\\x41'"), "1:3 json.syntax", "unknown escape"},
        {BYTES("'\\\0'"), "1:3 json.syntax", "unknown escape"},
        {BYTES("'a\\"), "1:4 json.syntax", ""},
        {BYTES("'\\u12'"), "1:4 json.syntax", "four hexadecimal digits"},
        {BYTES("'\\u12g4'"), "1:4 json.syntax", "four hexadecimal digits"},
        {BYTES("'\\u"), "1:4 json.syntax", "four hexadecimal digits"},
        {BYTES("'\\ud800\\u12'"), "1:10 json.syntax", "four hexadecimal digits"},
        {BYTES("'ab\\u0000'"), "1:4 json.syntax", "\\u0000"},
        {BYTES("'ab\\ud800'"), "1:4 json.syntax", "surrogate"},
        {BYTES("'ab\\udc00'"), "1:4 json.syntax", "surrogate"},
        {BYTES("'\\ud83d\\u0041'"), "1:2 json.syntax", "surrogate"},
        {BYTES("'\\ud83d\\ud83d'"), "1:2 json.syntax", "surrogate"},
        {BYTES("'\\ud83dx'"), "1:2 json.syntax", "surrogate"},
        {BYTES("'\\ud83d\\ue000'"), "1:2 json.syntax", "surrogate"},
        {BYTES("'\\udc00\\udc00'"), "1:2 json.syntax", "surrogate"},
    };
    EXPECT_ALL(faults);
}

/* copy_of would turn these quotes into valid ones. */
Test(json, single_quotes_are_no_quotes) {
    static const char *const texts[] = {"['a']", "{'a': 1}"};
    for (size_t i = 0; i < 2; i++) {
        struct json json;
        struct diagnostics diagnostics = {0};
        cr_expect_not(json_parse(&json, span_of(texts[i]), "f.json", &diagnostics));
        cr_expect_eq(diagnostics.items[0].column, 2);
        cr_expect(strstr(diagnostics.items[0].message, "double quotes"));
        diagnostics_release(&diagnostics);
    }
}

Test(json, encoding_faults_come_before_all_others) {
    static const struct fault faults[] = {
        {BYTES("\xEF\xBB\xBF{}"), "1:1 json.encoding", "byte-order mark"},
        {BYTES("{'a': '\xFF'}"), "1:8 json.encoding", "UTF-8"},
        {BYTES("[1,]\n'\xC0\xAF'"), "2:2 json.encoding", "UTF-8"},
        {BYTES("'\xED\xA0\x80'"), "1:2 json.encoding", "UTF-8"},
        {BYTES("'\xF4\x90\x80\x80'"), "1:2 json.encoding", "UTF-8"},
        {BYTES("'\xC3\xA9\xE2\x82'"), "1:4 json.encoding", "UTF-8"},
        {BYTES("{}\n\x80"), "2:1 json.encoding", "UTF-8"},
        {BYTES("\xFF\xFE{\0}\0"), "1:1 json.encoding", "UTF-8"},
    };
    EXPECT_ALL(faults);
}

Test(json, a_text_larger_than_the_cap_is_not_looked_at) {
    expect((struct span){NULL, 0}, "1:1 json.syntax", "empty");
    struct json json;
    struct diagnostics diagnostics = {0};
    cr_expect_not(json_parse(&json, (struct span){"", JSON_SIZE_MOST_BYTES + 1}, "f.json", &diagnostics));
    cr_expect_str_eq(diagnostics.items[0].code, "json.too_large");
    cr_expect_eq(diagnostics.items[0].line, 0);
    diagnostics_release(&diagnostics);
}

static struct buffer nested(size_t depth, const char *opening, const char *inner, const char *closing) {
    struct buffer text = {0};
    for (size_t i = 0; i < depth; i++)
        buffer_append_string(&text, opening);
    buffer_append_string(&text, inner);
    for (size_t i = 0; i < depth; i++)
        buffer_append_string(&text, closing);
    return text;
}

Test(json, nesting_is_capped_at_32) {
    static const struct {
        size_t depth;
        const char *opening, *inner, *closing, *places;
    } cases[] = {
        {32, "[", "", "]", ""},
        {33, "[", "", "]", "1:33 json.depth"},
        {200, "[", "", "]", "1:33 json.depth"},
        {200, "[", "", "", "1:33 json.depth"},
        {32, "{'a':", "1", "}", ""},
        {33, "{'a':", "1", "}", "1:161 json.depth"},
        {200, "[\n", "", "]", "33:1 json.depth"},
        {31, "[", "[],{},[]", "]", ""},
        {32, "[", "1,{}", "]", "1:35 json.depth"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = nested(cases[i].depth, cases[i].opening, cases[i].inner, cases[i].closing);
        expect(buffer_span(&text), cases[i].places, cases[i].places[0] ? "deep" : "");
        buffer_release(&text);
    }
}

Test(json, what_is_valid_is_accepted) {
    static const struct span texts[] = {BYTES("0"),
                                        BYTES("-0"),
                                        BYTES("12"),
                                        BYTES("-1.5e+3"),
                                        BYTES("1E-2"),
                                        BYTES("0.1"),
                                        BYTES("1e999"),
                                        BYTES("123456789012345678901234567890123456789012345678901234567890123"),
                                        BYTES("true"),
                                        BYTES("false"),
                                        BYTES("null"),
                                        BYTES("''"),
                                        BYTES("'\x7f'"),
                                        BYTES("'\xF0\x9F\x98\x80 \xC2\xA0'"),
                                        BYTES("[]"),
                                        BYTES("{}"),
                                        BYTES(" \t\r\n[ 1 , 2 ]\r\n"),
                                        BYTES("{'': {'': []}}"),
                                        BYTES("[{'a':1},{'a':1}]"),
                                        BYTES("{'a':1,'A':1}")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect(texts[i], "", "");
}

Test(json, escapes_are_decoded) {
    static const char text[] = "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\u20ac\\ud83d\\uDE00\"";
    struct json json;
    struct diagnostics diagnostics = {0};
    cr_assert(json_parse(&json, span_of(text), "f.json", &diagnostics));
    cr_expect_str_eq(json.root->valuestring, "\"\\/\b\f\n\r\t\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    json_release(&json);
}

Test(json, duplicate_keys_are_all_reported) {
    static const struct fault faults[] = {
        {BYTES("{'a':1,\n 'a':2}"), "2:2 json.duplicate_key /a", "\"a\""},
        {BYTES("{'a':1, 'a':2, 'a':3}"), "1:9 json.duplicate_key /a; 1:16 json.duplicate_key /a", "\"a\""},
        {BYTES("{'a':1, '\\u0061':2}"), "1:9 json.duplicate_key /a", "\"a\""},
        {BYTES("{'':1, '':2}"), "1:8 json.duplicate_key /", "\"\""},
        {BYTES("[{'a':1}, {'b':{'c/~':[], 'c/~':{}}}]"), "1:27 json.duplicate_key /1/b/c~1~0", ""},
        {BYTES("{'a':1, 'a':2"), "1:1 json.syntax", "never closed"},
    };
    EXPECT_ALL(faults);
}

/* Objects of every size around where the way of looking changes: each pair is reported once, at its second key. */
Test(json, duplicate_keys_are_reported_once_in_objects_of_any_size) {
    static const size_t sizes[] = {2, 3, 15, 16, 17, 18, 33, 500};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int is_late = 0; is_late < 2; is_late++) {
            size_t second = is_late ? sizes[i] - 1 : 1; /* key 0 again */
            struct buffer text = {0}, places = {0};
            for (size_t k = 0; k < sizes[i]; k++)
                buffer_append_format(&text, "%s\n'k%zu': [%zu]", k ? "," : "{", k == second ? 0 : k, k);
            buffer_append_byte(&text, '}');
            buffer_append_format(&places, "%zu:1 json.duplicate_key /k0", second + 2);
            expect(buffer_span(&text), buffer_text(&places), "\"k0\"");
            buffer_release(&text);
            buffer_release(&places);
        }
}

static const char sample[] = "{\"a\\u00e9\": [1, -2.5e+3, true, false, null, \"\\ud83d\\ude00\\n\xC3\xA9\"],\n"
                             " \"b\": {\"c\": [[], {}, {\"d\": \"\"}], \"e\": 0}}\n";

Test(json, a_document_cut_off_anywhere_has_one_fault_and_a_place) {
    struct span whole = span_of(sample);
    for (size_t length = 0; length <= whole.length; length++) {
        struct buffer places = {0}, message = {0};
        parse((struct span){whole.data, length}, &places, &message);
        bool is_whole = length + 1 >= whole.length;
        cr_expect_eq(places.length == 0, is_whole, "%zu bytes: %s", length, buffer_text(&places));
        cr_expect_not(strchr(buffer_text(&places), ';'), "%zu bytes: %s", length, buffer_text(&places));
        buffer_release(&places);
        buffer_release(&message);
    }
}

Test(json, any_one_byte_may_become_any_other) {
    struct span whole = span_of(sample);
    char *copy = memory_allocate(whole.length, 1);
    for (size_t i = 0; i < whole.length; i++)
        for (unsigned byte = 0; byte < 256; byte++) {
            struct json json;
            struct diagnostics diagnostics = {0};
            memcpy(copy, whole.data, whole.length);
            copy[i] = (char)byte;
            bool is_parsed = json_parse(&json, (struct span){copy, whole.length}, "f.json", &diagnostics);
            cr_expect_eq(is_parsed, diagnostics.count == 0);
            cr_expect(is_parsed || diagnostics.items[0].line >= 1);
            json_release(&json);
            diagnostics_release(&diagnostics);
        }
    memory_free(copy);
}

Test(json, places_of_values_and_keys) {
    static const char text[] = "{\"a/b\": {\"m~n\":\n  [0, {\"\": true}]},\n \"\xC3\xA9\": \"x\"}";
    struct json json, other;
    struct diagnostics diagnostics = {0};
    cr_assert(json_parse(&json, span_of(text), "f.json", &diagnostics));
    cr_assert(json_parse(&other, span_of("[]"), "g.json", &diagnostics));
    const cJSON *list = json_get(json_get(json.root, "a/b"), "m~n"), *second = list->child->next;
    const struct {
        const cJSON *node;
        bool is_key;
        unsigned line, column;
        const char *pointer;
    } cases[] = {
        {json.root, false, 1, 1, ""},
        {json_get(json.root, "\xC3\xA9"), false, 3, 8, "/\xC3\xA9"},
        {json_get(json.root, "\xC3\xA9"), true, 3, 2, "/\xC3\xA9"},
        {list, false, 2, 3, "/a~1b/m~0n"},
        {list, true, 1, 10, "/a~1b/m~0n"},
        {second, false, 2, 7, "/a~1b/m~0n/1"},
        {second, true, 2, 7, "/a~1b/m~0n/1"},
        {second->child, false, 2, 12, "/a~1b/m~0n/1/"},
        {other.root, false, 1, 1, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_place place = json_place(&json, cases[i].node, cases[i].is_key);
        cr_expect_eq(place.line, cases[i].line, "case %zu: line %u", i, place.line);
        cr_expect_eq(place.column, cases[i].column, "case %zu: column %u", i, place.column);
        cr_expect_str_eq(place.pointer, cases[i].pointer);
    }
    json_release(&json);
    json_release(&other);
}

Test(json, members_by_key_and_type) {
    static const char text[] =
        "{\"s\":\"x\",\"t\":true,\"f\":false,\"n\":null,\"zero\":0,\"five\":5,\"minus\":-1,\"half\":1.5,"
        "\"most\":9007199254740992,\"more\":1e16,\"huge\":1e999,\"list\":[1],\"object\":{}}";
    static const struct {
        const char *key, *type;
        size_t number;
    } cases[] = {{"s", "a string", 0},       {"t", "a boolean", 0},   {"f", "a boolean", 0},
                 {"n", "null", 0},           {"zero", "a number", 0}, {"five", "a number", 5},
                 {"minus", "a number", 0},   {"half", "a number", 0}, {"most", "a number", 9007199254740992},
                 {"more", "a number", 0},    {"huge", "a number", 0}, {"list", "an array", 0},
                 {"object", "an object", 0}, {"S", "nothing", 0}};
    struct json json;
    struct diagnostics diagnostics = {0};
    cr_assert(json_parse(&json, span_of(text), "f.json", &diagnostics));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *key = cases[i].key;
        cr_expect_str_eq(json_type_name(json_get(json.root, key)), cases[i].type, "%s", key);
        cr_expect_eq(json_get_unsigned(json.root, key), cases[i].number, "%s", key);
        cr_expect_eq(json_get_boolean(json.root, key), strcmp(key, "t") == 0, "%s", key);
        cr_expect_eq(json_get_string(json.root, key) != NULL, strcmp(key, "s") == 0, "%s", key);
    }
    cr_expect_null(json_get(json_get(json.root, "list"), "s"));
    cr_expect_null(json_get(json_get(json.root, "s"), "s"));
    cr_expect_null(json_get(NULL, "s"));
    json_release(&json);
}
