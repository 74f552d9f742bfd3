/*
 * Events, whether folders are watched or polled: each type follows from what has changed in the files. Those of the
 * watches themselves are in tests/storm/trials.c.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "daemon.h"
#include "plan_files.h"
#include "refusal.h"
#include "view/event.h"

TestSuite(events, .timeout = 120);

/* What is done in the workspace, and the types of events that follow, among others. */
struct step {
    void (*write)(const struct space *space, const char *plan, const char *content);
    const char *plan, *content;
    const char *shell;    /* in the root */
    const char *command;  /* of batchctl */
    const char *expected; /* "subplan.created subplan.completed" */
};

#define DRAFT "echo '[TO BE FILLED: goal]' > X/subplans/SUBPLAN_X_11.md"

static const struct step steps[] = {
    {.expected = "resync"},
    {.write = space_plan, .plan = "Y", .content = "1.1", .expected = "plan.added"},
    {.shell = "rm -r Y", .expected = "plan.removed"},
    {.write = space_plan, .plan = "X", .content = "1.1; 2.1: 1.1; 2.2: 1.1", .expected = "plan.changed"},
    {.shell = "cp X/parallel.json kept && echo '{' > X/parallel.json", .expected = "plan.invalid"},
    {.shell = "mv kept X/parallel.json", .expected = "plan.changed"},
    {.command = "claim X 1.1 --as ann --ttl 1s", .expected = "claim.taken"},
    {.expected = "claim.expired"},
    {.command = "claim X 1.1 --as ann", .expected = "claim.taken"},
    {.command = "release --force X 1.1 --yes --fence 2", .expected = "claim.released"},
    {.shell = DRAFT, .expected = "subplan.created"},
    {.write = space_subplan, .plan = "X", .content = "1.1", .expected = "subplan.completed level.subplans_complete"},
    {.command = "create X --yes", .expected = "execution.created batch.created"},
    {.command = "undo 1 --yes", .expected = "execution.removed batch.undone"},
    {.command = "create X --yes --no-daemon", .expected = "execution.created batch.created"},
    {.command = "undo 2 --yes --no-daemon", .expected = "execution.removed batch.undone"},
    {.command = "create X --yes", .expected = "execution.created batch.created"},
    {.command = "claim X 1.1 --as ann --submit -- true",
     .expected = "claim.taken achievement.submitted batch.created claim.finished"},
    {.command = "claims --forget X 1.1 --yes --fence 3", .expected = "claim.released"},
    {.command = "undo 4 --yes", .expected = "batch.undone"},
    {.command = "undo 3 --yes", .expected = "execution.removed batch.undone"},
    {.shell = DRAFT, .expected = "subplan.reopened"},
    {.shell = "rm X/subplans/SUBPLAN_X_11.md", .expected = "subplan.removed"},
    {.write = space_fix, .plan = "X", .content = "1.1", .expected = "achievement.failed"},
    {.write = space_approved,
     .plan = "X",
     .content = "1.1",
     .expected = "achievement.completed achievement.ready level.completed"},
    {.shell = "rm X/execution/feedbacks/APPROVED*", .expected = "achievement.reopened"},
    {.write = space_skipped, .plan = "X", .content = "1.1", .expected = "achievement.skipped"},
    {.shell = "echo {} > $(echo .batchd/*/pending)/000005.json"},
    {.command = "status", .expected = ""}, /* so the daemon has read that it is pending */
    {.shell = "rm .batchd/*/pending/000005.json", .expected = "batch.failed"},
};

static void run_shell(const struct space *space, const char *shell) {
    struct buffer text = {0};
    buffer_append_format(&text, "cd %s && %s", space->root, shell);
    cr_assert_eq(system(text.data), 0, "%s", shell);
    buffer_release(&text);
}

static void take(const struct space *space, const struct step *step) {
    if (step->write)
        step->write(space, step->plan, step->content);
    if (step->shell)
        run_shell(space, step->shell);
    if (step->command) {
        struct outcome outcome = run(space, step->command);
        cr_assert_eq(outcome.status, 0, "%s: %d %s%s", step->command, outcome.status, outcome.out, outcome.err);
        outcome_end(&outcome);
    }
}

