/*
 * core/base/auto: what a variable owns is released where its scope ends, once, in reverse order, and errno is kept.
 */
#include "base/auto.h"

#include <criterion/criterion.h>
#include <fcntl.h>

#include "base/buffer.h"

TestSuite(auto_release, .timeout = 60);

struct witness {
    struct buffer *log;
    char name;
};

static void witness_release(struct witness *witness) {
    if (witness->log)
        buffer_append_byte(witness->log, witness->name);
    *witness = (struct witness){0};
}

static int leave(struct buffer *log, int exit) {
    AUTO(witness) first = {log, 'a'};
    if (exit == 0)
        return first.name;
    for (int i = 0; i < 3; i++) {
        AUTO(witness) inner = {log, 'x'};
        if (exit == 1)
            continue;
        if (inner.log && exit == 2)
            break;
    }
    AUTO(witness) last = {log, 'b'};
    if (exit == 3)
        last = (struct witness){0}; /* handed over */
    return (int)log->length;
}

Test(auto_release, runs_on_every_way_out_in_reverse_order) {
    static const char *const expected[] = {"a", "xxxba", "xba", "xxxa"};
    for (int i = 0; i < 4; i++) {
        AUTO(buffer) log = {0};
        leave(&log, i);
        cr_expect_str_eq(buffer_text(&log), expected[i]);
    }
}

Test(auto_release, computes_the_result_before) {
    AUTO(buffer) log = {0};
    cr_expect_eq(leave(&log, 2), 1);
}

static int open_and_leave(bool is_found) {
    AUTO_FREE char *name = memory_copy(is_found ? "/" : "/nowhere at all");
    AUTO_CLOSE int descriptor = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_FCLOSE FILE *stream = NULL;
    if (is_found)
        stream = fopen("/dev/null", "re");
    errno = ENXIO;
    return descriptor;
}

Test(auto_release, closes_what_is_open_and_keeps_errno) {
    int descriptor = open_and_leave(true);
    cr_assert_geq(descriptor, 0);
    cr_expect_eq(errno, ENXIO);
    cr_expect_eq(fcntl(descriptor, F_GETFD), -1);
    cr_expect_eq(open_and_leave(true), descriptor);
    cr_expect_eq(open_and_leave(false), -1);
    cr_expect_eq(errno, ENXIO);
}
