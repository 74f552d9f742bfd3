/*
 * core/base/diagnostics and core/base/error: what is kept, what is only counted, and that texts are copied and made
 * harmless.
 */
#include "base/diagnostics.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

TestSuite(diagnostics, .timeout = 60);
TestSuite(error, .timeout = 60);

Test(diagnostics, texts_are_copied_and_made_visible) {
    struct diagnostics diagnostics = {0};
    char message[] = "bad \x1b[31m \xFF", file[] = "a\nb.json";
    diagnostics_add(&diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                       .code = "x.y",
                                                       .message = message,
                                                       .file = file,
                                                       .line = 3,
                                                       .column = 7,
                                                       .pointer = "/a",
                                                       .hint = "\tfix it"});
    memset(message, 'z', sizeof message - 1);
    memset(file, 'z', sizeof file - 1);
    cr_assert_eq(diagnostics.count, 1);
    const struct diagnostic *item = &diagnostics.items[0];
    cr_expect_eq(item->severity, SEVERITY_WARNING);
    cr_expect_str_eq(item->code, "x.y");
    cr_expect_str_eq(item->message, "bad \\x1b[31m \\xff");
    cr_expect_str_eq(item->file, "a b.json");
    cr_expect_eq(item->line, 3);
    cr_expect_eq(item->column, 7);
    cr_expect_str_eq(item->pointer, "/a");
    cr_expect_str_eq(item->hint, " fix it");
    cr_expect_eq(diagnostics.error_count, 0);
    diagnostics_release(&diagnostics);
    cr_expect_eq(diagnostics.count, 0);
}

Test(diagnostics, what_is_missing_stays_missing) {
    struct diagnostics diagnostics = {0};
    diagnostics_add(&diagnostics, &(struct diagnostic){.code = "x", .message = ""});
    cr_expect_str_eq(diagnostics.items[0].message, "");
    cr_expect_null(diagnostics.items[0].file);
    cr_expect_null(diagnostics.items[0].pointer);
    cr_expect_null(diagnostics.items[0].hint);
    cr_expect_eq(diagnostics.error_count, 1);
    diagnostics_release(&diagnostics);
}

static void add_many(struct diagnostics *diagnostics, size_t count) {
    for (size_t i = 0; i < count; i++)
        diagnostics_add(diagnostics, &(struct diagnostic){.severity = i % 2 ? SEVERITY_WARNING : SEVERITY_ERROR,
                                                          .code = "x",
                                                          .message = "m",
                                                          .line = (unsigned)i + 1});
}

Test(diagnostics, those_past_the_most_are_only_counted) {
    struct diagnostics diagnostics = {0};
    add_many(&diagnostics, DIAGNOSTICS_MOST - 1);
    cr_expect_not(diagnostics_count_only(&diagnostics, SEVERITY_ERROR));
    cr_expect_eq(diagnostics.error_count, DIAGNOSTICS_MOST / 2);
    add_many(&diagnostics, 4);
    cr_expect_eq(diagnostics.count, DIAGNOSTICS_MOST);
    cr_expect_eq(diagnostics.left_out, 3);
    cr_expect_eq(diagnostics.error_count, DIAGNOSTICS_MOST / 2 + 2);
    cr_expect(diagnostics_count_only(&diagnostics, SEVERITY_WARNING));
    cr_expect(diagnostics_count_only(&diagnostics, SEVERITY_ERROR));
    cr_expect_eq(diagnostics.left_out, 5);
    cr_expect_eq(diagnostics.error_count, DIAGNOSTICS_MOST / 2 + 3);
    cr_expect_eq(diagnostics.items[DIAGNOSTICS_MOST - 1].line, 1);
    diagnostics_release(&diagnostics);
}

