/*
 * storm DAEMON CLIENT [CHANGES [SEED]]: several processes change files at random, each in its own plans and groups
 * of one root, and after each change ask the daemon. What it answers has to be what a fresh reading of the same moment
 * gives: since no other process changes a process's plans, there is one right answer. At the end everything is
 * compared.
 *
 * Every run prints its seed; the same seed makes each process do the same again, though not at the same moments.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "keeper.h"

enum { PROCESSES = 4, SLOTS = 6, IDS = 5, PATH_BYTES = 256, FAULTS_MOST = 5 };

static const char *const digits[IDS] = {"11", "12", "21", "22", "31"};
static const char *const ids[IDS] = {"1.1", "1.2", "2.1", "2.2", "3.1"};

struct tally {
    long changes, asked, found, stale, batches, killed, moved;
};

struct storm {
    struct keeper *keeper;
    struct rpc_client channel;
    struct tally *tally;
    uint64_t random;
    int number; /* of the process */
    char slots[SLOTS][64];
    int slot; /* that was changed last */
    uint64_t last_batch;
    const char *last_change;
};

/* --- chance --- */

static unsigned any(struct storm *storm, unsigned count) {
    storm->random ^= storm->random << 13; /* xorshift */
    storm->random ^= storm->random >> 7;
    storm->random ^= storm->random << 17;
    return (unsigned)((storm->random >> 11) % count);
}

static bool one_in(struct storm *storm, unsigned count) {
    return any(storm, count) == 0;
}

static const char *slot_name(const char *slot) {
    const char *slash = strrchr(slot, '/');
    return slash ? slash + 1 : slot;
}

static const char *any_slot(struct storm *storm) {
    storm->slot = (int)any(storm, SLOTS);
    return storm->slots[storm->slot];
}

/* A file of a plan; mostly one that counts. */
static void any_file_in(struct storm *storm, const char *slot, char path[PATH_BYTES]) {
    static const char *const names[] = {
        "subplans/SUBPLAN_%s_%s.md",
        "subplans/SUBPLAN_%s_%s.md",
        "execution/EXECUTION_TASK_%s_%s_01.md",
        "execution/EXECUTION_TASK_%s_%s_02_V2.md",
        "subplans/SUBPLAN_%s_%s_V2.md",
        "subplans/notes_%s_%s.md",
    };
    static const char *const plain[] = {
        "execution/feedbacks/APPROVED_%s.md",
        "execution/feedbacks/FIX_%s.md",
        "execution/SKIPPED_%s.md",
        "execution/feedbacks/APPROVED_%s.md",
        "parallel.json%.0s",
        "parallel_analysis.json%.0s",
    };
    const char *digit = digits[any(storm, IDS)];
    const char *name = one_in(storm, 8) ? slot_name(storm->slots[any(storm, SLOTS)]) : slot_name(slot);
    char inner[PATH_BYTES / 2];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    switch (any(storm, 10)) {
    case 0:
        if (one_in(storm, 4))
            snprintf(inner, sizeof inner, "PLAN_OTHER%d.md", storm->number);
        else
            snprintf(inner, sizeof inner, "PLAN_%s.md", name);
        break;
    case 1:
    case 2:
    case 3:
        snprintf(inner, sizeof inner, plain[any(storm, sizeof plain / sizeof *plain)], digit);
        break;
    default:
        snprintf(inner, sizeof inner, names[any(storm, sizeof names / sizeof *names)], name, digit);
    }
#pragma GCC diagnostic pop
    snprintf(path, PATH_BYTES, "%s/%s", slot, inner);
}

static void any_file(struct storm *storm, char path[PATH_BYTES]) {
    any_file_in(storm, any_slot(storm), path);
}

static void any_folder(struct storm *storm, char path[PATH_BYTES]) {
    static const char *const inner[] = {"",      "",          "/subplans", "/execution", "/execution/feedbacks",
                                        "/more", "/more/deep"};
    const char *slot = any_slot(storm);
    if (one_in(storm, 12))
        snprintf(path, PATH_BYTES, "g%d%s", storm->number, one_in(storm, 2) ? "/h" : "");
    else
        snprintf(path, PATH_BYTES, "%s%s", slot, inner[any(storm, sizeof inner / sizeof *inner)]);
}

