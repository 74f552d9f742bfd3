/*
 * Style: the form of an answer, and how it is to look. It has all that the text depends on but the answer's data, so
 * the same style gives the same bytes in every process.
 */
#ifndef BATCHD_STYLE_H
#define BATCHD_STYLE_H

#include <stdbool.h>
#include <stdint.h>

enum form {
    FORM_NONE, /* only the data, for a program */
    FORM_JSON, /* the whole document, as "--json" prints it */
    FORM_TEXT, /* for people */
    FORM_TREE, /* of a graph, as are the others */
    FORM_DOT,
    FORM_MERMAID,
    FORM_SVG,
    FORM_HTML,
    FORM_GCC, /* of diagnostics, as are the others; see diagnostics_formats.h */
    FORM_GITHUB,
    FORM_SARIF,
};

/* "json", "text", ... True if there is a form of this name; NONE has no name. */
bool form_find(const char *name, enum form *form);
const char *form_name(enum form form);

struct style {
    enum form form;
    uint64_t columns;     /* of the terminal on standard output, in which tables fit; 0 if it is none: nothing is cut */
    bool has_color;       /* on standard output */
    bool has_error_color; /* on standard error */
    bool is_ascii;        /* symbols are drawn in ASCII; see symbol.h */
    bool is_quiet;        /* no warnings and no hints */
    bool is_verbose;      /* leave nothing out */
    bool has_content;     /* create: with the text of the files */
    bool is_followed;     /* html: the page will be replaced, so it reads itself again */
    bool has_failed;      /* what the data says was not done, and will not be */
    const char *workspace; /* the absolute path that paths are relative to; NULL leaves them as they are */
    const char *cwd;       /* the working directory, from which they are to open */
    const char *state;     /* the folder of state in the workspace, which any error may name; NULL if none does */
    const char *named;     /* a file that the user named, or a folder "x/", whose paths stay as they are; or NULL */
    const char *output;    /* the folder that the user named for what is written; NULL if none */
};

#endif