Test(diagnostics, appending_adds_up) {
    static const struct {
        size_t first, second;
    } cases[] = {{0, 0}, {0, 3}, {3, 0}, {3, 4}, {DIAGNOSTICS_MOST, 2}, {600, 600}, {1500, 1500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct diagnostics all = {0}, more = {0};
        add_many(&all, cases[i].first);
        add_many(&more, cases[i].second);
        diagnostics_append(&all, &more);
        diagnostics_release(&more);
        size_t sum = cases[i].first + cases[i].second;
        cr_expect_eq(all.count, sum < DIAGNOSTICS_MOST ? sum : DIAGNOSTICS_MOST, "case %zu", i);
        cr_expect_eq(all.count + all.left_out, sum, "case %zu", i);
        cr_expect_eq(all.error_count, (cases[i].first + 1) / 2 + (cases[i].second + 1) / 2, "case %zu", i);
        if (all.count)
            cr_expect_str_eq(all.items[all.count - 1].message, "m");
        diagnostics_release(&all);
    }
}

Test(error, every_code_has_a_name_and_a_meaning_of_its_own) {
    static const struct {
        enum error_code code;
        const char *name;
    } cases[] = {{ERROR_NONE, "none"},
                 {ERROR_INTERNAL, "internal"},
                 {ERROR_USAGE, "usage"},
                 {ERROR_NOT_FOUND, "not_found"},
                 {ERROR_PREREQUISITES, "prerequisites"},
                 {ERROR_CONFLICT, "conflict"},
                 {ERROR_INVALID, "invalid"},
                 {ERROR_STALE, "stale"},
                 {ERROR_DECLINED, "declined"},
                 {ERROR_UNREACHABLE, "unreachable"},
                 {ERROR_PARTIAL, "partial"},
                 {ERROR_ROLLED_BACK, "rolled_back"},
                 {ERROR_UNKNOWN, "unknown"},
                 {ERROR_IO, "io"},
                 {ERROR_TIMEOUT, "timeout"},
                 {ERROR_INTERRUPTED, "interrupted"},
                 {(enum error_code)99, "internal"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_str_eq(error_name(cases[i].code), cases[i].name);
        cr_expect_gt(strlen(error_meaning(cases[i].code)), 0);
        for (size_t k = 0; k + 1 < i && i + 1 < sizeof cases / sizeof *cases; k++)
            cr_expect_str_neq(error_meaning(cases[i].code), error_meaning(cases[k].code));
    }
}

Test(error, a_new_error_replaces_the_old_one_and_may_quote_it) {
    struct error error = {0};
    cr_expect_not(error_set(&error, ERROR_CONFLICT, "%s is locked", "/p"));
    cr_expect_not(error_hint(&error, "wait for %d", 7));
    cr_expect_not(error_hint(&error, "wait, or stop %d", 7));
    cr_expect_eq(error.code, ERROR_CONFLICT);
    cr_expect_eq(error.system_errno, 0);
    cr_expect_str_eq(error.message, "/p is locked");
    cr_expect_str_eq(error.hint, "wait, or stop 7");
    cr_expect_not(error_set(&error, ERROR_PARTIAL, "batch 3: %s", error.message));
    cr_expect_str_eq(error.message, "batch 3: /p is locked");
    cr_expect_null(error.hint, "the old hint is gone");
    cr_expect_not(error_set_system(&error, EACCES, "cannot go on: %s", error.message));
    cr_expect_str_eq(error.message, "cannot go on: batch 3: /p is locked: Permission denied");
    error_release(&error);
    cr_expect_eq(error.code, ERROR_NONE);
    cr_expect_null(error.message);
    error_release(&error);
}

Test(error, the_code_of_a_failed_system_call) {
    static const struct {
        int system_errno;
        enum error_code code;
        const char *message;
    } cases[] = {{ENOENT, ERROR_NOT_FOUND, "x: No such file or directory"},
                 {EEXIST, ERROR_CONFLICT, "x: File exists"},
                 {ENOTEMPTY, ERROR_CONFLICT, "x: Directory not empty"},
                 {ENOSPC, ERROR_IO, "x: No space left on device"},
                 {EIO, ERROR_IO, "x: Input/output error"},
                 {99999, ERROR_IO, "x: unknown error"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        cr_expect_not(error_set_system(&error, cases[i].system_errno, "%s", "x"));
        cr_expect_eq(error.code, cases[i].code);
        cr_expect_eq(error.system_errno, cases[i].system_errno);
        cr_expect_str_eq(error.message, cases[i].message);
        error_release(&error);
    }
}

Test(error, an_empty_message_is_a_message) {
    struct error error = {0};
    error_set(&error, ERROR_USAGE, "%s", "");
    cr_assert_not_null(error.message);
    cr_expect_str_eq(error.message, "");
    error_release(&error);
}
