/*
 * core/claims, what is pure: when a claim is live, when a mark binds, what handles and records look like.
 */
#include "claims/claim.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "claims/claim_clock.h"
#include "claims/claim_handle.h"
#include "claims/claim_json.h"
#include "claims/claim_transition.h"
#include "document/names.h"
#include "plan/standing.h"

TestSuite(claim, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define BOOT       "11111111-1111-1111-1111-111111111111"
#define OTHER_BOOT "22222222-2222-2222-2222-222222222222"
#define ONE_SIDE   "0123456789abcdef0123456789abcdef"
#define OTHER_SIDE "fedcba9876543210fedcba9876543210"
#define SHA        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER_SHA  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static bool is_always_dead(const struct claim_keeper *keeper) {
    return keeper->pid == 666;
}

static struct claim_moment moment_of(const char *boot, uint64_t boot_ms) {
    struct claim_moment moment = {.boot_ms = boot_ms, .wall_ms = 1795802400000, .is_dead = is_always_dead};
    snprintf(moment.boot, sizeof moment.boot, "%s", boot);
    return moment;
}

static struct claim_record held_record(struct arena *arena, uint64_t deadline_ms) {
    struct claim_record record = {.arena = arena,
                                  .plan = "shop/BOOKSHOP",
                                  .id = "2.3",
                                  .fence = 7,
                                  .is_held = true,
                                  .held = {.kind = CLAIM_WORK,
                                           .by = "ann",
                                           .secret = SHA,
                                           .since = "2026-11-27T18:00:00.000Z",
                                           .until = "2026-11-27T19:00:00.000Z",
                                           .ttl_ms = 3600000,
                                           .boot = BOOT,
                                           .deadline_ms = deadline_ms,
                                           .host = "box"}};
    return record;
}

Test(claim, is_live_until_its_deadline_in_its_boot_and_with_its_keeper) {
    struct arena arena = {0};
    struct claim_record none = {0}, record = held_record(&arena, 5000);
    struct claim_moment before = moment_of(BOOT, 4999), at = moment_of(BOOT, 5000), other = moment_of(OTHER_BOOT, 0);
    cr_expect_eq(claim_state(&none, &before), CLAIM_NONE);
    cr_expect_eq(claim_state(&record, &before), CLAIM_HELD);
    cr_expect_eq(claim_state(&record, &at), CLAIM_EXPIRED);
    cr_expect_eq(claim_state(&record, &other), CLAIM_EXPIRED);
    record.held.keeper = (struct claim_keeper){667, 1, 1};
    cr_expect_eq(claim_state(&record, &before), CLAIM_HELD);
    record.held.keeper.pid = 666;
    cr_expect_eq(claim_state(&record, &before), CLAIM_EXPIRED);
    record.is_ended = true;
    cr_expect_eq(claim_state(&record, &before), CLAIM_ENDED);
    arena_release(&arena);
}

/* The date on the wall is not looked at. */
Test(claim, the_wall_clock_decides_nothing) {
    struct arena arena = {0};
    struct claim_record record = held_record(&arena, 5000);
    struct claim_moment moment = moment_of(BOOT, 4999);
    for (int day = -1; day <= 1; day++) {
        moment.wall_ms = 1795802400000 + day * INT64_C(86400000);
        cr_expect_eq(claim_state(&record, &moment), CLAIM_HELD);
    }
    arena_release(&arena);
}

/* --- keepers --- */

Test(claim, a_keeper_is_dead_when_it_is_gone_a_zombie_or_another_process) {
    struct claim_keeper keeper;
    struct error error = {0};
    int status;
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    cr_assert(claim_clock_find_keeper(child, &keeper, &error));
    cr_expect_not(claim_clock_is_dead(&keeper));
    struct claim_keeper reused = keeper, foreign = keeper;
    reused.start--;
    foreign.pid_namespace++;
    cr_expect(claim_clock_is_dead(&reused));
    kill(child, SIGKILL);
    siginfo_t info;
    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    cr_expect(claim_clock_is_dead(&keeper), "a zombie");
    waitpid(child, &status, 0);
    cr_expect(claim_clock_is_dead(&keeper), "gone");
    cr_expect_not(claim_clock_is_dead(&foreign), "of another pid namespace: only the deadline counts");
    cr_expect_not(claim_clock_find_keeper(child, &keeper, &error));
    error_release(&error);
}

/* --- what it is ready for --- */

