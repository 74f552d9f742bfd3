/*
 * Diagnostics: everything that is wrong or doubtful about files, each with its place, a stable code and a remedy.
 * They are collected, never thrown: a reader goes on after a fault where it can.
 */
#ifndef BATCHD_DIAGNOSTICS_H
#define BATCHD_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct diagnostic {
    enum severity severity;
    const char *code;        /* a constant, such as "dependency.unknown" */
    const char *message;     /* one line of valid UTF-8 */
    const char *file;        /* relative to the root, or NULL */
    unsigned line;           /* from 1; 0 when it is about the whole file */
    unsigned column;         /* from 1, in bytes; 0 when unknown */
    const char *pointer;     /* JSON pointer (RFC 6901), or NULL */
    const char *hint;        /* what to do, or NULL; paths in it begin as @file does */
    const char *achievement; /* the id of the one that it is about, or NULL */
};

enum { DIAGNOSTICS_MOST = 1000 }; /* a file; what comes after is only counted */

/* {0} is valid and empty. Owns the texts of its items. */
struct diagnostics {
    struct arena arena;
    struct diagnostic *items;
    size_t count;
    size_t capacity;
    size_t left_out; /* reported past DIAGNOSTICS_MOST */
    size_t error_count;
};

/* Copies every text of @diagnostic. Control bytes and bytes that are no UTF-8 are made visible. */
void diagnostics_add(struct diagnostics *diagnostics, const struct diagnostic *diagnostic);
/* True, and the fault counted, when no more are kept: saves a reader the work of describing it. */
bool diagnostics_count_only(struct diagnostics *diagnostics, enum severity severity);
/* Copies all of @from. */
void diagnostics_append(struct diagnostics *diagnostics, const struct diagnostics *from);
void diagnostics_release(struct diagnostics *diagnostics);

#endif
