/*
 * Setup: from the command line, the environment and the configuration files to a plans root and the settings in force
 * there. The same for every program; none of them reads a setting elsewhere.
 *
 * The root is, in this order: the one given; BATCHD_ROOT; the one found from the working directory (see
 * workspace_find_root); the configured one; the working directory, if one is to be made. It may be reached over links,
 * and is resolved once.
 */
#ifndef BATCHD_SETUP_H
#define BATCHD_SETUP_H

#include <stdbool.h>

#include "config.h"
#include "error.h"
#include "files.h"

/* A variable of the environment, or NULL. The core does not look at the environment itself. */
typedef const char *setup_variable(const char *name);

/* What a command line may set; NULL leaves it to the other layers. */
struct setup_wishes {
    const char *root;
    const char *values[CONFIG_KEYS];  /* of any other key */
    const char *origins[CONFIG_KEYS]; /* "--timeout" */
    setup_variable *variable;
    bool makes_root;    /* where none is found, the working directory is to become one */
    bool has_no_search; /* do not search from the working directory: a service has none to speak of */
};

struct setup {
    struct config config;
    char *named;                   /* the root's path as it was named or found, absolute; may lead over links */
    char *root;                    /* the same, resolved; NULL if there is none */
    char *here;                    /* working directory beneath the root, relative to it; NULL if it is elsewhere */
    struct file_identity identity; /* of the root */
};

/*
 * Read it all. What is wrong in configuration files is in @diagnostics and makes this fail with INVALID; what could be
 * found out is there all the same, so that it can be shown. NOT_FOUND: there is no root. IO. The caller releases @setup
 * also on failure.
 */
bool setup_read(struct setup *setup, const struct setup_wishes *wishes, struct diagnostics *diagnostics,
                struct error *error);
void setup_release(struct setup *setup);

/* Where the absolute folder lies beneath the root, as a new string ("" is the root itself); NULL if it does not. */
char *setup_beneath(const struct setup *setup, const char *folder);

#endif