Test(claim, kinds_follow_from_the_next_step) {
    static const struct {
        enum next_step step;
        int kind; /* -1: none */
    } cases[] = {{STEP_SUBPLAN, CLAIM_DESIGN}, {STEP_FILL, CLAIM_DESIGN}, {STEP_RESOLVE, CLAIM_DESIGN},
                 {STEP_EXECUTION, CLAIM_WORK}, {STEP_WORK, CLAIM_WORK},   {STEP_REWORK, CLAIM_WORK},
                 {STEP_REVIEW, CLAIM_REVIEW},  {STEP_NOTHING, -1}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct standing standing = {.is_ready = true, .next = cases[i].step};
        enum claim_kind kind;
        bool is_found = claim_find_kind(&standing, &kind);
        cr_expect_eq(is_found ? (int)kind : -1, cases[i].kind, "%zu", i);
        standing.is_ready = false;
        cr_expect_not(claim_find_kind(&standing, &kind));
    }
}

/* --- marks --- */

struct files_case {
    const char *what;
    struct standing standing;
    bool binds_design, binds_work, binds_review; /* of work order 1 */
};

Test(claim, a_mark_binds_until_the_files_show_what_was_finished) {
    struct execution first = {.file = "X/execution/EXECUTION_TASK_X_11_01.md", .number = 1};
    struct execution two[] = {first, {.file = "X/execution/EXECUTION_TASK_X_11_02.md", .number = 2}};
    struct review submitted = {.kind = NAME_SUBMITTED, .file = "SUBMITTED_11_01.md", .number = 1};
    struct review other_submitted = {.kind = NAME_SUBMITTED, .file = "SUBMITTED_11_02.md", .number = 2};
    struct review old_fix = {.kind = NAME_FIX, .file = "X/execution/feedbacks/FIX_11.md", .sha = SHA};
    struct review new_fix = {.kind = NAME_FIX, .file = "X/execution/feedbacks/FIX_11.md", .sha = OTHER_SHA};
    const struct files_case cases[] = {
        {"nothing", {0}, true, true, true},
        {"a placeholder", {.subplan = SUBPLAN_PLACEHOLDER}, true, true, true},
        {"a SUBPLAN", {.subplan = SUBPLAN_COMPLETE}, false, true, true},
        {"its order", {.executions = &first, .execution_count = 1}, false, true, true},
        {"a later order", {.executions = two, .execution_count = 2}, false, false, true},
        {"its SUBMITTED", {.reviews = &submitted, .review_count = 1}, false, false, true},
        {"another SUBMITTED", {.reviews = &other_submitted, .review_count = 1}, false, true, true},
        {"an answered FIX", {.reviews = &old_fix, .review_count = 1}, false, true, true},
        {"a new FIX", {.reviews = &new_fix, .review_count = 1}, false, false, false},
        {"an APPROVED", {.approved_file = "a"}, false, false, false},
        {"a SKIPPED", {.skipped_file = "a"}, false, false, false},
    };
    struct claim_fix fix = {"FIX_11.md", SHA};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const bool expected[] = {cases[i].binds_design, cases[i].binds_work, cases[i].binds_review};
        for (enum claim_kind kind = 0; kind < CLAIM_KINDS; kind++) {
            struct claim_mark mark = {.kind = kind, .order = 1, .fixes = &fix, .fix_count = 1, .side = ONE_SIDE};
            bool is_decided = cases[i].standing.approved_file || cases[i].standing.skipped_file;
            cr_expect_eq(claim_mark_binds(&mark, OTHER_SIDE, &cases[i].standing), expected[kind] && !is_decided,
                         "%s, %s", cases[i].what, claim_kind_name(kind));
            cr_expect_not(claim_mark_binds(&mark, ONE_SIDE, &cases[i].standing), "its own side");
            cr_expect_not(claim_mark_binds(&mark, NULL, &cases[i].standing), "outside git");
            mark.side = NULL;
            cr_expect_not(claim_mark_binds(&mark, OTHER_SIDE, &cases[i].standing), "made outside git");
        }
    }
}

/* --- handles --- */

Test(claim, a_handle_is_read_as_it_was_written) {
    static char plans[][16] = {"X", "shop/BOOKSHOP", "a%b", "a\\b", "a@b/c.d", "grün", "a b"};
    for (size_t i = 0; i < COUNT(plans); i++) {
        struct claim_handle handle = {
            .plan = plans[i], .id = "2.3", .fence = 7, .secret = "0123456789abcdef0123456789abcdef"};
        struct claim_handle read;
        struct buffer text = {0};
        struct error error = {0};
        claim_handle_append(&text, &handle);
        cr_assert(claim_handle_parse(&read, text.data, &error), "%s: %s", text.data, error.message);
        cr_expect_str_eq(read.plan, plans[i]);
        cr_expect_str_eq(read.id, "2.3");
        cr_expect_eq(read.fence, 7);
        cr_expect_str_eq(read.secret, handle.secret);
        claim_handle_release(&read);
        buffer_release(&text);
    }
}

