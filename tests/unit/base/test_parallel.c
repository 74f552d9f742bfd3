/*
 * core/base/parallel: every job is done once, and some of them at the same time.
 */
#include "base/parallel.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

TestSuite(crew, .timeout = 60);

enum { JOBS = 1000 };

struct work {
    atomic_int done[JOBS];
    atomic_int running;
    pthread_barrier_t *barrier;
};

static void do_job(void *data, size_t number) {
    struct work *work = data;
    atomic_fetch_add(&work->done[number], 1);
    if (work->barrier && number < 2)
        pthread_barrier_wait(work->barrier); /* passed only if another thread comes there, too */
}

Test(crew, every_job_is_done_once) {
    static const size_t counts[] = {0, 1, 3, 4, 5, 64, JOBS};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct work work = {0};
        parallel_run(counts[i], do_job, &work);
        for (size_t k = 0; k < JOBS; k++)
            cr_expect_eq(atomic_load(&work.done[k]), k < counts[i], "%zu of %zu", k, counts[i]);
    }
}

Test(crew, jobs_are_done_at_the_same_time) {
    pthread_barrier_t barrier;
    cr_assert_eq(pthread_barrier_init(&barrier, NULL, 2), 0);
    struct work work = {.barrier = &barrier};
    parallel_run(JOBS, do_job, &work); /* would hang with one thread */
    pthread_barrier_destroy(&barrier);
}
