#include "format/json_scanner.h"

#include <criterion/criterion.h>

TestSuite(json_scanner, .timeout = 60);

Test(json_scanner, members_are_found_as_they_are_written) {
    static const struct {
        const char *object, *key, *value;
    } rows[] = {
        {"{}", "a", ""},
        {"", "a", ""},
        {"[1]", "a", ""},
        {"{\"a\":1}", "a", "1"},
        {" { \"a\" : 1 , \"b\" : [ {\"a\":2} , \"}\" ] } ", "b", "[ {\"a\":2} , \"}\" ]"},
        {"{\"b\":{\"a\":1},\"a\":\"x\\\"y\"}", "a", "\"x\\\"y\""},
        {"{\"aa\":1,\"a\":null}", "a", "null"},
        {"{\"a\":\"\\\\\",\"b\":true}", "b", "true"},
        {"{\"a\":-1.5e3}", "a", "-1.5e3"},
        /* what is no JSON leads nowhere, but not out of the text */
        {"{", "a", ""},
        {"{\"", "a", ""},
        {"{\"a", "a", ""},
        {"{\"a\"", "a", ""},
        {"{\"a\":", "a", ""},
        {"{\"a\":\"", "a", ""},
        {"{\"a\":[", "a", ""},
        {"{\"a\":1,\"b\":", "a", "1"},
        {"{,\"a\":1}", "a", ""},
        {"{\"b\":[}],\"a\":1}", "a", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span value = json_scan_member(span_of(rows[i].object), rows[i].key);
        cr_expect(span_equals(value, rows[i].value), "%s: %.*s", rows[i].object, (int)value.length, value.data);
    }
}

/* In one pass, in any order, the first of each key. */
Test(json_scanner, several_members_at_once) {
    struct json_member members[] = {{.key = "a"}, {.key = "b"}, {.key = "none"}, {.key = "a"}};
    json_scan_members(span_of("{\"b\":[1,{\"none\":2}],\"ab\":0,\"a\":\"x\",\"a\":2}"), members, 4);
    cr_expect(span_equals(members[0].value, "\"x\""));
    cr_expect(span_equals(members[1].value, "[1,{\"none\":2}]"));
    cr_expect_eq(members[2].value.length, 0);
    cr_expect(span_equals(members[3].value, "\"x\""));
}
