/*
 * The words of a review in a document: what a person wrote reads as it did, but nothing of it is a heading, a variable
 * or anything else that outlives its line.
 */
#ifndef BATCHD_REVIEW_WORDS_H
#define BATCHD_REVIEW_WORDS_H

#include <stddef.h>

#include "base/buffer.h"
#include "plan/plan.h"

/* Append @words, line by line. */
void review_words_append(struct buffer *text, struct span words);
/* Append @words as a checklist: its list items, or else its paragraphs. */
void review_words_append_points(struct buffer *text, struct span words);

/* Append the ids of what is open and depends on the achievement @position, directly or not: "2.2, 3.1". */
void review_words_append_blocked(struct buffer *ids, const struct plan *plan, size_t position);

#endif
