/*
 * core/claims/claim_team_wire: claims of a team as a helper sends them, which is foreign.
 */
#include "claims/claim_team_wire.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "format/json.h"

TestSuite(claim_team_wire, .timeout = 60);

#define SHA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define MARK                                                                                                           \
    "{\"order\":2,\"fixes\":[{\"name\":\"FIX_23_01.md\",\"sha\":\"" SHA                                                \
    "\"}],\"side\":null,\"for\":\"work\",\"fence\":6,\"by\":\"bob\",\"time\":\"2026-11-28T07:00:00.000Z\","            \
    "\"commit\":\"9f3a\",\"branch\":\"bob/2.3\"}"

static const char whole[] =
    "{\"plan\":\"shop/BOOKSHOP\",\"id\":\"2.3\",\"for\":\"work\",\"fence\":7,\"state\":\"held\","
    "\"by\":\"ann\",\"host\":\"box\",\"taken\":\"2026-11-28T08:00:00.000Z\","
    "\"until\":\"2026-11-28T09:00:00.000Z\",\"ttl_ms\":3600000,\"note\":null,\"finished\":" MARK "}";

static bool read(struct claim_record *record, struct arena *arena, const char *text) {
    struct json json = {0};
    struct diagnostics diagnostics = {0};
    const struct claim_moment moment = {.boot = "11111111-1111-1111-1111-111111111111", .boot_ms = 1000};
    cr_assert(json_parse(&json, span_of(text), "line", &diagnostics), "%s", text);
    bool is_read = claim_team_wire_read(record, arena, json.root, &moment);
    json_release(&json);
    diagnostics_release(&diagnostics);
    return is_read;
}

/* The whole claim with @old replaced by @new. */
static bool read_changed(struct claim_record *record, struct arena *arena, const char *old, const char *new) {
    struct buffer text = {0};
    const char *place = strstr(whole, old);
    cr_assert(place, "%s", old);
    buffer_append(&text, whole, (size_t)(place - whole));
    buffer_append_string(&text, new);
    buffer_append_string(&text, place + strlen(old));
    bool is_read = read(record, arena, text.data);
    buffer_release(&text);
    return is_read;
}

Test(claim_team_wire, a_claim_is_a_record) {
    struct arena arena = {0};
    struct claim_record record;
    cr_assert(read(&record, &arena, whole));
    cr_expect_str_eq(record.plan, "shop/BOOKSHOP");
    cr_expect(record.is_held && !record.is_ended && record.fence == 7);
    cr_expect_eq(record.held.deadline_ms, 1000 + 3600000);
    cr_expect(record.is_finished && record.finished.fence == 6 && record.finished.order == 2);
    cr_expect_str_eq(record.finished.branch, "bob/2.3");
    cr_expect_null(record.finished.worktree);
    arena_release(&arena);
}

Test(claim_team_wire, the_state_is_what_the_server_says) {
    static const struct {
        const char *state;
        bool is_live, is_ended;
    } rows[] = {{"held", true, false},
                {"expired", false, false},
                {"done", false, true},
                {"given_up", false, true},
                {"forced", false, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct claim_record record;
        struct buffer state = {0};
        buffer_append_format(&state, "\"state\":\"%s\"", rows[i].state);
        cr_assert(read_changed(&record, &arena, "\"state\":\"held\"", state.data), "%s", rows[i].state);
        cr_expect_eq(record.held.deadline_ms > 0, rows[i].is_live, "%s", rows[i].state);
        cr_expect_eq(record.is_ended, rows[i].is_ended, "%s", rows[i].state);
        buffer_release(&state);
        arena_release(&arena);
    }
}

Test(claim_team_wire, what_is_not_valid_is_refused) {
    static const char *const rows[][2] = {
        {"\"shop/BOOKSHOP\"", "\"\""},
        {"\"shop/BOOKSHOP\"", "\"/etc\""},
        {"\"shop/BOOKSHOP\"", "\"../BOOKSHOP\""},
        {"\"shop/BOOKSHOP\"", "7"},
        {"\"2.3\"", "\"../../etc\""},
        {"\"2.3\"", "\"2\""},
        {"\"2.3\"", "null"},
        {"\"work\"", "\"play\""},
        {"\"fence\":7", "\"fence\":0"},
        {"\"fence\":7", "\"fence\":-1"},
        {"\"fence\":7", "\"fence\":1.5"},
        {"\"fence\":7", "\"fence\":9007199254740993"},
        {"\"fence\":7", "\"fence\":\"7\""},
        {"\"state\":\"held\"", "\"state\":\"lost\""},
        {"\"state\":\"held\"", "\"state\":null"},
        {"\"ann\"", "\"\""},
        {"\"ann\"", "null"},
        {"2026-11-28T08:00:00.000Z", "2026-11-28T08:00:00Z"},
        {"2026-11-28T08:00:00.000Z", "now"},
        {"2026-11-28T09:00:00.000Z", "\\u001b[2J-11-28T09:00:00.000Z"},
        {"2026-11-28T09:00:00.000Z", "<b>6-11-28T09:00:00.000Z"},
        {"2026-11-28T07:00:00.000Z", "2026-11-28 07:00:00.000Z"},
        {"2026-11-28T07:00:00.000Z", "2026-11-28T07:00:00.000Zz"},
        {"3600000", "0"},
        {"3600000", "86400001"},
        {"\"note\":null", "\"note\":7"},
        {"\"host\":\"box\"", "\"host\":[]"},
        {MARK, "[]"},
        {"\"fence\":6", "\"fence\":0"},
        {"\"bob\"", "7"},
        {"\"9f3a\"", "\"9f3a; rm\""},
        {"\"FIX_23_01.md\"", "7"},
        {"\"sha\":", "\"digest\":"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct claim_record record;
        cr_expect_not(read_changed(&record, &arena, rows[i][0], rows[i][1]), "%s for %s", rows[i][1], rows[i][0]);
        arena_release(&arena);
    }
}

Test(claim_team_wire, a_branch_that_git_could_not_have_is_not_known) {
    static const char *const branches[] = {"\"-exec\"", "\"a b\"", "\"a\\u001b\"", "\"\"", "\"a:b\"", "7", "null"};
    for (size_t i = 0; i < sizeof branches / sizeof *branches; i++) {
        struct arena arena = {0};
        struct claim_record record;
        cr_assert(read_changed(&record, &arena, "\"bob/2.3\"", branches[i]), "%s", branches[i]);
        cr_expect_null(record.finished.branch, "%s", branches[i]);
        arena_release(&arena);
    }
}

Test(claim_team_wire, what_is_missing_of_a_mark_is_unknown) {
    struct arena arena = {0};
    struct claim_record record;
    cr_assert(read_changed(&record, &arena, MARK,
                           "{\"for\":\"design\",\"fence\":6,\"by\":\"bob\",\"time\":\"2026-11-28T07:00:00.000Z\"}"));
    cr_expect(record.is_finished && record.finished.order == 0 && record.finished.fix_count == 0);
    cr_expect_null(record.finished.commit);
    cr_expect_null(record.finished.side);
    cr_assert(read_changed(&record, &arena, MARK, "null"));
    cr_expect_not(record.is_finished);
    arena_release(&arena);
}
