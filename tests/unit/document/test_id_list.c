/*
 * core/document/id_list: which ids a text about dependencies names for sure.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "document/id_list.h"

TestSuite(item, .timeout = 60);

/* "1.1 2.1", with "-" for none and "?text?" for what is not sure. */
static void expect_mentions(const char *text, const char *expected) {
    struct buffer found = {0};
    struct id_list_item item;
    for (struct span rest = span_of(text); id_list_next(&rest, &item);) {
        buffer_append_string(&found, found.length ? " " : "");
        if (item.kind == ID_LIST_ID)
            buffer_append_span(&found, item.id);
        else if (item.kind == ID_LIST_NONE)
            buffer_append_byte(&found, '-');
        else
            buffer_append_format(&found, "?%.*s?", (int)item.text.length, item.text.data);
    }
    cr_expect_str_eq(buffer_text(&found), expected, "\"%s\": %s, not %s", text, buffer_text(&found), expected);
    buffer_release(&found);
}

Test(item, ids_for_sure) {
    static const char *const rows[][2] = {
        {"", ""},
        {"1.1", "1.1"},
        {"1.1, 2.1;3.5.1", "1.1 2.1 3.5.1"},
        {"Achievement 1.1 and Achievement 1.2", "1.1 1.2"},
        {"Achievements 1.1 & 1.2", "1.1 1.2"},
        {"Depends on: 1.1", "1.1"},
        {"1.1 (the schema, 9.9 and more), 1.2", "1.1 1.2"},
        {"- 1.1: The base\n- [ ] 1.2 - The rest\n* **2.1**\n", "1.1 1.2 2.1"},
        {"**1.1** Title, `1.2`.", "1.1 1.2"},
        {"1.1 – Catalogue", "1.1"},
        {"1.1 Project Skeleton", "1.1"},
        {"none", "-"},
        {"None (first one)", "-"},
        {"N/A", "-"},
        {"-", "-"},
        {"—", "-"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_mentions(rows[i][0], rows[i][1]);
}

Test(item, what_is_for_people_to_decide) {
    static const char *const rows[] = {
        "1.1 or 1.2",
        "1.1-1.3",
        "1.1 to 1.3",
        "1.1/1.2",
        "all of priority 1",
        "Python 3.11",
        "3.11+",
        "1.1 (optional)",
        "1",
        "not 1.1",
        "none but 1.1",
        "v1.1",
        "1.1x",
        "1.1 through 1.4",
        "1.1 if 1.2 is late",
        "everything in 1.x",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer expected = {0};
        buffer_append_format(&expected, "?%s?", rows[i]);
        expect_mentions(rows[i], expected.data);
        buffer_release(&expected);
    }
}

Test(item, sure_ones_beside_unsure_ones) {
    expect_mentions("1.1, the server, 1.2", "1.1 ?the server? 1.2");
    expect_mentions("1.1 (left open, 1.2\n2.1", "1.1 2.1");
}