Test(claim, what_is_no_handle_is_refused) {
    static const char secret[] = "0123456789abcdef0123456789abcdef";
    static const char *const starts[] = {"",
                                         "X",
                                         "X/2.3",
                                         "X/2.3@7",
                                         "X/2.3@0.",
                                         "X/2.3@07.",
                                         "X/2.3@-1.",
                                         "X/2@7.",
                                         "/2.3@7.",
                                         "a/b/2.3@7.",
                                         "..%2Fx/2.3@7.",
                                         "%2Fetc/2.3@7.",
                                         "a%00/2.3@7.",
                                         "%61/2.3@7.",
                                         "a%2f/2.3@7.",
                                         "a%/2.3@7.",
                                         "X/2.3@9007199254740992.",
                                         "X/2.3@99999999999999999999."};
    for (size_t i = 0; i < COUNT(starts); i++) {
        struct claim_handle handle;
        struct error error = {0};
        char text[128];
        snprintf(text, sizeof text, "%s%s", starts[i], secret);
        cr_expect_not(claim_handle_parse(&handle, text, &error), "%s", text);
        cr_expect_eq(error.code, ERROR_USAGE);
        error_release(&error);
    }
    struct claim_handle handle;
    struct error error = {0};
    cr_expect_not(claim_handle_parse(&handle, "X/2.3@7.0123456789abcdef0123456789abcde", &error));
    error_release(&error);
    cr_expect_not(claim_handle_parse(&handle, "X/2.3@7.0123456789ABCDEF0123456789abcdef", &error));
    error_release(&error);
}

Test(claim, names_of_folders_are_short_and_different) {
    struct buffer name = {0};
    char path[600];
    claim_name_append(&name, "");
    cr_expect_str_eq(name.data, "%");
    buffer_clear(&name);
    claim_name_append(&name, "a/b%c");
    cr_expect_str_eq(name.data, "a%2Fb%25c");
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    buffer_clear(&name);
    claim_name_append(&name, path);
    cr_expect_eq(name.length, 33);
    cr_expect_eq(name.data[0], '%');
    buffer_release(&name);
}

/* --- the record --- */

static struct claim_record full_record(struct arena *arena) {
    static struct claim_fix fix = {"FIX_23.md", SHA};
    struct claim_record record = held_record(arena, 5000);
    record.held.keeper = (struct claim_keeper){4711, 98765, 4026531836};
    record.held.branch = "ann/2.3";
    record.held.note = "half \"done\"";
    record.is_ended = record.is_finished = true;
    record.ended = (struct claim_ending){CLAIM_DONE, "ann", "2026-11-27T18:30:00.000Z", NULL};
    record.finished = (struct claim_mark){.kind = CLAIM_WORK,
                                          .order = 1,
                                          .fixes = &fix,
                                          .fix_count = 1,
                                          .fence = 7,
                                          .by = "ann",
                                          .time = "2026-11-27T18:30:00.000Z",
                                          .commit = "9f3a",
                                          .worktree = "/home/ann/shop",
                                          .branch = "ann/2.3",
                                          .side = ONE_SIDE};
    return record;
}

Test(claim, a_record_is_read_as_it_was_written) {
    struct arena arena = {0};
    struct claim_record record = full_record(&arena), read;
    struct buffer text = {0}, again = {0};
    claim_json_write(&text, &record);
    cr_assert_null(claim_json_read(&read, &arena, buffer_span(&text), "shop/BOOKSHOP", "2.3"));
    claim_json_write(&again, &read);
    cr_expect_str_eq(text.data, again.data);
    cr_expect_eq(read.held.keeper.start, 98765);
    cr_expect_str_eq(read.finished.fixes[0].sha, SHA);
    buffer_release(&text);
    buffer_release(&again);
    arena_release(&arena);
}

static char *replace(const char *text, const char *from, const char *to) {
    const char *place = strstr(text, from);
    struct buffer changed = {0};
    cr_assert(place, "%s", from);
    buffer_append(&changed, text, (size_t)(place - text));
    buffer_append_string(&changed, to);
    buffer_append_string(&changed, place + strlen(from));
    return changed.data;
}

