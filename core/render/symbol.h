/*
 * Symbols: the characters outside ASCII that texts for people are drawn with, and what stands for each of them where
 * only ASCII can be shown (struct style, is_ascii). The one table of them. A symbol and its ASCII are one column wide,
 * so a text has the same layout in both. What documents say is never changed.
 */
#ifndef BATCHD_SYMBOL_H
#define BATCHD_SYMBOL_H

#include "base/buffer.h"
#include "render/style.h"

/* "✓" -> "✓", or its ASCII, "+". @symbol is one of the table. */
const char *symbol_text(const struct style *style, const char *symbol);

/* Append our own words, in which any symbols of the table may be. */
void symbol_append_words(struct buffer *text, const struct style *style, const char *words);

/* The same in ASCII, whatever the style: for a screen that is drawn. Everything that is not in the table stays. */
void symbol_append_ascii(struct buffer *text, struct span words);

#endif
