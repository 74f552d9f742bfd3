#include "trial.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "process.h"

const char *trial_daemon, *trial_client;
const char *const trial_fast[] = {"BATCHD_SETTLE=5ms", "BATCHD_LOG_LEVEL=error", NULL};

void trial_skip(const char *trial, const char *why) {
    printf("*** SKIPPED: %s: %s ***\n", trial, why);
}

/* "status" of everything as the daemon answers it, against the disk. */
void trial_compare_status(const struct keeper *keeper, struct rpc_client *channel, const char *when) {
    static const char *const methods[] = {"status", "next", "validate"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const struct request request = {.method = methods[i]};
        struct answer answer, direct;
        if (!keeper_ask(channel, &request, &answer))
            return;
        keeper_ask_directly(keeper->space.root, &request, &direct);
        char *text = answer_text(&answer), *right = answer_text(&direct);
        check(strcmp(text, right) == 0, "%s: %s is not what the disk says\n  is:   %.300s\n  told: %.300s", when,
              methods[i], right, text);
        memory_free(text);
        memory_free(right);
        answer_release(&answer);
        answer_release(&direct);
    }
}

bool trial_meta_has(struct rpc_client *channel, const char *part) {
    const struct request request = {.method = "status"};
    struct answer answer;
    if (!keeper_ask(channel, &request, &answer))
        return false;
    bool has = answer.meta.length && strstr(answer.meta.data, part);
    answer_release(&answer);
    return has;
}

bool trial_log_has(const struct keeper *keeper, const char *part) {
    static char text[1 << 16];
    int file = open(keeper->daemon.log, O_RDONLY | O_CLOEXEC);
    ssize_t got = read(file, text, sizeof text - 1);
    close(file);
    text[got > 0 ? got : 0] = '\0';
    return strstr(text, part);
}

void trial_begin(struct keeper *keeper, struct rpc_client *channel, struct rpc_client *events,
                 const char *const *variables) {
    keeper_start(keeper, variables);
    keeper_connect(keeper, channel);
    keeper_connect(keeper, events);
    events_begin(events);
}

void trial_end(struct keeper *keeper, struct rpc_client *channel, struct rpc_client *events) {
    rpc_client_release(channel);
    rpc_client_release(events);
    keeper_end(keeper);
}

int trial_run_batchctl(const struct keeper *keeper, const char *const *words) {
    return process_wait(keeper_run(keeper, words));
}

const char trial_subplan[] = "# SUBPLAN\n\n## Objective\n\nReach it.\n\n## Approach\n\nDo it.\n\n"
                             "## Deliverables\n\n- One\n";

/* A complete SUBPLAN of achievement 1.NUMBER. */
void trial_put_subplan(const char *plan, int number) {
    char id[16];
    snprintf(id, sizeof id, "1.%d", number);
    plan_files_write_subplan(plan, id);
}

/* --- what subscribers receive --- */

static void count_event(struct counts *counts, const cJSON *event) {
    const char *type = json_get_string(event, "type"), *id = json_get_string(event, "achievement");
    double number = json_get(event, "seq")->valuedouble;
    check(counts->last == 0 || number == counts->last + 1, "event %.0f came after %.0f", number, counts->last);
    counts->last = number;
    size_t used = strlen(counts->order);
    snprintf(counts->order + used, sizeof counts->order - used, "%s%s%s ", type, id ? ":" : "", id ? id : "");
    for (int i = 0; i <= counts->count && i < COUNTS_MOST; i++) {
        if (i == counts->count)
            snprintf(counts->names[counts->count++], sizeof counts->names[0], "%s", type);
        if (strcmp(counts->names[i], type) == 0) {
            counts->numbers[i]++;
            return;
        }
    }
}

void counts_collect(struct rpc_client *events, struct counts *counts, int quiet_ms) {
    struct json json;
    const cJSON *event;
    while (events_next(events, quiet_ms, &json, &event)) {
        count_event(counts, event);
        json_release(&json);
    }
}

int counts_number(const struct counts *counts, const char *type) {
    for (int i = 0; i < counts->count; i++)
        if (strcmp(counts->names[i], type) == 0)
            return counts->numbers[i];
    return 0;
}

void counts_collect_until(struct rpc_client *events, struct counts *counts, const char *type, int wanted) {
    struct json json;
    const cJSON *event;
    while (counts_number(counts, type) < wanted && events_next(events, KEEPER_DEADLINE_MS, &json, &event)) {
        count_event(counts, event);
        json_release(&json);
    }
    check(counts_number(counts, type) >= wanted, "%s did not come: %s", type, counts->order);
}

/* Nothing but what is passed: "type count, ...". */
void counts_expect(const struct counts *counts, const char *what, const char *type, int wanted) {
    check(counts_number(counts, type) == wanted, "%s: %d times %s, not %d: %s", what, counts_number(counts, type), type,
          wanted, counts->order);
}

/* Lets the daemon settle between two steps of a slow writer, and takes what it publishes. */
void counts_pass_time(struct rpc_client *events, struct counts *counts, int milliseconds) {
    double until = now_ms_exact() + milliseconds;
    for (double left; (left = until - now_ms_exact()) > 0;) {
        struct json json;
        const cJSON *event;
        if (events_next(events, (int)left + 1, &json, &event)) {
            count_event(counts, event);
            json_release(&json);
        }
    }
}
