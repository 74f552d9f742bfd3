/*
 * core/api/claim_take: what is refused before anything is made; that a failure is not taken for "nothing is free".
 */
#include "api/claim_take.h"

#include <criterion/criterion.h>

#include "api/methods.h"
#include "claimant.h"
#include "claims/claim_board.h"
#include "claims/claim_lock.h"
#include "space.h"

TestSuite(claim_take, .timeout = 60);

/* An answer of "claim" on the plan X, with claims that wait for their lock for 20 ms. */
static struct answer ask(const struct space *space, struct request request) {
    static const struct claim_setting setting = {.wanted = CLAIM_KEPT_IN_STATE, .lock_timeout_ms = 20};
    struct workspace workspace = {.files = FILES_CLOSED};
    struct claim_board board;
    struct answer answer = {0};
    struct error error = {0};
    cr_assert(workspace_open(&workspace, space->root, &error), "%s", error.message);
    claim_board_init(&board, &workspace, &setting);
    request.method = "claim";
    request.plan = "X";
    request.as = "ann";
    request.host = "box";
    request.claims = &board;
    request_handle(&workspace, &request, &answer);
    claim_board_close(&board);
    workspace_release(&workspace);
    return answer;
}

static void expect(const struct space *space, struct request request, enum error_code code, const char *part) {
    struct answer answer = ask(space, request);
    const char *message = answer.diagnostics.count ? answer.diagnostics.items[0].message : "";
    cr_expect_eq(answer.code, code, "%d %s", (int)answer.code, message);
    cr_expect(has(message, part), "%s", message);
    answer_release(&answer);
}

Test(claim_take, a_time_that_no_agent_can_keep_is_refused) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2");
    expect(&space, (struct request){.ttl_ms = 1}, ERROR_USAGE, "one second at least");
    expect(&space, (struct request){.ttl_ms = CLAIM_TTL_MS_LEAST - 1, .id = "1.1"}, ERROR_USAGE, "");
    cr_expect_not(space_exists(&space, ".batchd"), "what is refused makes nothing");
    expect(&space, (struct request){.ttl_ms = CLAIM_TTL_MS_LEAST}, ERROR_NONE, "");
    expect(&space, (struct request){0}, ERROR_NONE, "");
    space_end(&space);
}

Test(claim_take, a_lock_that_is_held_is_said_also_where_nothing_is_free) {
    struct space space = space_new_alone();
    struct claimant holder;
    struct error error = {0};
    space_plan(&space, "X", "1.1");
    expect(&space, (struct request){0}, ERROR_NONE, "");
    expect(&space, (struct request){0}, ERROR_PREREQUISITES, "nothing is free now: 1 claimed; 1 is open");
    claimant_open(&holder, space.root, NULL, "eve");
    cr_assert(claim_lock_enter(&holder.store.lock, &holder.store.folder, &error), "%s", error.message);
    expect(&space, (struct request){0}, ERROR_CONFLICT, "holds the lock");
    claimant_close(&holder);
    space_end(&space);
}
