/*
 * Hours, as people write an effort: "5", "4-6", "4–6 hours", "30 minutes", "1 h 30 min".
 */
#ifndef BATCHD_HOURS_H
#define BATCHD_HOURS_H

#include <stdbool.h>

#include "base/buffer.h"

/* Of a range the mean. False if @text is no such thing: of days, too, as nothing says how long one is. */
bool hours_parse(struct span text, double *hours);

#endif
