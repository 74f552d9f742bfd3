/*
 * A space: a workspace in a separate temporary folder, for one test, and what happens when batchctl is run there.
 * Everything a test makes lies beneath the folder; space_end removes it. Failing system calls fail the test. Beside the
 * root lies an empty folder "elsewhere": without it the root's parent, which is HOME, would be taken for the root.
 *
 * BATCHD_TEST_MODE says who answers batchctl, so that every suite runs unchanged in each mode:
 *   direct   no daemon, batchctl itself (the default)
 *   daemon   a batchd of the space
 *   dying    a daemon that takes the request and dies, see trap.c; what batchctl then says about it is checked here and
 *            taken out of its standard error
 */
#ifndef SPACE_H
#define SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "format/json.h"

struct refusal;

struct space {
    char *root;                  /* absolute path */
    struct space_server *server; /* what answers batchctl; NULL if it answers itself */
};

enum space_mode { SPACE_DIRECT, SPACE_DAEMON, SPACE_DYING };
enum space_mode space_mode(void);

/* What a program did. */
struct outcome {
    int status; /* exit status; 128 + N if signal N ended it */
    char *out, *err;
};

struct space space_new(void);
void space_end(struct space *space);
/* A space in which batchctl answers without the daemon in every mode: for tests that start separate daemons. */
struct space space_new_alone(void);
/* The runtime folder of the space's daemons, or something in it; it lies beside the space, and goes with it. The caller
 * frees the path. */
char *space_run(const struct space *space, const char *name);

/*
 * Files: paths are relative to the root; missing folders are made. ".batchd/" and a star at the start are the state of
 * the user who runs the test.
 */
void space_write(const struct space *space, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void space_write_bytes(const struct space *space, const char *path, const void *data, size_t length);
/* The path with the name of the state in the place of the star. The caller frees it. */
char *space_name(const struct space *space, const char *path);
void space_make_folder(const struct space *space, const char *path);
void space_link(const struct space *space, const char *path, const char *target);
void space_remove(const struct space *space, const char *path);
/* The content as a string; NULL if there is no such file. The caller frees it. */
char *space_read(const struct space *space, const char *path);
bool space_exists(const struct space *space, const char *path);
/* A digest over names, kinds, modes, modification times and contents of everything beneath @path ("" for all). */
uint64_t space_fingerprint(const struct space *space, const char *path);

/*
 * A plan named @name (which may have group folders before it: "group/X") with PLAN, parallel.json and empty folders.
 * @graph lists achievements and what they depend on: "1.1; 1.2: 1.1; 2.1: 1.1, 1.2". NULL makes no parallel.json. The
 * PLAN defines each with a goal and deliverables.
 */
void space_plan(const struct space *space, const char *name, const char *graph);
/* A complete SUBPLAN of achievement @id, whose objective says "Objective of @id". */
void space_subplan(const struct space *space, const char *plan, const char *id);
void space_execution(const struct space *space, const char *plan, const char *id);
void space_approved(const struct space *space, const char *plan, const char *id);
void space_fix(const struct space *space, const char *plan, const char *id);
void space_skipped(const struct space *space, const char *plan, const char *id);

/*
 * Run batchctl in the folder @folder beneath the root ("" for the root) with the words of @command, split at blanks;
 * single quotes keep blanks. Standard input is /dev/null; no variable of the caller's environment but PATH and
 * the sanitizers' reaches it; HOME is the root's parent, XDG_RUNTIME_DIR the space's own, so that no daemon but the
 * space's is found.
 */
struct outcome run_in(const struct space *space, const char *folder, const char *command);
struct outcome run(const struct space *space, const char *command);
/* Test failures unless the command ends with @status, and @part is in what it prints. */
void expect_status(const struct space *space, const char *command, int status, const char *part);
/* The same on a pseudo-terminal 80 columns wide; @input is typed. Everything printed is in out. */
struct outcome run_on_terminal(const struct space *space, const char *command, const char *input);
/* With one environment variable more, "NAME=value". */
struct outcome run_with(const struct space *space, const char *variable, const char *command);
void outcome_end(struct outcome *outcome);

/* The circumstances of a run; {0} is the root as folder, our own user and umask, and nothing unusual. */
struct setting {
    const char *folder;       /* beneath the root, or an absolute path */
    const char *variables[4]; /* more of the environment, "NAME=value"; a later one wins */
    const char *in;           /* standard input is this file beneath the root, instead of /dev/null */
    const char *out;          /* standard output goes to this file, such as /dev/full */
    const char *program;      /* instead of batchctl, an absolute path */
    mode_t umask;
    uid_t user;                    /* become this user; only root can */
    const struct refusal *refusal; /* calls that it cannot have; may be NULL */
};
struct outcome run_under(const struct space *space, const struct setting *setting, const char *command);
struct outcome run_on_terminal_under(const struct space *space, const struct setting *setting, const char *command,
                                     const char *input);

/* The path of batchctl. */
const char *space_program(void);

/* Runs side by side: begin them all, then end each, which waits for it. */
struct running {
    pid_t child;
    FILE *out, *err;
    bool may_complain; /* of a daemon that died */
};
struct running run_begin(const struct space *space, const struct setting *setting, const char *command);
struct outcome run_end(struct running *running);

/*
 * The one JSON document that was printed; the test fails if there is anything else. It borrows from the outcome, and
 * is released with json_release. Nodes are named by JSON pointers without escapes: "/data/plans/0/plan".
 */
struct json outcome_json(const struct outcome *outcome);
const cJSON *node_at(const struct json *json, const char *pointer); /* NULL if there is none */
const char *text_at(const struct json *json, const char *pointer);  /* "" unless it is a string */
size_t count_at(const struct json *json, const char *pointer);      /* of an array's items */
/* Test failures unless it is an array of just these, "1.1 1.2" (strings, or objects with an "id"), or this string. */
void expect_list(const struct json *json, const char *pointer, const char *expected);
void expect_text(const struct json *json, const char *pointer, const char *expected);

/* Does the text have the part? NULL has none. */
bool has(const char *text, const char *part);
/* How often. */
size_t count_of(const char *text, const char *part);

#endif