/* --- contents --- */

/* Of one length, so that a document that was changed in place differs in nothing but its bytes and times. */
static const char *subplan_content(struct storm *storm) {
    static const char *const texts[] = {
        "# S\n\n## Objective\n\nReach.\n\n## Approach\n\nDo.\n",
        "# S\n\n## Objective\n\n[TO BE FILLED: reach]\n\n## Approach\n\nDo.\n",
        "# S\n\n## Objective\n\nReach.\n",
        "# S\n\n## Objective\n\n<<<<<<< HEAD\nReach.\n=======\nFind.\n>>>>>>> f\n\n## Approach\n\nDo.\n",
        "<<<<<<< HEAD\n# S\n\n## Objective\n\nReach.\n\n## Approach\n\nDo.\n",
        "# S\n\n**Achievement**: 9.9\n\n## Objective\n\nReach.\n\n## Deliverables\n\n- One\n",
        "",
    };
    static char text[400];
    memset(text, ' ', sizeof text - 1);
    const char *chosen = texts[any(storm, sizeof texts / sizeof *texts)];
    memcpy(text, chosen, strlen(chosen));
    return one_in(storm, 12) ? "" : text;
}

static const char *graph_content(struct storm *storm, const char *slot) {
    static char text[1200];
    static const char *const edges[] = {"", "\"1.1\"", "\"1.1\",\"1.2\"", "\"2.1\"", "\"3.1\"", "\"7.7\"", "\"2.2\""};
    struct buffer json = {0};
    bool is_wild = one_in(storm, 8);
    int count = 1 + (int)any(storm, IDS);
    buffer_append_format(&json, "{\"plan_name\":\"%s\",\"parallelization_level\":\"level_1\",\"achievements\":[",
                         slot_name(slot));
    for (int i = 0; i < count; i++)
        buffer_append_format(&json, "%s{\"achievement_id\":\"%s\",\"title\":\"T%u\",\"dependencies\":[%s]}",
                             i ? "," : "", ids[i], any(storm, 3),
                             edges[is_wild ? any(storm, 7)
                                   : i < 2 ? 0
                                           : any(storm, i < 4 ? 3 : 4)]);
    buffer_append_string(&json, one_in(storm, 15) ? "]" : "]}");
    if (is_wild && one_in(storm, 4))
        buffer_append_string(&json, "\n>>>>>>> f\n");
    memset(text, ' ', sizeof text - 1);
    memcpy(text, json.data, json.length < sizeof text ? json.length : sizeof text - 1);
    buffer_release(&json);
    return text;
}

static const char *content_for(struct storm *storm, const char *path) {
    static const char plan[] = "# PLAN\n\n**Achievement 1.1**: One\n\n**Achievement 4.1**: Four\n";
    if (strstr(path, ".json"))
        return graph_content(storm, storm->slots[storm->slot]);
    return strstr(path, "/PLAN_") ? plan : subplan_content(storm);
}

/* --- changes; each may fail, which is as good as none --- */

static void write_at(struct storm *storm, const char *path, int flags) {
    const char *text = content_for(storm, path);
    size_t length = strlen(text), parts = 1 + any(storm, 3);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | flags, 0644);
    for (size_t i = 0; file >= 0 && i < parts; i++) {
        size_t from = length * i / parts, to = length * (i + 1) / parts;
        if (write(file, text + from, to - from) < 0)
            break;
    }
    if (file >= 0)
        close(file);
}

static void change_in_place(struct storm *storm) {
    char path[PATH_BYTES];
    any_file(storm, path);
    write_at(storm, path, 0);
}

static void change_truncating(struct storm *storm) {
    char path[PATH_BYTES];
    any_file(storm, path);
    write_at(storm, path, O_TRUNC);
}

