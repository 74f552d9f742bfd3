/*
 * Findings of the doctor: what is or may become wrong with a workspace, each with its place and its hint. Unlike
 * diagnostics, which say why an answer is as it is, they are the answer.
 */
#ifndef BATCHD_FINDINGS_H
#define BATCHD_FINDINGS_H

#include <stddef.h>

#include "base/diagnostics.h"
#include "base/memory.h"

enum { FINDINGS_MOST = 2000 }; /* what comes after is only counted */

enum finding_severity {
    FINDING_ERROR,   /* a command refuses, or would be misled */
    FINDING_WARNING, /* something is ignored or does not work, although it seems to */
    FINDING_NOTE,    /* harmless, and good to know */
    FINDING_SEVERITIES
};

struct finding {
    enum finding_severity severity;
    const char *code;    /* a constant, such as "file.misplaced" */
    const char *message; /* one line */
    const char *file;    /* relative to the root, or absolute outside it; or NULL */
    unsigned line;       /* from 1, or 0 */
    const char *hint;    /* a command to type in the root, or what to do; or NULL */
};

/* {0} is valid and empty. Owns the texts of its items. */
struct findings {
    struct arena arena;
    struct finding *items;
    size_t count, capacity;
    size_t counts[FINDING_SEVERITIES]; /* also of those that are left out */
};

/* Copies every text; what could steer a terminal is made visible. */
void findings_add(struct findings *findings, const struct finding *finding);
/* The same with a formatted message. */
void findings_report(struct findings *findings, enum finding_severity severity, const char *code, const char *file,
                     const char *hint, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* A fault that a reader has reported; the hint is its hint, or else @hint. */
void findings_take(struct findings *findings, const struct diagnostic *diagnostic, const char *hint);
void findings_append(struct findings *findings, const struct findings *from);
void findings_release(struct findings *findings);

#endif