/* Count events until each of the types has come that the step expects. */
static void receive(struct peer *peer, const char *expected, size_t counts[EVENT_TYPES]) {
    char *words = memory_copy(expected), *rest = NULL;
    size_t before[EVENT_TYPES];
    memcpy(before, counts, sizeof before);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        enum event_type wanted;
        cr_assert(event_type_find(word, &wanted), "%s", word);
        while (counts[wanted] == before[wanted]) {
            struct json event = peer_json(peer_line(peer));
            enum event_type type;
            cr_assert(event_type_find(text_at(&event, "/params/type"), &type));
            counts[type]++;
            json_release(&event);
        }
    }
    memory_free(words);
}

static void expect_every_type(const struct refusal *refusal) {
    size_t counts[EVENT_TYPES] = {0};
    struct space space = space_new_alone();
    struct daemon daemon;
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.refusal = refusal}));
    struct peer peer = peer_connect(daemon.socket);
    peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"since\":0}}");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        take(&space, &steps[i]);
        receive(&peer, steps[i].expected ? steps[i].expected : "", counts);
    }
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        cr_expect(counts[type] || strncmp(event_type_name(type), "watch.", 6) == 0, "%s", event_type_name(type));
    cr_expect_eq(counts[EVENT_BATCH_CREATED], 4);
    cr_expect_eq(counts[EVENT_BATCH_UNDONE], 4);
    cr_expect_eq(counts[EVENT_BATCH_FAILED], 1);
    cr_expect_eq(counts[EVENT_CLAIM_TAKEN], 3);
    cr_expect_eq(counts[EVENT_CLAIM_RELEASED], 2);
    cr_expect_eq(counts[EVENT_CLAIM_EXPIRED], 1);
    cr_expect_eq(counts[EVENT_CLAIM_FINISHED], 1);
    peer_close(&peer);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(events, every_type_is_published_while_folders_are_watched) {
    expect_every_type(NULL);
}

Test(events, every_type_is_published_while_folders_are_polled) {
    const struct refusal *row = refusal_rows;
    while (strcmp(row->name, "inotify_init1") != 0)
        row++;
    struct refusal refusal = *row;
    refusal.failure = EPERM;
    expect_every_type(&refusal);
}

/* --- many events --- */

enum { MANY = 500 };

struct reader {
    struct peer peer;
    uint64_t seq; /* of the last event */
};

static enum event_type next_type(struct reader *reader) {
    struct json event = peer_json(peer_line(&reader->peer));
    enum event_type type;
    cr_assert(event_type_find(text_at(&event, "/params/type"), &type));
    uint64_t seq = (uint64_t)node_at(&event, "/params/seq")->valuedouble;
    cr_assert_eq(seq, reader->seq + 1);
    reader->seq = seq;
    json_release(&event);
    return type;
}

/* Reads events until one is of @last, and asks as another client meanwhile. Returns how many are of @type. */
static size_t count_until(struct reader *reader, struct peer *other, enum event_type type, enum event_type last) {
    size_t count = 0;
    for (enum event_type next = EVENT_TYPES; next != last;) {
        peer_ask(other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
        next = next_type(reader);
        count += next == type;
    }
    return count;
}

Test(events, many_are_published_in_order_though_more_changes_meanwhile) {
    struct space space = space_new_alone();
    char *folder = space_path(&space, "X");
    plan_files_write_many(folder, 1, MANY);
    struct daemon daemon = daemon_start(&space);
    struct reader reader = {.peer = peer_connect(daemon.socket)};
    struct peer other = peer_connect(daemon.socket);
    peer_ask(&reader.peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"since\":0}}");
    cr_expect_eq(next_type(&reader), EVENT_RESYNC);
    take(&space, &(struct step){.command = "create X --kind subplan --yes"});
    cr_expect_eq(count_until(&reader, &other, EVENT_SUBPLAN_CREATED, EVENT_BATCH_CREATED), MANY);
    take(&space, &(struct step){.command = "undo 1 --yes"});
    cr_expect_eq(next_type(&reader), EVENT_SUBPLAN_REMOVED); /* the others may wait still */
    run_shell(&space, "mv X .X && mkdir Y");
    cr_expect_eq(count_until(&reader, &other, EVENT_SUBPLAN_REMOVED, EVENT_PLAN_REMOVED), MANY - 1);
    run_shell(&space, "mv .X X");
    cr_expect_eq(count_until(&reader, &other, EVENT_PLAN_ADDED, EVENT_PLAN_ADDED), 1);
    peer_close(&reader.peer);
    peer_close(&other);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    memory_free(folder);
    space_end(&space);
}
