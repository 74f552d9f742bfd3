/*
 * core/base/memory and core/base/buffer: arenas, growing arrays, spans and buffers; impossible sizes abort.
 */
#include "base/memory.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"

TestSuite(memory, .timeout = 60);
TestSuite(arena, .timeout = 60);
TestSuite(span, .timeout = 60);
TestSuite(buffer, .timeout = 60);

Test(memory, is_zeroed_when_allocated_and_kept_when_resized) {
    unsigned char *bytes = memory_allocate(100, 1);
    for (size_t i = 0; i < 100; i++)
        cr_assert_eq(bytes[i], 0);
    memset(bytes, 7, 100);
    bytes = memory_resize(bytes, 100000, 1);
    for (size_t i = 0; i < 100; i++)
        cr_assert_eq(bytes[i], 7);
    memory_free(bytes);
    memory_free(memory_allocate(0, 8));
    memory_free(memory_resize(NULL, 0, 8));
    memory_free(NULL);
}

Test(memory, arrays_grow_by_doubling) {
    size_t capacity = 0, moves = 0;
    int *items = NULL;
    for (int i = 0; i < 100000; i++) {
        size_t before = capacity;
        items = memory_grow(items, &capacity, (size_t)i + 1, sizeof *items);
        moves += before != capacity;
        items[i] = i;
    }
    for (int i = 0; i < 100000; i++)
        cr_assert_eq(items[i], i);
    cr_expect_lt(moves, 20);
    cr_expect_geq(capacity, 100000);
    memory_free(items);
}

Test(memory, a_list_gives_room_for_one_more) {
    struct {
        const char **names;
        size_t count, capacity;
    } list = {0};
    static const char *const words[] = {"a", "b", "c"};
    for (size_t i = 0; i < 1000; i++)
        *LIST_ADD(list.names, list.count, list.capacity) = words[i % 3];
    cr_assert_eq(list.count, 1000);
    cr_expect_geq(list.capacity, 1000);
    for (size_t i = 0; i < list.count; i++)
        cr_assert_eq(list.names[i], words[i % 3]);
    memory_free(list.names);
}

Test(memory, a_product_that_overflows_aborts, .signal = SIGABRT) {
    memory_allocate(SIZE_MAX / 2, 4);
}

Test(memory, a_resize_that_overflows_aborts, .signal = SIGABRT) {
    memory_resize(NULL, SIZE_MAX / 8 + 2, 8);
}

Test(memory, growing_beyond_all_memory_aborts, .signal = SIGABRT) {
    size_t capacity = 0;
    memory_grow(NULL, &capacity, (size_t)PTRDIFF_MAX + 2, 1);
}

Test(memory, more_than_a_pointer_can_span_aborts, .signal = SIGABRT) {
    memory_allocate((size_t)PTRDIFF_MAX + 1, 1);
}

/* Objects of many sizes, each filled with its own byte: none overlaps another, all are zeroed and aligned. */
Test(arena, objects_are_zeroed_aligned_and_apart) {
    enum { COUNT = 3000 };
    struct arena arena = {0};
    static unsigned char *objects[COUNT];
    static size_t sizes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        sizes[i] = i % 500 == 499 ? 2000000 : (i * 37) % 300;
        objects[i] = arena_allocate(&arena, sizes[i], 1);
        cr_assert_not_null(objects[i]);
        cr_assert_eq((uintptr_t)objects[i] % alignof(uint64_t), 0);
        for (size_t k = 0; k < sizes[i]; k++)
            cr_assert_eq(objects[i][k], 0);
        if (sizes[i])
            memset(objects[i], (int)(i % 251 + 1), sizes[i]);
        arena_copy(&arena, "odd", i % 3); /* so that the next object does not start aligned by chance */
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            cr_assert_eq(objects[i][k], i % 251 + 1);
    arena_release(&arena);
    cr_expect_null(arena.chunks);
}

Test(arena, copies_and_formats_end_with_a_nul) {
    struct arena arena = {0};
    const char *whole = arena_copy(&arena, "a\0b", 3), *part = arena_copy(&arena, "abcdef", 3);
    cr_expect_arr_eq(whole, "a\0b", 4);
    cr_expect_str_eq(part, "abc");
    cr_expect_str_eq(arena_copy(&arena, NULL, 0), "");
    cr_expect_str_eq(arena_format(&arena, "%s-%d", "x", 7), "x-7");
    cr_expect_str_eq(arena_format(&arena, "%s", ""), "");
    cr_expect_eq(strlen(arena_format(&arena, "%*d", 100000, 1)), 100000);
    cr_expect_arr_eq(whole, "a\0b", 4, "earlier ones stay");
    arena_release(&arena);
    arena_release(&arena);
}

Test(arena, is_usable_again_after_release) {
    struct arena arena = {0};
    arena_allocate(&arena, 5000, 1);
    arena_release(&arena);
    cr_expect_str_eq(arena_copy(&arena, "x", 1), "x");
    arena_release(&arena);
}

Test(arena, a_product_that_overflows_aborts, .signal = SIGABRT) {
    struct arena arena = {0};
    arena_allocate(&arena, SIZE_MAX / 2, 4);
}

