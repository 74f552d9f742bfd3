/*
 * Styled text: the small parts that texts for people are made of.
 */
#ifndef BATCHD_STYLED_TEXT_H
#define BATCHD_STYLED_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "render/style.h"

enum { STYLED_TEXT_ROWS_MOST = 60 }; /* of a list, unless verbose */

/* Append untrusted text so that it cannot steer a terminal. NULL appends nothing. */
void styled_text_append_visible(struct buffer *text, const char *untrusted);
/*
 * Append a whole text for people: whatever it was made of, nothing but what is seen (text.h), newlines, tabs and our
 * own colours is in it.
 */
void styled_text_append_shown(struct buffer *shown, struct span text);
/* In a colour or weight, if the style has any: @sequence is that of "ESC [ ... m". */
void styled_text_append_styled(struct buffer *text, const struct style *style, const char *sequence, const char *word);
void styled_text_append_bold(struct buffer *text, const struct style *style, const char *word);
/* A bar of @width columns, filled for @done of @total. */
void styled_text_append_bar(struct buffer *text, const struct style *style, size_t done, size_t total, size_t width);
/* Do @words name the file at @path? */
bool styled_text_names(const char *words, const char *path);
/* A path of an answer, as it opens from the working directory. NULL or "" appends nothing. */
void styled_text_append_path(struct buffer *text, const struct style *style, const char *path);
/*
 * Words about @file (or NULL, ""): paths in them that begin with the same folder, or with "./", which is the root, and
 * paths of the state open from here, too, and are quoted for a shell.
 */
void styled_text_append_about(struct buffer *text, const struct style *style, const char *words, const char *file);
/* "  label    value" in a line; nothing if there is no value. */
void styled_text_append_line(struct buffer *text, const char *label, const char *value);
void styled_text_append_path_line(struct buffer *text, const struct style *style, const char *label, const char *path);

#endif