static void change_length(struct storm *storm) {
    char path[PATH_BYTES];
    any_file(storm, path);
    if (truncate(path, (off_t)any(storm, 60)))
        return;
}

static void save_atomically(struct storm *storm) {
    char path[PATH_BYTES], temporary[PATH_BYTES + 8];
    any_file(storm, path);
    snprintf(temporary, sizeof temporary, "%s.tmp", path);
    write_at(storm, temporary, O_TRUNC);
    if (rename(temporary, path))
        unlink(temporary);
}

static void save_with_backup(struct storm *storm) {
    char path[PATH_BYTES], backup[PATH_BYTES + 8];
    any_file(storm, path);
    snprintf(backup, sizeof backup, "%s~", path);
    if (rename(path, backup))
        return;
    write_at(storm, path, O_EXCL);
    if (one_in(storm, 2))
        unlink(backup);
}

static void remove_file(struct storm *storm) {
    char path[PATH_BYTES];
    any_file(storm, path);
    unlink(path);
}

static void change_mode(struct storm *storm) {
    char path[PATH_BYTES];
    bool is_folder = one_in(storm, 2);
    if (is_folder)
        any_folder(storm, path);
    else
        any_file(storm, path);
    chmod(path, is_folder ? (one_in(storm, 2) ? 0755 : 0700) : 0600);
}

static void make_folder(struct storm *storm) {
    char path[PATH_BYTES];
    any_folder(storm, path);
    tree_make_folder(path);
}

static void remove_folder(struct storm *storm) {
    char path[PATH_BYTES];
    any_folder(storm, path);
    tree_remove(path);
}

static void rename_file(struct storm *storm) {
    char from[PATH_BYTES], to[PATH_BYTES];
    any_file(storm, from);
    any_file_in(storm, one_in(storm, 2) ? storm->slots[storm->slot] : any_slot(storm), to);
    if (rename(from, to))
        return;
}

static void rename_folder(struct storm *storm) {
    char from[PATH_BYTES], to[PATH_BYTES];
    any_folder(storm, from);
    if (slot_name(from)[0] == 'p' || slot_name(from)[0] == 'g') /* no plan is to be named as another process's */
        snprintf(to, sizeof to, "%s", any_slot(storm));
    else
        any_folder(storm, to);
    if (rename(from, to) && errno == ENOTEMPTY)
        syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 2 /* RENAME_EXCHANGE */);
}

static void make_plan(struct storm *storm, const char *folder, const char *slot) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/subplans", folder);
    tree_make_folder(path);
    snprintf(path, sizeof path, "%s/execution/feedbacks", folder);
    tree_make_folder(path);
    snprintf(path, sizeof path, "%s/PLAN_%s.md", folder, slot_name(slot));
    write_at(storm, path, O_TRUNC);
    snprintf(path, sizeof path, "%s/parallel.json", folder);
    write_at(storm, path, O_TRUNC);
    for (int i = 0; i < IDS; i++) {
        snprintf(path, sizeof path, "%s/subplans/SUBPLAN_%s_%s.md", folder, slot_name(slot), digits[i]);
        if (!one_in(storm, 3))
            write_at(storm, path, O_TRUNC);
    }
}

/* A folder that is ready goes to the place of another. */
static void replace_folder(struct storm *storm) {
    char fresh[PATH_BYTES], old[PATH_BYTES];
    const char *slot = any_slot(storm);
    snprintf(fresh, sizeof fresh, ".new%d", storm->number);
    snprintf(old, sizeof old, ".old%d", storm->number);
    make_plan(storm, fresh, slot);
    rename(slot, old);
    rename(fresh, slot);
    tree_remove(old);
    tree_remove(fresh);
}

static void block_name(struct storm *storm) {
    char path[PATH_BYTES];
    bool is_folder = one_in(storm, 3);
    if (is_folder)
        any_folder(storm, path);
    else
        any_file(storm, path);
    if (is_folder)
        tree_remove(path);
    else
        unlink(path);
    switch (any(storm, 3)) {
    case 0:
        if (symlink("../elsewhere", path))
            return;
        break;
    case 1:
        mkfifo(path, 0600);
        break;
    default:
        mkdir(path, 0755);
    }
}

