/*
 * core/base/string_map: keys to positions.
 */
#include "base/string_map.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(index, .timeout = 60);

Test(index, the_first_position_of_a_key_stays) {
    struct index index = {0};
    size_t position = 7;
    cr_expect(index_add(&index, "1.1", &position));
    cr_expect_eq(position, 7);
    position = 9;
    cr_expect_not(index_add(&index, "1.1", &position));
    cr_expect_eq(position, 7);
    index_release(&index);
}

Test(index, keys_are_compared_whole) {
    struct index index = {0};
    size_t position = 1;
    cr_expect(index_add(&index, "ab", &position));
    position = 2;
    cr_expect(index_add(&index, "", &position));
    position = 99;
    static const struct {
        struct span key;
        size_t position; /* 99: not there */
    } cases[] = {{{"abc", 2}, 1}, {{"abc", 3}, 99}, {{"a", 1}, 99},   {{"AB", 2}, 99},
                 {{"", 0}, 2},    {{NULL, 0}, 2},   {{"ab\0", 3}, 99}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        position = 99;
        cr_expect_eq(index_find(&index, cases[i].key, &position), cases[i].position != 99, "case %zu", i);
        cr_expect_eq(position, cases[i].position, "case %zu", i);
    }
    index_release(&index);
}

Test(index, an_empty_index_finds_nothing_and_is_usable_after_release) {
    struct index index = {0};
    size_t position = 3;
    cr_expect_not(index_find(&index, span_of("x"), &position));
    cr_expect_eq(position, 3);
    index_release(&index);
    cr_expect(index_add(&index, "x", &position));
    index_release(&index);
    cr_expect_not(index_find(&index, span_of("x"), &position));
}

Test(index, a_hundred_thousand_keys) {
    enum { COUNT = 100000 };
    struct arena keys = {0};
    struct index index = {0};
    for (size_t i = 0; i < COUNT; i++) {
        size_t position = i;
        cr_assert(index_add(&index, arena_format(&keys, "%zu.%zu", i / 7, i), &position));
    }
    for (size_t i = 0; i < COUNT; i++) {
        size_t position = 0;
        cr_assert(index_find(&index, span_of(arena_format(&keys, "%zu.%zu", i / 7, i)), &position));
        cr_assert_eq(position, i);
    }
    index_release(&index);
    arena_release(&keys);
}