/* Each member is checked: with one changed, the record is damaged, and so never free. */
Test(claim, a_record_that_is_not_understood_is_damaged) {
    static const char *const changes[][2] = {
        {"batchd-claim/1", "batchd-claim/2"},
        {"batchd-claim/1", "batchd"},
        {"\"shop/BOOKSHOP\"", "\"shop/OTHER\""},
        {"\"id\":\"2.3\"", "\"id\":\"2.4\""},
        {"\"id\":\"2.3\"", "\"id\":\"2.3\",\"id\":\"2.3\""},
        {"\"fence\":7", "\"fence\":0"},
        {"\"fence\":7", "\"fence\":7.5"},
        {"\"fence\":7", "\"fence\":-7"},
        {"\"fence\":7", "\"fence\":\"7\""},
        {"\"fence\":7", "\"fence\":9007199254740993"},
        {"\"fence\":7,", ""},
        {"\"for\":\"work\"", "\"for\":\"play\""},
        {"\"by\":\"ann\"", "\"by\":\"\""},
        {"\"by\":\"ann\"", "\"by\":null"},
        {"sha256:a", "sha256:A"},
        {"sha256:a", "sha256:"},
        {"sha256:a", "md5:a"},
        {"\"ttl_ms\":3600000", "\"ttl_ms\":86400001"},
        {"\"ttl_ms\":3600000", "\"ttl_ms\":0"},
        {"\"boot\":\"1", "\"boot\":\""},
        {"\"deadline_ms\":5000", "\"deadline_ms\":null"},
        {"\"pid\":4711", "\"pid\":0"},
        {"\"pid_ns\":4026531836", "\"pid_ns\":\"x\""},
        {"\"host\":\"box\"", "\"host\":7"},
        {"\"host\":\"box\",", ""},
        {"\"branch\":\"ann/2.3\"", "\"branch\":[]"},
        {"\"result\":\"done\"", "\"result\":\"won\""},
        {"\"order\":1", "\"order\":null"},
        {"\"order\":1", "\"order\":4294967296"},
        {"\"fixes\":[{", "\"fixes\":[7,{"},
        {"\"name\":\"FIX_23.md\"", "\"name\":7"},
        {"\"side\":\"0", "\"side\":\"x"},
        {"\"side\":\"0", "\"side\":\""},
        {"\"worktree\":\"/home/ann/shop\"", "\"worktree\":{}"},
        {"{\"schema\"", "[{\"schema\""},
        {"}\n", "}}\n"},
        {"}\n", "\n"},
    };
    struct arena arena = {0};
    struct claim_record record = full_record(&arena), read;
    struct buffer text = {0};
    claim_json_write(&text, &record);
    for (size_t i = 0; i < COUNT(changes); i++) {
        char *changed = replace(text.data, changes[i][0], changes[i][1]);
        cr_expect_not_null(claim_json_read(&read, &arena, span_of(changed), "shop/BOOKSHOP", "2.3"), "%s",
                           changes[i][1]);
        cr_expect_eq(read.fence, 0);
        free(changed);
    }
    for (size_t length = 0; length < text.length - 1; length++)
        cr_expect_not_null(claim_json_read(&read, &arena, (struct span){text.data, length}, "shop/BOOKSHOP", "2.3"),
                           "%zu", length);
    buffer_release(&text);
    arena_release(&arena);
}

/* --- transitions --- */

static const struct claim_taker ann = {.by = "ann", .host = "box", .side = {.side = ONE_SIDE, .branch = "one"}};
static const struct claim_taker bob = {.by = "bob", .host = "box", .side = {.side = OTHER_SIDE, .branch = "two"}};
static const struct standing ready = {.is_ready = true, .next = STEP_EXECUTION};

static struct claim_handle handle_of(const struct claim_record *record, const char *secret) {
    struct claim_handle handle = {.fence = record->fence};
    snprintf(handle.secret, sizeof handle.secret, "%s", secret);
    return handle;
}

static struct claim_record new_record(struct arena *arena) {
    return (struct claim_record){.arena = arena, .plan = "X", .id = "1.1"};
}

static enum claim_reason take(struct claim_record *record, const struct claim_taker *taker, const char *secret,
                              uint64_t boot_ms) {
    struct claim_moment moment = moment_of(BOOT, boot_ms);
    struct claim_handle handle = handle_of(record, secret);
    char digest[DIGEST_SHA_TEXT];
    claim_handle_digest(&handle, digest);
    return claim_transition_take(record, taker, CLAIM_WORK, &ready, digest, &moment);
}

#define ANNS "0000000000000000000000000000000a"
#define BOBS "0000000000000000000000000000000b"

