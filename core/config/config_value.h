/*
 * The value of a configuration's key, as it is written: a boolean, a duration, one word of a few, or several of them.
 */
#ifndef BATCHD_CONFIG_VALUE_H
#define BATCHD_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

/* "yes", "true", "on", "1", or "no", "false", "off", "0". False if @text is none of them. */
bool config_value_boolean(const char *text, bool *value);

/* "10s", "500ms", "2m", "0" -> milliseconds. False if @text is no such thing, or longer than a day. */
bool config_value_duration(const char *text, int *milliseconds);

/* The place of @text among @words, which are @count, or fewer before a NULL. False if it is none of them. */
bool config_value_word(const char *text, const char *const *words, size_t count, size_t *position);

/*
 * "none", or some of @words between blanks or commas: a bit for each, the lowest for the first. False if there is
 * another word, or none.
 */
bool config_value_set(const char *text, const char *const *words, size_t count, unsigned *bits);
/* The same, written in @arena. */
const char *config_value_set_text(struct arena *arena, const char *const *words, size_t count, unsigned bits);

#endif
