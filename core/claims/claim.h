/*
 * A claim: who works on an achievement, and for how long; and the mark that says where it was finished. The judgments
 * here are pure: they follow from a record, a moment, a keeper, the side of the asker, and the asker's files.
 *
 * A claim is live while it is held, not ended, before its deadline, and its keeper is not dead. Its number is the
 * fence, which grows with each claim on that achievement. A mark binds another side (another worktree, or another
 * branch) until the files there show what was finished.
 */
#ifndef BATCHD_CLAIM_H
#define BATCHD_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/memory.h"
#include "plan/standing.h"

enum {
    CLAIM_OWNER_BYTES_MOST = 200,
    CLAIM_NOTE_BYTES_MOST = 500,
    CLAIM_BRANCH_BYTES_MOST = 255,
    CLAIM_WORKTREE_BYTES_MOST = 4096,
    CLAIM_TTL_MS_LEAST = 1000, /* that can be asked for */
    CLAIM_TTL_MS_MOST = 24 * 3600 * 1000,
    CLAIM_TTL_MS_USUAL = 3600 * 1000, /* held by a handle alone */
    CLAIM_TTL_MS_WITH_KEEPER = 2 * 60 * 1000,
    CLAIM_BOOT_TEXT = 36 + 1, /* of a boot's id, with the NUL */
    CLAIM_SIDE_TEXT = DIGEST_FAST_TEXT,
};

/* What the achievement is claimed for: to write its SUBPLAN, to do its work, to review it. */
enum claim_kind { CLAIM_DESIGN, CLAIM_WORK, CLAIM_REVIEW, CLAIM_KINDS };

/* "design", "work", "review" */
const char *claim_kind_name(enum claim_kind kind);
bool claim_kind_find(const char *name, enum claim_kind *kind);
/* What the holder does: "designs", "works on", "reviews" */
const char *claim_kind_deed(enum claim_kind kind);

enum claim_result { CLAIM_DONE, CLAIM_GIVEN_UP, CLAIM_FORCED, CLAIM_RESULTS };

/* "done", "given_up", "forced" */
const char *claim_result_name(enum claim_result result);
bool claim_result_find(const char *name, enum claim_result *result);

/* The process whose end frees the claim. */
struct claim_keeper {
    uint64_t pid; /* 0: none */
    uint64_t start;
    uint64_t pid_namespace;
};

/* A claim that was taken. It stays after its end, for readers. Texts are UTF-8 without what is not seen. */
struct claim_holding {
    enum claim_kind kind;
    const char *by;
    char secret[DIGEST_SHA_TEXT]; /* of the handle's secret: its SHA-256 */
    const char *since, *until;    /* for people; UTC, "2026-11-27T18:00:00.000Z" */
    uint64_t ttl_ms;
    char boot[CLAIM_BOOT_TEXT]; /* its deadline counts in this boot only */
    uint64_t deadline_ms;       /* of CLOCK_BOOTTIME */
    struct claim_keeper keeper;
    const char *host;
    const char *branch; /* or NULL */
    const char *note;   /* or NULL */
};

struct claim_ending {
    enum claim_result result;
    const char *by;
    const char *time; /* NULL if that is not known */
    const char *note; /* or NULL */
};

/* A FIX: the name of the file, and the SHA-256 of its content. */
struct claim_fix {
    const char *name, *sha;
};

/* The mark: the last claim that ended as done. */
struct claim_mark {
    enum claim_kind kind;
    unsigned order;          /* the number of the last EXECUTION_TASK; 0 of a design */
    struct claim_fix *fixes; /* those that were answered */
    size_t fix_count;
    uint64_t fence;
    const char *by, *time;
    const char *commit, *branch; /* where it was finished; each NULL where that is unknown */
    const char *worktree;        /* the same; NULL in another clone */
    const char *side;            /* CLAIM_SIDE_TEXT; NULL outside git */
};

/* What is kept of one achievement. {0} is an achievement that was never claimed. */
struct claim_record {
    struct arena *arena; /* of the texts; borrowed */
    const char *plan;    /* path of the plan, relative to the workspace */
    const char *id;
    uint64_t fence; /* of the last claim; 0: none was ever taken */
    bool is_held;   /* @held says what the last claim is or was */
    bool is_ended;
    bool is_finished; /* there is a mark */
    struct claim_holding held;
    struct claim_ending ended;
    struct claim_mark finished;
};

/* Where a process works; what marks record. All NULL outside git; branch and commit also where they are unknown. */
struct claim_side {
    const char *side; /* hash of the worktree and the branch, CLAIM_SIDE_TEXT */
    const char *worktree, *branch, *commit;
};

/* When, and in which boot: everything about time that a judgment depends on. See claim_clock.h. */
struct claim_moment {
    uint64_t boot_ms; /* CLOCK_BOOTTIME */
    char boot[CLAIM_BOOT_TEXT];
    int64_t wall_ms; /* CLOCK_REALTIME, for people */
    /* Is the process gone, or another one by now? NULL: never. */
    bool (*is_dead)(const struct claim_keeper *keeper);
};

enum claim_state {
    CLAIM_NONE,    /* never claimed */
    CLAIM_HELD,    /* live */
    CLAIM_EXPIRED, /* past the deadline, of another boot, or without its keeper */
    CLAIM_ENDED,
};

/* Whether the last claim of @record counts at @moment. */
enum claim_state claim_state(const struct claim_record *record, const struct claim_moment *moment);

/* What the achievement can be claimed for, from its files alone. False unless it is ready for something. */
bool claim_find_kind(const struct standing *standing, enum claim_kind *kind);

/* Is the claimed work done, as the files show? The SUBPLAN is complete; the SUBMITTED counts; the review is decided. */
bool claim_is_done(enum claim_kind kind, const struct standing *standing);

/* Does the mark bind the side @side, whose files are @standing? Not its own side, and not files that are past it. */
bool claim_mark_binds(const struct claim_mark *mark, const char *side, const struct standing *standing);

/* Is the record's mark one, and does it bind? */
bool claim_is_bound(const struct claim_record *record, const char *side, const struct standing *standing);

/*
 * How often to renew a claim that holds for @ttl_ms. In a team no longer than it takes a server that begins a new epoch
 * to give the claims of those who are silent to others.
 */
uint64_t claim_renewal_ms(uint64_t ttl_ms, bool is_in_team);

#endif
