/*
 * core/batch/fence: a batch under a claim commits only while the claim is its own. A person ends the claim before each
 * operation of each kind of batch: what has committed by then stands, anything else is refused and rolled back.
 */
#include "batch/fence.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/methods.h"
#include "base/digest.h"
#include "base/string_map.h"
#include "batch/record.h"
#include "batch/record_list.h"
#include "claimant.h"
#include "claims/claim_fence.h"
#include "space.h"

/* In memory, where there is such a folder: some hundred batches, and what they sync matters to no check here. */
static void work_in_memory(void) {
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
}

TestSuite(fence, .init = work_in_memory, .timeout = 240);

/* --- the kinds of batches, on the achievement 1.1 --- */

struct batch_case {
    const char *method;
    const char *before; /* a command that makes what the batch needs; or NULL */
    const char *after;  /* one to run when the claim is taken; or NULL */
    enum claim_kind kind;
    uint64_t batch; /* retry, undo */
    bool has_order;
};

static const struct batch_case cases[] = {
    {"create", NULL, NULL, CLAIM_WORK, 0, false},
    {"submit", NULL, NULL, CLAIM_WORK, 0, true},
    {"approve", "submit X 1.1 --yes", NULL, CLAIM_REVIEW, 0, true},
    {"reject", "submit X 1.1 --yes", NULL, CLAIM_REVIEW, 0, true},
    {"skip", NULL, NULL, CLAIM_WORK, 0, false},
    {"adopt", NULL, NULL, CLAIM_WORK, 0, true},
    {"reopen", NULL, "approve X 1.1 --yes", CLAIM_WORK, 0, true},
    {"retry", "create X --ids 1.1,1.2 --keep-going --yes", NULL, CLAIM_DESIGN, 1, false},
    {"undo", "create X --ids 1.1 --yes", NULL, CLAIM_WORK, 1, false},
};

static bool is_case(const struct batch_case *batch, const char *method) {
    return strcmp(batch->method, method) == 0;
}

/* What is claimed: a batch is retried for what has failed. */
static const char *id_of(const struct batch_case *batch) {
    return is_case(batch, "retry") ? "1.2" : "1.1";
}

static void run_quietly(const struct space *space, const char *command) {
    if (!command)
        return;
    struct outcome outcome = run(space, command);
    outcome_end(&outcome);
}

static struct space space_of(const struct batch_case *batch) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    if (batch->has_order)
        space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md",
                    "# EXECUTION_TASK\n\n**Status**: Complete\n\n## Deliverables\n\n- [x] One\n");
    run_quietly(&space, batch->before);
    return space;
}

static void write_request(const struct batch_case *batch, const char *const *ids, struct request *request) {
    *request = (struct request){.method = batch->method,
                                .plan = "X",
                                .as = "ann",
                                .message = "because",
                                .batch = batch->batch,
                                .lock_timeout_ms = 1000};
    if (!is_case(batch, "undo"))
        request->options.selection = (struct selection){.kind = SELECT_IDS, .ids = ids, .id_count = 1};
}

/* --- what is on the disk: names and contents, without times --- */

static uint64_t digest_folder(const char *path) {
    uint64_t sum = 0;
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char inner[4096], text[65536];
        struct stat status;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (lstat(inner, &status))
            continue;
        FILE *file = S_ISREG(status.st_mode) ? fopen(inner, "r") : NULL;
        size_t got = file ? fread(text, 1, sizeof text, file) : 0;
        if (file)
            fclose(file);
        sum += digest_number(inner, strlen(inner)) ^ digest_number(text, got);
        sum += S_ISDIR(status.st_mode) ? digest_folder(inner) : 0;
    }
    if (folder)
        closedir(folder);
    return sum;
}

static uint64_t digest_plan(const struct space *space) {
    char path[4096];
    snprintf(path, sizeof path, "%s/X", space->root);
    return digest_folder(path);
}

/* How often something was committed: batches and undos. */
static size_t count_commits(const struct space *space) {
    struct files files;
    struct state_dir state;
    struct listing listing = {0};
    struct error error = {0};
    cr_assert(files_open(&files, space->root, &error) && state_dir_find(&state, &files, &error) &&
              record_list(&state, STATE_BATCHES, &listing, &error));
    size_t count = listing.count;
    listing_release(&listing);
    files_close(&files);
    return count;
}

/* --- the person --- */

struct person {
    const struct space *space;
    struct claimant claimant;
    const char *id;
    int at, calls;       /* before which operation */
    bool has_ended;      /* the claim */
    size_t commit_count; /* when it was ended */
};

static int end_claim(void *data, enum files_operation operation, const char *path) {
    struct person *person = data;
    struct claim_reply reply = {0};
    struct error error = {0};
    (void)operation, (void)path;
    if (++person->calls != person->at)
        return 0;
    person->has_ended = CALL(&person->claimant, force, "X", person->id, 1, "eve", NULL, &reply, &error);
    cr_expect(person->has_ended || error.code == ERROR_CONFLICT, "%s", error.message);
    person->commit_count = count_commits(person->space);
    claim_reply_release(&reply);
    error_release(&error);
    return 0;
}

