#include "judge.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "worksite.h"

enum { FAULTS_SHOWN = 5 };

uint64_t judge_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int judge_open_log(const char *folder) {
    char path[600];
    snprintf(path, sizeof path, "%s/%d-%llu", folder, (int)getpid(), (unsigned long long)judge_now_ns());
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    must(log >= 0, path);
    return log;
}

void judge_note(int log, enum event_kind kind, int key, pid_t pid, uint64_t fence, uint64_t deadline_ms) {
    const struct event event = {kind, key, pid, fence, judge_now_ns(), deadline_ms * 1000000};
    must(write(log, &event, sizeof event) == (ssize_t)sizeof event, "log");
}

/* --- reading --- */

struct events {
    struct event *items;
    size_t count, capacity;
};

static void read_log(struct events *events, const char *path) {
    struct event event;
    FILE *log = fopen(path, "r");
    must(log != NULL, path);
    while (fread(&event, sizeof event, 1, log) == 1)
        *LIST_ADD(events->items, events->count, events->capacity) = event;
    fclose(log);
}

static void read_logs(struct events *events, const char *folder) {
    char path[900];
    DIR *names = opendir(folder);
    must(names != NULL, folder);
    for (struct dirent *entry; (entry = readdir(names));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            read_log(events, path);
    }
    closedir(names);
}

/* By key, then in time. */
static int compare_events(const void *a, const void *b) {
    const struct event *left = a, *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->at_ns < right->at_ns ? -1 : left->at_ns > right->at_ns;
}

/* A part of the events: those of one key, or the kills. */
struct slice {
    const struct event *items;
    size_t count;
};

static struct slice slice_of(const struct events *events, int key) {
    struct slice slice = {NULL, 0};
    for (size_t i = 0; i < events->count; i++)
        if (events->items[i].key == key) {
            slice.items = slice.items ? slice.items : &events->items[i];
            slice.count++;
        }
    return slice;
}

/* When the holder has stopped to believe that it holds: by its end, its death, or its deadline. */
static uint64_t end_of(struct slice slice, struct slice kills, const struct event *held) {
    uint64_t end_ns = held->deadline_ns;
    for (size_t i = 0; i < slice.count; i++)
        if (slice.items[i].kind == EVENT_ENDED && slice.items[i].fence == held->fence && slice.items[i].at_ns < end_ns)
            end_ns = slice.items[i].at_ns;
    for (size_t i = 0; i < kills.count; i++)
        if (kills.items[i].pid == held->pid && kills.items[i].at_ns > held->at_ns && kills.items[i].at_ns < end_ns)
            end_ns = kills.items[i].at_ns;
    return end_ns;
}

/* --- judging --- */

static void report(struct verdict *verdict, const char *what, const struct event *event, const struct event *other) {
    if (++verdict->faults > FAULTS_SHOWN)
        return;
    printf("FAILED: %s: key %d, fence %llu of %d", what, event->key, (unsigned long long)event->fence, (int)event->pid);
    if (other)
        printf(", and fence %llu of %d", (unsigned long long)other->fence, (int)other->pid);
    printf("\n");
}

/* No two holders at once, and fences that grow. */
static void judge_key(struct verdict *verdict, struct slice slice, struct slice kills) {
    struct event holder = {.fence = 0};
    uint64_t until_ns = 0;
    for (size_t i = 0; i < slice.count; i++) {
        const struct event *event = &slice.items[i];
        if (event->kind != EVENT_HELD ||
            event->at_ns >= event->deadline_ns) /* or it was stopped before it could note it */
            continue;
        bool is_same = event->fence == holder.fence;
        verdict->claims += !is_same;
        verdict->renewals += is_same;
        if (is_same && event->pid != holder.pid)
            report(verdict, "one fence for two", event, &holder);
        if (!is_same && event->at_ns < until_ns)
            report(verdict, "two at once", event, &holder);
        if (event->fence < holder.fence)
            report(verdict, "an old fence held again", event, &holder);
        holder = *event;
        until_ns = end_of(slice, kills, event);
    }
}

static bool was_killed(struct slice kills, pid_t pid) {
    for (size_t i = 0; i < kills.count; i++)
        if (kills.items[i].pid == pid)
            return true;
    return false;
}

/* Done once; or never, if the last who held it was killed before it could say so. */
static void judge_done(struct verdict *verdict, struct slice slice, struct slice kills, int key) {
    const struct event none = {.key = key}, *last = slice.count ? &slice.items[slice.count - 1] : &none;
    int done = 0;
    for (size_t i = 0; i < slice.count; i++)
        done += slice.items[i].kind == EVENT_DONE;
    verdict->done += done;
    if (done > 1 || (done == 0 && !was_killed(kills, last->pid)))
        report(verdict, done ? "done more than once" : "never done", last, NULL);
}

struct verdict judge_decide(const char *folder, int key_count, bool is_done_once) {
    struct events events = {0};
    struct verdict verdict = {0};
    read_logs(&events, folder);
    if (events.count)
        qsort(events.items, events.count, sizeof *events.items, compare_events);
    struct slice kills = slice_of(&events, JUDGE_NO_KEY);
    verdict.kills = (long)kills.count;
    for (int key = 0; key < key_count; key++) {
        struct slice slice = slice_of(&events, key);
        judge_key(&verdict, slice, kills);
        if (is_done_once)
            judge_done(&verdict, slice, kills, key);
    }
    memory_free(events.items);
    return verdict;
}
