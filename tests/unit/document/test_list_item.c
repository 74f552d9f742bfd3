#include "document/list_item.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/auto.h"
#include "document/checklist.h"
#include "document/excerpt.h"

TestSuite(list_item, .timeout = 60);

static void expect_item(const char *line, enum list_item_box box, const char *text) {
    struct list_item item;
    cr_assert(list_item_read(span_of(line), &item), "%s", line);
    cr_expect_eq(item.box, box, "%s", line);
    cr_expect(span_equals(item.text, text), "%s: %.*s", line, (int)item.text.length, item.text.data);
}

Test(list_item, bullets_and_numbers) {
    static const char *const none[] = {"",   "-",    "- ",        "-a",      "1.",    "1.a",  "a",
                                       "--", "1 - ", "12345. no", "2019.no", "[ ] a", "> - a"};
    struct list_item item;
    expect_item("- a", LIST_ITEM_NO_BOX, "a");
    expect_item("  *\ta ", LIST_ITEM_NO_BOX, "a");
    expect_item("+ - a", LIST_ITEM_NO_BOX, "- a");
    expect_item("1. a", LIST_ITEM_NO_BOX, "a");
    expect_item("12) a", LIST_ITEM_NO_BOX, "a");
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_not(list_item_read(span_of(none[i]), &item), "%s", none[i]);
}

Test(list_item, boxes) {
    expect_item("- [ ] a", LIST_ITEM_OPEN_BOX, "a");
    expect_item("- [ ]", LIST_ITEM_OPEN_BOX, "");
    expect_item("- [x] a", LIST_ITEM_TICKED_BOX, "a");
    expect_item("1. [X]\ta", LIST_ITEM_TICKED_BOX, "a");
    expect_item("- [-] a", LIST_ITEM_OTHER_BOX, "a");
    expect_item("- [✓] a", LIST_ITEM_OTHER_BOX, "a");
    expect_item("- [ ]* a", LIST_ITEM_OPEN_BOX, "a");
    expect_item("- [x](page.md) a", LIST_ITEM_NO_BOX, "[x](page.md) a");
    expect_item("- [x]: a", LIST_ITEM_NO_BOX, "[x]: a");
    expect_item("- [ ]*a*", LIST_ITEM_NO_BOX, "[ ]*a*");
    expect_item("- [xx] a", LIST_ITEM_NO_BOX, "[xx] a");
    expect_item("- [] a", LIST_ITEM_NO_BOX, "[] a");
    expect_item("- [", LIST_ITEM_NO_BOX, "[");
    expect_item("- [x", LIST_ITEM_NO_BOX, "[x");
    expect_item("- [\xFF] a", LIST_ITEM_NO_BOX, "[\xFF] a");
}

Test(list_item, what_it_is_besides) {
    struct list_item item;
    cr_assert(list_item_read(span_of("\t 3. [-]* a"), &item));
    cr_expect_eq(item.indentation, 5);
    cr_expect(item.is_numbered && item.is_optional);
    cr_expect(span_equals(item.mark, "-"));
    cr_expect(span_equals(item.content, "[-]* a"));
}

Test(list_item, signs_go_with_the_box) {
    cr_expect(span_equals(list_item_without_box(span_of("[x] a")), "a"));
    cr_expect(span_equals(list_item_without_box(span_of("✅ a")), "a"));
    cr_expect(span_equals(list_item_without_box(span_of("[1] a")), "[1] a"));
    cr_expect(span_equals(list_item_without_box(span_of("[x](b) a")), "[x](b) a"));
}

/* Reading, counting and writing agree about every line: what has a box loses it, and what is written has an open one.
 */
Test(list_item, every_reader_gives_the_same_verdict) {
    static const char *const parts[] = {"- ", "* ", "1. ", "2) ", "[", "]", " ", "x",
                                        "X",  "-",  "*",   "\t",  "a", "(", "é"};
    srand(7);
    for (int round = 0; round < 20000; round++) {
        AUTO(buffer) line = {0};
        AUTO(buffer) copy = {0};
        AUTO(document) document = {0};
        struct checklist checklist;
        struct list_item item = {0}, written;
        buffer_append_string(&line, "- ");
        for (int i = rand() % 8; i > 0; i--)
            buffer_append_string(&line, parts[(size_t)rand() % (sizeof parts / sizeof *parts)]);
        document_parse(&document, buffer_span(&line));
        if (document.markdown.lines[0].is_code || !list_item_read(buffer_span(&line), &item))
            continue;
        checklist_read(&checklist, &document);
        cr_assert_eq(checklist.ticked, item.box == LIST_ITEM_TICKED_BOX, "%s", line.data);
        cr_assert_eq(checklist.open, item.box == LIST_ITEM_OPEN_BOX, "%s", line.data);
        const struct excerpt excerpt = {.document = &document, .name = "S.md", .end = 1};
        if (document_is_empty_line(buffer_span(&line))) /* a rule */
            continue;
        cr_assert_eq(excerpt_append_checklist(&copy, &excerpt, 9), 1, "%s", line.data);
        cr_assert(list_item_read(buffer_span(&copy), &written), "%s -> %s", line.data, copy.data);
        cr_assert_eq(written.box, LIST_ITEM_OPEN_BOX, "%s -> %s", line.data, copy.data);
    }
}
