/*
 * Program view: what a program answers about itself, its version or a text that is built in. Texts are borrowed.
 */
#ifndef BATCHD_PROGRAM_VIEW_H
#define BATCHD_PROGRAM_VIEW_H

struct version_view {
    const char *program, *version;
    const char *schema; /* of its answers as JSON */
};

/* A text to use as it is, such as a script. */
struct verbatim_view {
    const char *name, *value; /* what the text is for; name: NULL for nothing, value: NULL is null in JSON */
    const char *text;
};

#endif