Test(span, comparing) {
    static const struct span none = {NULL, 0}, abc = {"abcd", 3};
    cr_expect(span_equals(none, "") && span_equals(abc, "abc"));
    cr_expect_not(span_equals(none, "a"));
    cr_expect_not(span_equals(abc, "abcd"));
    cr_expect_not(span_equals(abc, "ab"));
    cr_expect_not(span_equals(abc, "abC"));
    cr_expect_not(span_equals((struct span){"a\0b", 3}, "a"));
    cr_expect(span_starts_with(none, "") && span_starts_with(abc, "") && span_starts_with(abc, "abc"));
    cr_expect_not(span_starts_with(abc, "abcd"));
    cr_expect_not(span_starts_with(abc, "b"));
    cr_expect_eq(span_of(NULL).length, 0);
    cr_expect_eq(span_of("abc").length, 3);
}

Test(span, trimming_and_skipping) {
    static const struct {
        const char *text, *trimmed;
    } cases[] = {{"", ""},       {" \t\r\n", ""},           {"a", "a"}, {"  a b\r\n", "a b"},
                 {"\va", "\va"}, {"a\xC2\xA0", "a\xC2\xA0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(span_equals(span_trim(span_of(cases[i].text)), cases[i].trimmed), "case %zu", i);
    cr_expect_eq(span_trim((struct span){NULL, 0}).length, 0);
    cr_expect(span_equals(span_skip(span_of("abc"), 2), "c"));
    cr_expect_eq(span_skip(span_of("abc"), 9).length, 0);
    cr_expect_null(span_skip((struct span){NULL, 0}, 9).data);
}

Test(span, lines) {
    static const struct {
        const char *text, *lines; /* joined by | */
    } cases[] = {{"", ""},
                 {"a", "a|"},
                 {"a\n", "a|"},
                 {"a\nb", "a|b|"},
                 {"\n", "|"},
                 {"\n\na", "||a|"},
                 {"a\r\nb\r\n", "a|b|"},
                 {"a\rb\n", "a\rb|"},
                 {"a\r\r\n", "a\r|"},
                 {"\r\n", "|"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer lines = {0};
        struct span rest = span_of(cases[i].text), line;
        while (span_next_line(&rest, &line)) {
            buffer_append_span(&lines, line);
            buffer_append_byte(&lines, '|');
        }
        cr_expect_str_eq(buffer_text(&lines), cases[i].lines, "case %zu", i);
        buffer_release(&lines);
    }
}

Test(buffer, everything_appended_is_followed_by_a_nul) {
    struct buffer buffer = {0};
    cr_expect_str_eq(buffer_text(&buffer), "");
    cr_expect_eq(buffer_span(&buffer).length, 0);
    buffer_append(&buffer, NULL, 0);
    cr_assert(buffer.data && buffer.data[0] == '\0');
    buffer_append(&buffer, "a\0b", 3);
    cr_expect_arr_eq(buffer.data, "a\0b", 4);
    buffer_append_byte(&buffer, 'c');
    buffer_append_string(&buffer, "");
    buffer_append_string(&buffer, "de");
    buffer_append_span(&buffer, (struct span){"fgh", 2});
    buffer_append_format(&buffer, "%s", "");
    buffer_append_format(&buffer, "%d-%s", 12, "x");
    cr_expect_eq(buffer.length, 12);
    cr_expect_arr_eq(buffer.data, "a\0bcdefg12-x", 13);
    buffer_clear(&buffer);
    cr_expect_str_eq(buffer_text(&buffer), "");
    buffer_append_string(&buffer, "again");
    cr_expect_str_eq(buffer_text(&buffer), "again");
    buffer_release(&buffer);
    cr_expect_null(buffer.data);
    buffer_clear(&buffer);
    buffer_release(&buffer);
}

Test(buffer, an_empty_format_is_an_append_too) {
    struct buffer buffer = {0};
    buffer_append_format(&buffer, "%s", "");
    cr_expect(buffer.data && buffer.data[0] == '\0');
    buffer_release(&buffer);
}

Test(buffer, a_million_small_appends) {
    struct buffer buffer = {0};
    for (int i = 0; i < 1000000; i++)
        buffer_append_byte(&buffer, (char)('a' + i % 26));
    buffer_append_format(&buffer, "%*d", 5000, 7);
    cr_assert_eq(buffer.length, 1005000);
    for (size_t i = 0; i < 1000000; i++)
        cr_assert_eq(buffer.data[i], (char)('a' + i % 26));
    cr_expect_eq(buffer.data[buffer.length - 1], '7');
    buffer_release(&buffer);
}

Test(buffer, reserved_room_may_be_written_directly) {
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "ab");
    buffer_reserve(&buffer, 1000);
    memset(buffer.data + buffer.length, 'c', 1000);
    buffer.length += 1000;
    buffer_append_byte(&buffer, 'd');
    cr_expect_eq(strspn(buffer_text(&buffer), "ab"), 2);
    cr_expect_eq(buffer.length, 1003);
    cr_expect_eq(strlen(buffer_text(&buffer)), 1003);
    buffer_release(&buffer);
}

Test(memory, copies_of_strings) {
    char *all = memory_copy("text"), *part = memory_copy_part("text", 2), *none = memory_copy("");
    cr_expect_str_eq(all, "text");
    cr_expect_str_eq(part, "te");
    cr_expect_str_eq(none, "");
    memory_free(all);
    memory_free(part);
    memory_free(none);
}