static void clear_name(struct storm *storm) {
    char path[PATH_BYTES];
    any_file(storm, path);
    unlink(path);
    rmdir(path);
    write_at(storm, path, O_TRUNC);
}

/* Not within a folder that may lie in a plan, where it is not watched: see docs/events.md. */
static void link_file(struct storm *storm) {
    char from[PATH_BYTES], to[PATH_BYTES];
    any_file(storm, from);
    any_file_in(storm, any_slot(storm), to);
    if (from[0] != 'p' || to[0] != 'p')
        return;
    if (link(from, to))
        return;
}

/* A folder becomes a plan, or stops being one. */
static void turn_plan(struct storm *storm) {
    char plan[PATH_BYTES], other[PATH_BYTES];
    const char *slot = any_slot(storm);
    snprintf(plan, sizeof plan, "%s/PLAN_%s.md", slot, slot_name(slot));
    snprintf(other, sizeof other, "%s/NO_%s.md", slot, slot_name(slot));
    if (rename(plan, other) && rename(other, plan))
        make_plan(storm, slot, slot);
}

/* While it is there the group is another working tree, without plans of this one. */
static void turn_tree(struct storm *storm) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "g%d/.git", storm->number);
    if (mkdir(path, 0700) || !one_in(storm, 8))
        rmdir(path);
}

static void revive(struct storm *storm) {
    const char *slot = any_slot(storm);
    make_plan(storm, slot, slot);
}

/* --- batches --- */

static uint64_t batch_of(const struct answer *answer) {
    struct json json;
    struct diagnostics faults = {0};
    uint64_t batch = 0;
    if (answer->data.length && json_parse_ours(&json, buffer_span(&answer->data), &faults)) {
        batch = json_get_unsigned(json.root, "batch");
        json_release(&json);
    }
    diagnostics_release(&faults);
    return batch;
}

static void create_batch(struct storm *storm) {
    const struct request request = {
        .method = "create",
        .plan = any_slot(storm),
        .options.kind = one_in(storm, 2) ? BATCH_SUBPLAN : BATCH_EXECUTION,
        .lock_timeout_ms = 10000,
    };
    struct answer answer;
    if (one_in(storm, 2))
        keeper_ask_directly(storm->keeper->space.root, &request, &answer);
    else if (!keeper_ask(&storm->channel, &request, &answer))
        return;
    uint64_t batch = answer.code == ERROR_NONE ? batch_of(&answer) : 0;
    if (batch)
        storm->last_batch = batch;
    storm->tally->batches += batch > 0;
    answer_release(&answer);
}

static void undo_batch(struct storm *storm) {
    const struct request request = {.method = "undo", .batch = storm->last_batch, .lock_timeout_ms = 10000};
    struct answer answer;
    if (!storm->last_batch)
        return;
    storm->last_batch = 0;
    if (one_in(storm, 2))
        keeper_ask_directly(storm->keeper->space.root, &request, &answer);
    else if (!keeper_ask(&storm->channel, &request, &answer))
        return;
    answer_release(&answer);
}

/* A batch that dies at a random moment; the next writer rolls it back. */
static void kill_batch(struct storm *storm) {
    const char *slot = any_slot(storm);
    double lasts_ms = (double)any(storm, 4000) / 1000;
    pid_t child = keeper_run(storm->keeper, (const char *const[]){"--no-daemon", "create", slot, "--yes", NULL});
    for (double end = now_ms_exact() + lasts_ms; now_ms_exact() < end;)
        ;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    storm->tally->killed++;
}

