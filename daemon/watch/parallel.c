#include "watch/parallel.h"

#include <pthread.h>
#include <stdatomic.h>

/* Fewer jobs are done sooner than threads are started. */
enum { JOBS_A_THREAD = 4 };

struct crew {
    void (*job)(void *data, size_t number);
    void *data;
    size_t count;
    atomic_size_t next;
};

static void *work(void *data) {
    struct crew *crew = data;
    for (size_t i; (i = atomic_fetch_add(&crew->next, 1)) < crew->count;)
        crew->job(crew->data, i);
    return NULL;
}

void parallel_run(size_t count, void (*job)(void *data, size_t number), void *data) {
    struct crew crew = {.job = job, .data = data, .count = count};
    pthread_t threads[PARALLEL_THREADS_MOST - 1]; /* and the caller */
    size_t wanted = count / JOBS_A_THREAD, started = 0;
    while (started < wanted && started < PARALLEL_THREADS_MOST - 1 &&
           pthread_create(&threads[started], NULL, work, &crew) == 0)
        started++;
    work(&crew);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
