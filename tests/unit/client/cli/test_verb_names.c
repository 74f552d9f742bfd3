/*
 * Verb names are those of the table of verbs, in its order.
 */
#include <criterion/criterion.h>

#include "base/buffer.h"
#include "cli/verb.h"
#include "cli/verb_names.h"
#include "verbs.h"

TestSuite(verb_names, .timeout = 20);

Test(verb_names, are_those_of_the_table) {
    size_t count = 0;
    for (; verbs[count].name && verb_names[count]; count++) {
        cr_expect_str_eq(verb_names[count], verbs[count].name);
        cr_expect(verb_names_has(span_of(verbs[count].name)));
    }
    cr_expect_null(verb_names[count]);
    cr_expect_null(verbs[count].name);
    cr_expect_not(verb_names_has(span_of("stat")));
    cr_expect_not(verb_names_has(span_of("")));
}