static const struct transaction {
    const char *name;
    void (*make)(struct storm *storm);
    unsigned weight;
} changes[] = {
    {"written in place", change_in_place, 14},
    {"truncated and written", change_truncating, 10},
    {"cut by truncate(2)", change_length, 4},
    {"saved by rename", save_atomically, 10},
    {"saved with a backup", save_with_backup, 6},
    {"removed", remove_file, 9},
    {"mode changed", change_mode, 3},
    {"folder made", make_folder, 4},
    {"folder removed", remove_folder, 3},
    {"file renamed", rename_file, 6},
    {"folder renamed", rename_folder, 6},
    {"folder replaced", replace_folder, 4},
    {"name blocked", block_name, 3},
    {"name cleared", clear_name, 3},
    {"file linked", link_file, 5},
    {"plan turned", turn_plan, 5},
    {"tree turned", turn_tree, 2},
    {"plan made", revive, 5},
    {"batch created", create_batch, 5},
    {"batch undone", undo_batch, 2},
    {"batch killed", kill_batch, 1},
};

static void change_something(struct storm *storm) {
    unsigned total = 0, at;
    const struct transaction *change = changes;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        total += changes[i].weight;
    for (at = any(storm, total); at >= change->weight; change++)
        at -= change->weight;
    storm->last_change = change->name;
    change->make(storm);
    storm->tally->changes++;
}

/* --- asking --- */

static bool is_own(const struct storm *storm, const char *path) {
    char plan[16], group[16];
    snprintf(plan, sizeof plan, "p%d", storm->number);
    snprintf(group, sizeof group, "g%d", storm->number);
    return strncmp(path, plan, strlen(plan)) == 0 || strncmp(path, group, strlen(group)) == 0;
}

/* "status" of everything, reduced to the process's own plans. */
static void keep_own_plans(const struct storm *storm, struct answer *answer) {
    struct json json;
    struct diagnostics faults = {0};
    struct buffer own = {0};
    if (json_parse_ours(&json, buffer_span(&answer->data), &faults)) {
        const cJSON *plans = json_get(json.root, "plans");
        for (const cJSON *item = plans ? plans->child : NULL; item; item = item->next) {
            const char *path = json_get_string(item, "path");
            if (!is_own(storm, path))
                continue;
            char *text = cJSON_PrintUnformatted(item);
            buffer_append_format(&own, "%s\n", text);
            cJSON_free(text);
        }
        json_release(&json);
    }
    diagnostics_release(&faults);
    buffer_release(&answer->data);
    answer->data = own;
    answer->code = ERROR_NONE;
}

/* What others do to their folders meanwhile is no concern. */
static void keep_own_diagnostics(const struct storm *storm, struct answer *answer) {
    struct diagnostics *diagnostics = &answer->diagnostics;
    size_t kept = 0;
    for (size_t i = 0; i < diagnostics->count; i++)
        if (!diagnostics->items[i].file || is_own(storm, diagnostics->items[i].file))
            diagnostics->items[kept++] = diagnostics->items[i];
    diagnostics->count = kept;
}

static char *told(struct storm *storm, const struct request *request, bool is_direct) {
    struct answer answer;
    if (is_direct)
        keeper_ask_directly(storm->keeper->space.root, request, &answer);
    else if (!keeper_ask(&storm->channel, request, &answer))
        return strdup("no answer");
    if (!request->plan)
        keep_own_plans(storm, &answer);
    keep_own_diagnostics(storm, &answer);
    char *text = answer_text(&answer);
    answer_release(&answer);
    return text;
}

static void show_difference(const char *right, const char *wrong) {
    size_t i = 0;
    while (right[i] && right[i] == wrong[i])
        i++;
    i = i > 60 ? i - 60 : 0;
    printf("  is:   %.240s\n  told: %.240s\n", right + i, wrong + i);
    fflush(stdout);
}

