/*
 * What the parts of fault.c share: the scenarios, one fault in one of them, and the verdict on it. scenario.c prepares
 * what the fault is going to hit, judge.c carries it out and judges, fault.c has all the faults there are.
 */
#ifndef FAULT_H
#define FAULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "trial.h"

enum scenario { CREATE, UNDO, KEEP_GOING, RETRY, RECOVER, MOUNTED, MOUNTED_UNDO, MOUNTED_RECOVER, TWICE, SCENARIOS };
enum { ALL = 7, ONE = 2, OTHERS = 5 }; /* files, as bits: ONE is the blocked one */
enum { FILES = 3, NAME_BYTES = 16, STATUS_PARTLY = 10 };

struct scenario_row {
    const char *name, *command;
    int status;             /* of success */
    unsigned before, after; /* files */
    int standing_before, standing_after;
    bool is_mounted, is_thin, begins_dead;
};
extern const struct scenario_row scenarios[SCENARIOS];

/* An operation that the shim has seen. */
struct operation {
    char name[NAME_BYTES];
    char place[96];
    bool is_write;
};

struct task {
    enum scenario scenario;
    long dead_at; /* recover, twice: where the batch before it died */
    struct fault fault;
    struct operation operation;
};

/* Shared by the workers. */
struct counts {
    atomic_size_t next;
    atomic_long passed, failed, torn, unknown;
};

extern struct program program;
extern struct counts *tally;
extern long failures_shown;

void make_folder(const struct trial *trial, const char *path);
/* A folder in the place of file ONE, or no more. */
void block(const struct trial *trial, bool is_blocked);
/* The state in which the fault is going to hit. False if it cannot be made. */
bool prepare(const struct trial *trial, enum scenario scenario, long dead_at);

/* Is @name one of @names, which end with NULL? */
bool is_one_of(const char *name, const char *const *names);
/* Let the fault hit, and count whether all is as it must be. */
void perform(const struct trial *trial, const struct task *task);

#endif
