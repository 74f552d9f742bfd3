/*
 * A trial: a workspace of one plan, "X", whose EXECUTION_TASKs are one batch; runs of batchctl there, whole or broken
 * by the shim; and the verdict on what is on disk. It knows the program only from outside, and reads and judges with no
 * code of the program's.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { STATUS_ROLLED_BACK = 11, STATUS_UNKNOWN = 12, STATUS_KILLED = 128 + 9, OUTPUT_BYTES = 65536, PATH_BYTES = 512 };

struct program {
    const char *batchctl;
    const char *shim; /* NULL if nothing is to be broken */
};

/* See shim.c. {0} breaks nothing. */
struct fault {
    long at;
    const char *kind;
    bool is_for_good;
    unsigned descriptors_most; /* 0: as many as ever */
};

struct trial {
    char root[PATH_BYTES]; /* absolute, resolved */
    int count;             /* files of the batch */
    bool is_mounted;       /* X/execution is a mount point: cleared, but never removed */
    char **contents;       /* what each must be; NULL until trial_expect */
};

/* What a run did. */
struct run {
    int status;             /* exit status, or 128 + the signal */
    char out[OUTPUT_BYTES]; /* cut off */
    char err[4096];
};

/* Make the plan in @folder, which is made too. The caller ends it. */
void trial_start(struct trial *trial, const char *folder, int count);
/* Remove everything beneath the root, and the root. */
void trial_end(struct trial *trial);
/* Remove what batches have made: .batchd, and execution/ with all that is in it. */
void trial_clear(const struct trial *trial);
/* Learn the bytes of the files from a run without faults, and clear it. */
void trial_expect(struct trial *trial, const struct program *program);

/* The path of file @i of the batch, relative to the root. */
void trial_target(int i, char path[PATH_BYTES]);

/* A path with the name of the state that is there in the place of the star of ".batchd/" and a star. */
void trial_name(const struct trial *trial, const char *path, char name[PATH_BYTES]);
/* Write, or read as a string (NULL if there is no such file; the caller frees it), beneath the root. */
void trial_write(const struct trial *trial, const char *path, const char *text);
char *trial_read(const struct trial *trial, const char *path);
bool trial_exists(const struct trial *trial, const char *path);

/* Run "batchctl --root ROOT COMMAND", words split at blanks. @log: as FAULT_COUNT, or NULL. */
void trial_run(const struct trial *trial, const struct program *program, const struct fault *fault, const char *log,
               const char *command, struct run *run);
/* The same, without waiting, and without what it prints; process_wait ends it. */
pid_t trial_begin(const struct trial *trial, const struct program *program, const char *command);

enum verdict { VERDICT_ALL, VERDICT_NONE, VERDICT_TORN, VERDICT_WRONG };
extern const char *const verdict_names[];

/* What is on disk: WRONG if a file is not what it must be. */
enum verdict trial_verdict(const struct trial *trial);
/* Which of the files are there, as bits; of the first 32. False if one is not what it must be. */
bool trial_files(const struct trial *trial, unsigned *files);
/* How many files a reader is shown by "status --json"; -1 if that fails. */
int trial_shown(const struct trial *trial, const struct program *program);
/* The same as a verdict; WRONG if that fails. */
enum verdict trial_reader(const struct trial *trial, const struct program *program);
/* The batches that stand, by the records of the history; undone ones do not. */
int trial_standing(const struct trial *trial);
/* Nothing is pending and nothing staged, beside the files of the batch neither. */
bool trial_is_tidy(const struct trial *trial);
/* The PLAN, the graph, the SUBPLANs and a note that lies beside them are as they were made. */
bool trial_is_unharmed(const struct trial *trial);

/* Where trials are quick: memory, if there is such a folder. */
const char *trial_base(void);
double trial_now(void);

#endif
