/*
 * Quotations: an untrusted text as the value of a label in a PLAN, "- **Goal**: text" or the text indented below. It
 * reads as it did, but cannot be taken for a part of the PLAN: a heading becomes bold, a rule is spaced and what looks
 * like an achievement's listing is broken up, a code block that is left open is closed, and the rest is as in prose.h.
 * A text whose headings have several levels is one block of code, which keeps them.
 */
#ifndef BATCHD_MARKDOWN_QUOTE_H
#define BATCHD_MARKDOWN_QUOTE_H

#include <stdbool.h>

#include "base/buffer.h"

/*
 * Append @value behind a label, and a newline. A single line stands beside the label. @is_verbatim: several lines as
 * one block of code, in which nothing is changed and nothing means anything.
 */
void markdown_quote_append(struct buffer *text, struct span value, bool is_verbatim);

#endif