/* What another process took back of a batch that was killed here may change the answer: so it is read again. */
static void compare(struct storm *storm, const struct request *request) {
    char *answer = told(storm, request, false), *right = told(storm, request, true);
    storm->tally->asked++;
    storm->tally->found += strncmp(right, "code 0", 6) == 0;
    if (strcmp(answer, right) != 0) {
        char *again = told(storm, request, true), *late = told(storm, request, false);
        bool has_moved = strcmp(again, right) != 0 && strcmp(late, again) == 0;
        storm->tally->moved += has_moved;
        if (!has_moved) {
            storm->tally->stale++;
            printf("FAILED: process %d, change %ld (%s, %s): %s %s is stale%s\n", storm->number, storm->tally->changes,
                   storm->last_change, storm->slots[storm->slot], request->method,
                   request->plan ? request->plan : "(all)",
                   strcmp(late, right) == 0 ? ", and right a moment later" : "");
            show_difference(right, answer);
        }
        memory_free(again);
        memory_free(late);
    }
    memory_free(answer);
    memory_free(right);
}

static void ask_something(struct storm *storm) {
    static const char *const methods[] = {"status", "status", "status", "next", "validate", "graph", "why", "show"};
    struct request request = {.method = methods[any(storm, 8)], .plan = storm->slots[storm->slot]};
    if (one_in(storm, 4))
        request.plan = storm->slots[any(storm, SLOTS)];
    if (request.method[0] == 'w' || request.method[1] == 'h')
        request.id = ids[any(storm, IDS)];
    if (strcmp(request.method, "status") == 0 && one_in(storm, 6))
        request.plan = NULL;
    compare(storm, &request);
}

static int rage(struct keeper *keeper, struct tally *tally, int number, long changes_wanted, uint64_t seed) {
    static const char *const places[SLOTS] = {"p%da", "p%db", "g%d/c", "g%d/d", "g%d/h/e", "p%df"};
    struct storm storm = {.keeper = keeper, .tally = tally, .number = number};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    storm.random = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)number * UINT64_C(0xBF58476D1CE4E5B9);
    for (int i = 0; i < SLOTS; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(storm.slots[i], sizeof storm.slots[i], places[i], number);
#pragma GCC diagnostic pop
        /* names are a process's own, or one would see the other's plans where names are not unique */
        if (places[i][0] == 'g') {
            char *name = strrchr(storm.slots[i], '/') + 1, letter = *name;
            snprintf(name, 16, "p%d%c", number, letter);
        }
        make_plan(&storm, storm.slots[i], storm.slots[i]);
    }
    keeper_connect(keeper, &storm.channel);
    while (tally->changes < changes_wanted && tally->stale < FAULTS_MOST) {
        change_something(&storm);
        ask_something(&storm);
    }
    rpc_client_release(&storm.channel);
    return check_failures || tally->stale ? 1 : 0;
}

/* --- all together --- */

/* Events have numbers without gaps. */
struct listening {
    struct rpc_client channel;
    long count, gaps, resyncs;
    double last;
};

static void listen_once(struct listening *listening, int timeout_ms) {
    struct json json;
    const cJSON *event;
    while (events_next(&listening->channel, timeout_ms, &json, &event)) {
        double number = json_get(event, "seq")->valuedouble;
        bool is_resync = strcmp(json_get_string(event, "type"), "resync") == 0;
        listening->gaps += listening->last > 0 && number != listening->last + 1 && !is_resync;
        listening->resyncs += is_resync;
        listening->count++;
        listening->last = number;
        json_release(&json);
        timeout_ms = 0;
    }
}

static void compare_everything(const struct keeper *keeper) {
    static const char *const methods[] = {"status", "next", "validate"};
    struct rpc_client channel;
    keeper_connect(keeper, &channel);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct answer answer, direct;
        const struct request request = {.method = methods[i]};
        keeper_ask_directly(keeper->space.root, &request, &direct);
        if (!keeper_ask(&channel, &request, &answer))
            continue;
        char *right = answer_text(&direct), *text = answer_text(&answer);
        check(strcmp(right, text) == 0, "at the end, %s of all differs", methods[i]);
        if (strcmp(right, text) != 0)
            show_difference(right, text);
        memory_free(right);
        memory_free(text);
        answer_release(&answer);
        answer_release(&direct);
    }
    check(keeper_stat(&channel, "audit_differences") == 0, "an audit found differences");
    printf("storm: %.0f inotify events, %.0f overflows, %.0f refreshes, %.0f plans read, %.0f watches, %.0f audits\n",
           keeper_stat(&channel, "watch_events"), keeper_stat(&channel, "watch_overflows"),
           keeper_stat(&channel, "refreshes"), keeper_stat(&channel, "plans_loaded"), keeper_stat(&channel, "watches"),
           keeper_stat(&channel, "audits"));
    rpc_client_release(&channel);
}

