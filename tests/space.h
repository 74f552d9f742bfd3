/*
 * A space: a plans root in a temporary folder of its own, for one test, and what happens when batchctl is run there.
 * Everything a test makes lies beneath the folder; space_end removes it. Failing system calls fail the test.
 */
#ifndef SPACE_H
#define SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct space {
    char *root; /* absolute path */
};

/* What a program did. */
struct outcome {
    int status; /* exit status; 128 + N if signal N ended it */
    char *out, *err;
};

struct space space_new(void);
void space_end(struct space *space);

/* Files: paths are relative to the root; missing folders are made. */
void space_write(const struct space *space, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void space_write_bytes(const struct space *space, const char *path, const void *data, size_t length);
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
 * the sanitizers' reaches it; HOME is the root's parent.
 */
struct outcome run_in(const struct space *space, const char *folder, const char *command);
struct outcome run(const struct space *space, const char *command);
/* The same on a pseudo-terminal 80 columns wide; @input is typed. Everything printed is in out. */
struct outcome run_on_terminal(const struct space *space, const char *command, const char *input);
/* With one environment variable more, "NAME=value". */
struct outcome run_with(const struct space *space, const char *variable, const char *command);
void outcome_end(struct outcome *outcome);

/* Does the text have the part? NULL has none. */
bool has(const char *text, const char *part);
/* How often. */
size_t count_of(const char *text, const char *part);

#endif
