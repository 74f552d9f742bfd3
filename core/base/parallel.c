#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Fewer jobs are done sooner than threads are started. */
enum { JOBS_A_THREAD = 4 };

/* This thread is one of a crew: what it starts is done here. Threads for each job of another crew help no more. */
static _Thread_local bool is_in_crew;

struct crew {
    void (*job)(void *data, size_t number);
    void *data;
    size_t count;
    atomic_size_t next;
};

static void do_jobs(struct crew *crew) {
    for (size_t i; (i = atomic_fetch_add(&crew->next, 1)) < crew->count;)
        crew->job(crew->data, i);
}

static void *work(void *data) {
    is_in_crew = true;
    do_jobs(data);
    return NULL;
}

void parallel_run(size_t count, void (*job)(void *data, size_t number), void *data) {
    struct crew crew = {.job = job, .data = data, .count = count};
    pthread_t threads[PARALLEL_THREADS_MOST - 1]; /* and the caller */
    size_t wanted = is_in_crew ? 0 : count / JOBS_A_THREAD, started = 0;
    while (started < wanted && started < PARALLEL_THREADS_MOST - 1 &&
           pthread_create(&threads[started], NULL, work, &crew) == 0)
        started++;
    bool was_in_crew = is_in_crew;
    is_in_crew |= started > 0;
    do_jobs(&crew);
    is_in_crew = was_in_crew;
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