/* Watches are where a daemon that has just started has them: one a folder that is listed. */
static void compare_watches(struct keeper *keeper, const char *const *variables) {
    struct rpc_client channel;
    keeper_connect(keeper, &channel);
    double before = keeper_stat(&channel, "watches");
    rpc_client_release(&channel);
    keeper_stop(keeper);
    keeper_start(keeper, variables);
    keeper_connect(keeper, &channel);
    double after = keeper_stat(&channel, "watches");
    rpc_client_release(&channel);
    check(before == after, "%.0f folders are watched, a fresh start watches %.0f", before, after);
}

int main(int count, char **words) {
    static const char *const variables[] = {"BATCHD_SETTLE=5ms", "BATCHD_AUDIT_INTERVAL=200ms",
                                            "BATCHD_LOG_LEVEL=error", NULL};
    if (count < 3)
        return 99;
    long changes_wanted = count > 3 ? strtol(words[3], NULL, 10) : 50000;
    uint64_t seed = count > 4 ? strtoul(words[4], NULL, 10) : (uint64_t)getpid();
    struct keeper keeper;
    struct listening listening = {0};
    struct tally *tallies =
        mmap(NULL, PROCESSES * sizeof *tallies, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t children[PROCESSES];
    double began = now_ms_exact();
    must(tallies != MAP_FAILED, "mmap");
    printf("storm: %ld changes by %d processes, seed %" PRIu64 "\n", changes_wanted, PROCESSES, seed);
    fflush(stdout);
    keeper_init(&keeper, words[1], words[2]);
    keeper_start(&keeper, variables);
    keeper_connect(&keeper, &listening.channel);
    events_begin(&listening.channel);
    for (int i = 0; i < PROCESSES; i++)
        if ((children[i] = fork()) == 0)
            exit(rage(&keeper, &tallies[i], i, changes_wanted / PROCESSES, seed));
    struct tally all = {0};
    for (int left = PROCESSES, status; left > 0;) {
        listen_once(&listening, 20);
        keeper_skip_notices();
        for (int i = 0; i < PROCESSES; i++) {
            if (children[i] == 0 || waitpid(children[i], &status, WNOHANG) != children[i])
                continue;
            check(status == 0, "process %d ended with %#x", i, (unsigned)status);
            children[i] = 0;
            left--;
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        const struct tally *one = &tallies[i];
        all.changes += one->changes, all.asked += one->asked, all.found += one->found, all.stale += one->stale;
        all.batches += one->batches, all.killed += one->killed, all.moved += one->moved;
    }
    listen_once(&listening, 100);
    check(listening.gaps == 0, "%ld gaps in the numbers of %ld events", listening.gaps, listening.count);
    rpc_client_release(&listening.channel);
    compare_everything(&keeper);
    compare_watches(&keeper, variables);
    /* usually two fifths; it depends on the seed, as plans come and go */
    check(all.found > all.asked / 5, "only %ld of %ld answers found a plan: this proves little", all.found, all.asked);
    keeper_end(&keeper);
    printf("storm: %ld changes, %ld answers (%ld of plans that were there), %ld stale; %ld batches, %ld killed; "
           "%ld answers had changed by a recovery; %ld events, %ld resyncs; %.1f s\n",
           all.changes, all.asked, all.found, all.stale, all.batches, all.killed, all.moved, listening.count,
           listening.resyncs, (now_ms_exact() - began) / 1000);
    return check_failures ? 1 : 0;
}
