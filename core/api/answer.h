/*
 * An answer: what programs say to each other and to scripts, its envelope and the names in it. Bytes to structs and
 * back; no I/O.
 */
#ifndef BATCHD_ANSWER_H
#define BATCHD_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "format/json_writer.h"
#include "render/style.h"

#define ANSWER_SCHEMA   "batchctl/2"
#define ANSWER_LEFT_OUT "diagnostics.left_out" /* the code of "N more are not listed" */

/* How a view, which is the content of an answer, becomes bytes. */
struct answer_type {
    /* One value; NULL of a view that is made for a form alone. */
    void (*write_json)(struct json_writer *writer, const void *view);
    void (*append_text)(struct buffer *text, const void *view, const struct style *style);
};

/* The answer to one request. {0} is valid and empty. */
struct answer {
    const char *kind;               /* of the view: the method's name; a constant */
    enum error_code code;           /* NONE if all went well */
    const struct answer_type *type; /* of the view; a constant */
    const void *view;               /* a struct of core/view, in the arena; NULL if there is nothing to say */
    struct arena arena;
    struct buffer data; /* JSON, of a method without a view; empty means null */
    const char *notes;  /* for people on standard error, unless quiet; in the arena, or NULL */
    size_t count;       /* files that were created or removed; in a preview, those that would be */
    uint64_t batch;     /* its number; 0 if there is none */
    const char *token;  /* of a preview, in the arena; or NULL */
    struct diagnostics diagnostics;
    struct buffer meta; /* JSON: who answered (see answer_write_meta); empty for this process itself */
};

void answer_release(struct answer *answer);

/* Make @error the answer's outcome: its code, and a diagnostic that says it. Takes (releases) @error. */
void answer_fail(struct answer *answer, struct error *error);

/* The reverse: its outcome, and what it said last, as an error. Always returns false. */
bool answer_take_error(const struct answer *answer, struct error *error);

/* Make the data, as JSON, from the view, if there is one. */
void answer_fill_data(struct answer *answer);

/*
 * Append the whole document: {"schema","kind","ok","code","data","diagnostics","meta"}, and a newline. @workspace: the
 * folder that paths in an answer of this process are relative to, or NULL; one that has its meta says that itself.
 */
void answer_write(struct buffer *text, const struct answer *answer, const char *workspace);

/*
 * Append the meta of an answer that a daemon gives: its workspace, which state of it that is, and the state of its
 * watches: "ok", or "degraded" while it has to poll.
 */
void answer_write_meta(struct buffer *text, const char *workspace, uint64_t generation, const char *watch);

/* The array of them, each with its severity, code, place and hint; and how many were left out. */
void answer_write_diagnostics(struct json_writer *writer, const struct diagnostics *diagnostics);

#endif
