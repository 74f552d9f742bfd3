/* One load of a plan in a space, for the tests of core/plan/plan. */
#ifndef LOAD_H
#define LOAD_H

#include <criterion/criterion.h>

#include "plan/plan.h"
#include "space.h"

struct load {
    struct files files;
    struct plan plan;
};

static inline void load(struct load *load, const struct space *space, const char *path) {
    struct error error = {0};
    cr_assert(files_open(&load->files, space->root, &error));
    plan_load(&load->plan, &load->files, path);
}

static inline void unload(struct load *load) {
    plan_release(&load->plan);
    files_close(&load->files);
}

#endif