Test(claim, what_has_run_out_can_be_renewed_until_another_takes_it) {
    struct arena arena = {0};
    struct claim_record record = new_record(&arena);
    bool is_late;
    cr_assert_eq(take(&record, &ann, ANNS, 1000), CLAIM_REASON_NONE);
    cr_expect_eq(record.fence, 1);
    cr_expect_eq(record.held.deadline_ms, 1000 + CLAIM_TTL_MS_USUAL);
    struct claim_handle handle = handle_of(&record, ANNS), wrong = handle_of(&record, BOBS);
    cr_expect_eq(take(&record, &bob, BOBS, 2000), CLAIM_REASON_HELD);
    struct claim_moment late = moment_of(BOOT, 1000 + CLAIM_TTL_MS_USUAL), reboot = moment_of(OTHER_BOOT, 10);
    cr_expect_eq(claim_transition_renew(&record, &wrong, NULL, &late, &is_late), CLAIM_REASON_TAKEN);
    cr_expect_eq(claim_transition_renew(&record, &handle, "x", &late, &is_late), CLAIM_REASON_NONE);
    cr_expect(is_late);
    cr_expect_eq(claim_transition_renew(&record, &handle, NULL, &reboot, &is_late), CLAIM_REASON_NONE);
    cr_expect(is_late);
    cr_expect_str_eq(record.held.note, "x");
    cr_expect_eq(claim_state(&record, &reboot), CLAIM_HELD);
    cr_assert_eq(take(&record, &bob, BOBS, 1000), CLAIM_REASON_NONE); /* in another boot */
    cr_expect_eq(record.fence, 2);
    cr_expect_eq(claim_transition_renew(&record, &handle, NULL, &late, &is_late), CLAIM_REASON_TAKEN);
    handle.fence = 3;
    cr_expect_eq(claim_transition_renew(&record, &handle, NULL, &late, &is_late), CLAIM_REASON_GONE);
    arena_release(&arena);
}

Test(claim, a_claim_ends_once_and_done_only_if_it_is_done) {
    struct arena arena = {0};
    struct claim_record record = new_record(&arena);
    struct claim_moment moment = moment_of(BOOT, 2000);
    struct standing submitted = {.state = STATE_SUBMITTED}, none = {0};
    struct claim_end done = {.result = CLAIM_DONE, .side = ann.side}, given_up = {.result = CLAIM_GIVEN_UP};
    bool is_repeated;
    take(&record, &ann, ANNS, 1000);
    struct claim_handle handle = handle_of(&record, ANNS);
    cr_expect_eq(claim_transition_end(&record, &handle, &done, &none, &moment, &is_repeated), CLAIM_REASON_NOT_DONE);
    cr_expect_not(record.is_ended);
    cr_expect_eq(claim_transition_end(&record, &handle, &done, &submitted, &moment, &is_repeated), CLAIM_REASON_NONE);
    cr_expect(record.is_ended && record.is_finished && !is_repeated);
    cr_expect_eq(claim_transition_end(&record, &handle, &done, &submitted, &moment, &is_repeated), CLAIM_REASON_NONE);
    cr_expect(is_repeated);
    cr_expect_eq(claim_transition_end(&record, &handle, &given_up, &none, &moment, &is_repeated), CLAIM_REASON_ENDED);
    cr_expect_eq(take(&record, &bob, BOBS, 3000), CLAIM_REASON_FINISHED);
    cr_expect_eq(take(&record, &ann, ANNS, 3000), CLAIM_REASON_NONE, "its own side");
    cr_expect_eq(record.finished.fence, 1);
    cr_expect_eq(claim_transition_forget(&record, 2), CLAIM_REASON_FENCE);
    cr_expect_eq(claim_transition_forget(&record, 1), CLAIM_REASON_NONE);
    cr_expect_eq(claim_transition_forget(&record, 1), CLAIM_REASON_GONE);
    arena_release(&arena);
}

Test(claim, a_person_ends_the_claim_that_was_shown) {
    struct arena arena = {0};
    struct claim_record record = new_record(&arena);
    struct claim_moment moment = moment_of(BOOT, 2000);
    cr_expect_eq(claim_transition_force(&record, 1, "eve", NULL, &moment), CLAIM_REASON_GONE);
    take(&record, &ann, ANNS, 1000);
    cr_expect_eq(claim_transition_force(&record, 2, "eve", NULL, &moment), CLAIM_REASON_FENCE);
    cr_expect_eq(claim_transition_force(&record, 1, "eve", "away", &moment), CLAIM_REASON_NONE);
    struct claim_handle handle = handle_of(&record, ANNS);
    cr_expect_eq(claim_transition_check(&record, &handle), CLAIM_REASON_ENDED);
    cr_expect_eq(take(&record, &bob, BOBS, 2000), CLAIM_REASON_NONE);
    cr_expect_eq(record.fence, 2);
    arena_release(&arena);
}
