/*
 * The methods that found plans: init makes a new one from the template, or the dependency file of one that has none;
 * import makes one from somebody else's task list. Each is a batch as any other: previewed, all or nothing, never over
 * an existing file, in the history, and to be undone.
 */
#ifndef BATCHD_FOUNDATION_H
#define BATCHD_FOUNDATION_H

#include "handling.h"

void foundation_init(struct handling *handling);
void foundation_import(struct handling *handling);

#endif