/* One run: the claim is ended before operation @at. False if there is no such operation. */
static bool run_against(const struct batch_case *batch, int at) {
    struct space space = space_of(batch);
    struct claimant ann;
    struct claim_reply reply = {0};
    struct claim_fence fence;
    struct answer answer = {0};
    struct request request;
    struct error error = {0};
    const char *ids[] = {id_of(batch)};
    claimant_open(&ann, space.root, NULL, "ann");
    cr_assert(claimant_take(&ann, ids[0], batch->kind, &reply, &error), "%s: %s", batch->method, error.message);
    if (is_case(batch, "retry"))
        space_subplan(&space, "X", "1.2");
    run_quietly(&space, batch->after);
    cr_assert(claim_fence_open(&fence, &ann.store.authority, &reply.handle, false, &error), "%s", error.message);
    uint64_t before = digest_plan(&space);
    size_t commits = count_commits(&space);
    struct person person = {.space = &space, .id = ids[0], .at = at};
    claimant_open(&person.claimant, space.root, NULL, "eve");
    person.claimant.store.lock.timeout_ms = 0;
    write_request(batch, ids, &request);
    request.batch_fence = &fence.fence;
    ann.workspace.files.hook = end_claim;
    ann.workspace.files.hook_data = &person;
    request_handle(&ann.workspace, &request, &answer);
    bool is_committed = count_commits(&space) > commits;
    bool must_commit = !person.has_ended || person.commit_count > commits;
    cr_expect_eq(is_committed, must_commit, "%s, %d", batch->method, at);
    cr_expect_eq(answer.code, must_commit ? ERROR_NONE : ERROR_STALE, "%s, %d: %d %s", batch->method, at,
                 (int)answer.code, answer.diagnostics.count ? answer.diagnostics.items[0].message : "");
    cr_expect_eq(digest_plan(&space) != before, must_commit, "%s, %d", batch->method, at);
    ann.workspace.files.hook = NULL;
    answer_release(&answer);
    claim_fence_close(&fence);
    claim_reply_release(&reply);
    claimant_close(&person.claimant);
    claimant_close(&ann);
    space_end(&space);
    return person.calls >= at;
}

static void run_case(const struct batch_case *batch) {
    int at = 1;
    while (run_against(batch, at))
        at++;
    cr_expect_gt(at, 10, "%s", batch->method);
}

#define FENCE_TEST(number, name)                                                                                       \
    Test(fence, name) {                                                                                                \
        cr_assert(is_case(&cases[number], #name));                                                                     \
        run_case(&cases[number]);                                                                                      \
    }
FENCE_TEST(0, create)
FENCE_TEST(1, submit)
FENCE_TEST(2, approve)
FENCE_TEST(3, reject)
FENCE_TEST(4, skip)
FENCE_TEST(5, adopt)
FENCE_TEST(6, reopen)
FENCE_TEST(7, retry)
FENCE_TEST(8, undo)

/* --- what a fence is about --- */

Test(fence, is_about_its_achievement_and_its_parts) {
    const struct fence fence = {.plan = "shop/X", .id = "1.1"};
    cr_expect(fence_is_about(&fence, "shop/X", "1.1"));
    cr_expect(fence_is_about(&fence, "shop/X", "1.1.2"));
    cr_expect_not(fence_is_about(&fence, "shop/X", "1.12"));
    cr_expect_not(fence_is_about(&fence, "shop/X", "1.1.2.3"));
    cr_expect_not(fence_is_about(&fence, "shop/X", "2.1"));
    cr_expect_not(fence_is_about(&fence, "X", "1.1"));
    cr_expect_not(fence_is_about(&fence, "shop/X", NULL));
}

/* A batch of something else is refused under an explicit claim, and needs no claim of the environment. */
Test(fence, a_batch_of_something_else_is_refused_or_does_without) {
    struct space space = space_of(&cases[0]);
    struct claimant ann;
    struct claim_reply reply = {0};
    struct error error = {0};
    const char *ids[] = {"1.1"};
    claimant_open(&ann, space.root, NULL, "ann");
    cr_assert(claimant_take(&ann, "1.2", CLAIM_DESIGN, &reply, &error));
    for (int is_optional = 0; is_optional <= 1; is_optional++) {
        struct claim_fence fence;
        struct answer answer = {0};
        struct request request;
        cr_assert(claim_fence_open(&fence, &ann.store.authority, &reply.handle, is_optional, &error));
        write_request(&cases[0], ids, &request);
        request.batch_fence = &fence.fence;
        request_handle(&ann.workspace, &request, &answer);
        cr_expect_eq(answer.code, is_optional ? ERROR_NONE : ERROR_USAGE);
        answer_release(&answer);
        claim_fence_close(&fence);
    }
    char *record = space_read(&space, ".batchd/*/batches/000001.json");
    cr_expect_not(has(record, "\"claim\""), "%s", record);
    free(record);
    claim_reply_release(&reply);
    claimant_close(&ann);
    space_end(&space);
}

/* The record of a batch says under which claim it was made, and so does a SUBMITTED. */
Test(fence, the_claim_is_recorded) {
    struct space space = space_of(&cases[1]);
    struct claimant ann;
    struct claim_reply reply = {0};
    struct claim_fence fence;
    struct answer answer = {0};
    struct request request;
    struct error error = {0};
    const char *ids[] = {"1.1"};
    claimant_open(&ann, space.root, NULL, "ann");
    cr_assert(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, &error));
    cr_assert(claim_fence_open(&fence, &ann.store.authority, &reply.handle, false, &error));
    write_request(&cases[1], ids, &request);
    request.batch_fence = &fence.fence;
    request_handle(&ann.workspace, &request, &answer);
    cr_assert_eq(answer.code, ERROR_NONE);
    char *record = space_read(&space, ".batchd/*/batches/000001.json");
    char *submitted = space_read(&space, "X/execution/feedbacks/SUBMITTED_11_01.md");
    cr_expect(has(record, "\"claim\":{\"id\":\"1.1\",\"fence\":1,\"by\":\"ann\"}"), "%s", record);
    cr_expect(has(submitted, "\n**Claim**: 1.1 fence 1\n"), "%s", submitted);
    free(record);
    free(submitted);
    answer_release(&answer);
    claim_fence_close(&fence);
    claim_reply_release(&reply);
    claimant_close(&ann);
    space_end(&space);
}
