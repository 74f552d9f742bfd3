/*
 * core/base/string_map: keys to positions.
 */
#include "base/string_map.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"

TestSuite(index, .timeout = 60);

Test(index, the_first_position_of_a_key_stays) {
    struct string_map index = {0};
    size_t position = 7;
    cr_expect(string_map_add(&index, "1.1", &position));
    cr_expect_eq(position, 7);
    position = 9;
    cr_expect_not(string_map_add(&index, "1.1", &position));
    cr_expect_eq(position, 7);
    string_map_release(&index);
}

Test(index, keys_are_compared_whole) {
    struct string_map index = {0};
    size_t position = 1;
    cr_expect(string_map_add(&index, "ab", &position));
    position = 2;
    cr_expect(string_map_add(&index, "", &position));
    position = 99;
    static const struct {
        struct span key;
        size_t position; /* 99: not there */
    } cases[] = {{{"abc", 2}, 1}, {{"abc", 3}, 99}, {{"a", 1}, 99},   {{"AB", 2}, 99},
                 {{"", 0}, 2},    {{NULL, 0}, 2},   {{"ab\0", 3}, 99}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        position = 99;
        cr_expect_eq(string_map_find(&index, cases[i].key, &position), cases[i].position != 99, "case %zu", i);
        cr_expect_eq(position, cases[i].position, "case %zu", i);
    }
    string_map_release(&index);
}

Test(index, an_empty_index_finds_nothing_and_is_usable_after_release) {
    struct string_map index = {0};
    size_t position = 3;
    cr_expect_not(string_map_find(&index, span_of("x"), &position));
    cr_expect_eq(position, 3);
    string_map_release(&index);
    cr_expect(string_map_add(&index, "x", &position));
    string_map_release(&index);
    cr_expect_not(string_map_find(&index, span_of("x"), &position));
}

Test(index, a_hundred_thousand_keys) {
    enum { COUNT = 100000 };
    struct arena keys = {0};
    struct string_map index = {0};
    for (size_t i = 0; i < COUNT; i++) {
        size_t position = i;
        cr_assert(string_map_add(&index, arena_format(&keys, "%zu.%zu", i / 7, i), &position));
    }
    for (size_t i = 0; i < COUNT; i++) {
        size_t position = 0;
        cr_assert(string_map_find(&index, span_of(arena_format(&keys, "%zu.%zu", i / 7, i)), &position));
        cr_assert_eq(position, i);
    }
    string_map_release(&index);
    arena_release(&keys);
}
