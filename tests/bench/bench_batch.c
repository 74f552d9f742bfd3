/*
 * bench_batch DIR [PAIRS]: what a batch costs, against the least that the same guarantee could cost, measured in turns
 * in one run. The baseline writes the same number of files of the same size under temporary names, makes them durable
 * with one syncfs, moves each to its name and syncs the folder: no names before their data, no journal, no undo.
 *
 * Prints for batches of 1, 100 and 1,000 files: both medians, their ratio, and the file operations a file; and for one
 * of 10,000 the inotify events in the target folder.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "batch/batch_create.h"
#include "batch/batch_options.h"
#include "batch/journal.h"
#include "failure.h"
#include "meter.h"

static void write_file(int folder, const char *name, const char *text, size_t length) {
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    must(file >= 0 && write(file, text, length) == (ssize_t)length && close(file) == 0, name);
}

static int make_folder(int parent, const char *name) {
    must(mkdirat(parent, name, 0755) == 0, name);
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(folder >= 0, name);
    return folder;
}

/* --- a workspace with one plan whose @count achievements are all designed --- */

static void make_plan(int root, size_t count) {
    struct buffer json = {0};
    char name[64], text[512];
    int plan = make_folder(root, "B"), subplans = make_folder(plan, "subplans");
    close(make_folder(plan, "execution"));
    buffer_append_string(&json, "{\"plan_name\":\"B\",\"parallelization_level\":\"level_1\",\"achievements\":[");
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(&json, "%s{\"achievement_id\":\"1.%zu\",\"dependencies\":[]}", i ? "," : "", 10000 + i);
        snprintf(name, sizeof name, "SUBPLAN_B_1%zu.md", 10000 + i);
        int length =
            snprintf(text, sizeof text,
                     "# SUBPLAN\n\n## Objective\n\nReach %zu.\n\n## Approach\n\n### Phase 1: Begin\n\nDo it.\n\n"
                     "### Phase 2: End\n\nFinish it.\n\n## Deliverables\n\n- One\n",
                     i);
        write_file(subplans, name, text, (size_t)length);
    }
    buffer_append_string(&json, "]}");
    write_file(plan, "parallel.json", json.data, json.length);
    write_file(plan, "PLAN_B.md", "# PLAN\n", 7);
    buffer_release(&json);
    close(subplans);
    close(plan);
}

struct measured {
    double batch_us, baseline_us;
    size_t operations, events, bytes;
    bool has_overflowed;
};

static int count_operation(void *data, enum files_operation operation, const char *path) {
    (void)operation;
    (void)path;
    ++*(size_t *)data;
    return 0;
}

static void count_events(int watch, struct measured *measured) {
    _Alignas(struct inotify_event) char events[65536];
    for (ssize_t got; (got = read(watch, events, sizeof events)) > 0;)
        for (char *at = events; at < events + got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            measured->events++;
            measured->has_overflowed |= (event->mask & IN_Q_OVERFLOW) != 0;
            at += sizeof *event + event->len;
        }
}

static void run_batch(const char *root, size_t count, struct measured *measured) {
    struct files files;
    struct plan plan;
    struct batch batch;
    struct journal journal;
    struct record record;
    struct diagnostics diagnostics = {0};
    struct error error = {0};
    must(files_open(&files, root, &error), "root");
    plan_load(&plan, &files, "B");
    must(batch_make(&batch, &files, &plan, &(struct batch_options){0}, &diagnostics, &error) &&
             batch.file_count == count && journal_open(&journal, &files, 0, &error),
         "batch");
    struct buffer target = {0};
    buffer_append_format(&target, "%s/B/execution", root);
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    must(inotify_add_watch(watch, target.data,
                           IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) >= 0,
         "inotify");
    files.hook = count_operation;
    files.hook_data = &measured->operations;
    syncfs(files.root); /* so that the batch pays for itself alone */
    double start = meter_now_us();
    must(journal_apply(&journal, &batch, NULL, &record, &error), "apply");
    measured->batch_us = meter_now_us() - start;
    measured->bytes = batch.files[0].content.length;
    count_events(watch, measured);
    close(watch);
    buffer_release(&target);
    record_release(&record);
    journal_close(&journal);
    batch_release(&batch);
    plan_release(&plan);
    files_close(&files);
}

static void run_baseline(int root, size_t count, struct measured *measured) {
    char from[64], to[64];
    char *text = memory_allocate(measured->bytes, 1);
    memset(text, 'a', measured->bytes);
    int folder = make_folder(root, "baseline");
    syncfs(folder);
    double start = meter_now_us();
    for (size_t i = 0; i < count; i++) {
        snprintf(from, sizeof from, ".tmp.%zu", i);
        write_file(folder, from, text, measured->bytes);
    }
    must(syncfs(folder) == 0, "syncfs");
    for (size_t i = 0; i < count; i++) {
        snprintf(from, sizeof from, ".tmp.%zu", i);
        snprintf(to, sizeof to, "EXECUTION_TASK_B_1%zu_01.md", 10000 + i);
        must(renameat(folder, from, folder, to) == 0, "rename");
    }
    must(fsync(folder) == 0, "fsync");
    measured->baseline_us = meter_now_us() - start;
    close(folder);
    memory_free(text);
}

static struct measured measure(int base, const char *base_path, size_t count, size_t round, bool has_baseline) {
    struct measured measured = {0};
    char name[64];
    struct buffer path = {0};
    snprintf(name, sizeof name, "round-%zu-%zu", count, round);
    buffer_append_format(&path, "%s/%s", base_path, name);
    int root = make_folder(base, name);
    make_plan(root, count);
    run_batch(path.data, count, &measured);
    if (has_baseline)
        run_baseline(root, count, &measured);
    close(root);
    buffer_release(&path);
    return measured;
}

int main(int argc, char **arguments) {
    static const size_t counts[] = {1, 100, 1000};
    char what[80];
    if (argc < 2)
        return 2;
    size_t pairs = argc > 2 ? strtoul(arguments[2], NULL, 10) : 7;
    int base = open(arguments[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(base >= 0, arguments[1]);
    double *batch = memory_allocate(pairs, sizeof *batch), *baseline = memory_allocate(pairs, sizeof *baseline);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        struct measured measured = {0};
        for (size_t round = 0; round < pairs; round++) {
            measured = measure(base, arguments[1], counts[c], round, true);
            batch[round] = measured.batch_us;
            baseline[round] = measured.baseline_us;
        }
        double ours = meter_median(batch, pairs), least = meter_median(baseline, pairs);
        snprintf(what, sizeof what, "F4 a durable batch of %zu; writing, syncfs, renaming", counts[c]);
        meter_print(what, ours / least, " x", (struct target){c ? 1.2 : 1.3, 1.1});
        printf("   %.0f us against %.0f us; %.1f operations on the disk a file\n", ours, least,
               (double)measured.operations / (double)counts[c]);
        fflush(stdout);
    }
    struct measured measured = measure(base, arguments[1], 10000, 0, false);
    meter_print("F11 inotify events a file of a batch of 10,000", (double)measured.events / 10000, "",
                (struct target){1, 0});
    meter_print("F11 overflows of it", measured.has_overflowed, "", (struct target){0});
    memory_free(batch);
    memory_free(baseline);
    close(base);
    return 0;
}
