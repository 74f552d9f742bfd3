/*
 * Prompt view: what prompt answers. All of it is in the arena of the answer.
 */
#ifndef BATCHD_PROMPT_VIEW_H
#define BATCHD_PROMPT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

struct prompt_item {
    const char *id;   /* of the achievement or its part; NULL of a prompt about the plan */
    const char *name; /* of its file, such as PROMPT_FILL_X_11.md */
    const char *text;
    size_t line_count;
    const char *outcome; /* of its file, once it is delivered: "new", "replaced", "unchanged" or "kept" */
};

struct prompt_skip {
    const char *id, *reason;
};

struct prompt_view {
    const char *plan, *path, *kind, *selection;
    struct prompt_item *prompts;
    size_t count;
    struct prompt_skip *skipped;
    size_t skipped_count;
    bool is_delivered; /* to files, by the client */
};

#endif
