#include "naive.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "worksite.h"

enum { LOOK_US = 100 }; /* what a tool needs to read a record and decide */

static const char held = 'h', expired = 'x';

static bool make(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_made = file >= 0 && write(file, &held, 1) == 1;
    if (file >= 0)
        close(file);
    return is_made;
}

static bool has_run_out(const char *path) {
    char state = held;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_read = file >= 0 && read(file, &state, 1) == 1;
    if (file >= 0)
        close(file);
    return is_read && state == expired;
}

static bool take(struct claim_authority *self, const struct claim_taker *taker,
                 const struct claim_candidate *candidates, size_t count, struct claim_reply *reply,
                 struct error *error) {
    const struct naive *naive = (const struct naive *)(const void *)self;
    (void)taker, (void)candidates, (void)count;
    if (make(naive->path))
        return true;
    if (has_run_out(naive->path)) {
        usleep(LOOK_US);
        unlink(naive->path); /* which may be a newer one by now */
        if (make(naive->path))
            return true;
    }
    reply->reason = CLAIM_REASON_HELD;
    return error_set(error, ERROR_CONFLICT, "held");
}

void naive_open(struct naive *naive, const char *path) {
    static const struct claim_calls calls = {.take = take};
    *naive = (struct naive){.authority.calls = &calls};
    snprintf(naive->path, sizeof naive->path, "%s", path);
}

void naive_expire(const struct naive *naive) {
    int file = open(naive->path, O_WRONLY | O_CLOEXEC);
    must(file >= 0 && write(file, &expired, 1) == 1 && close(file) == 0, "naive");
}
