/*
 * The methods about batches: making them, taking them back, and looking them up.
 */
#ifndef BATCHD_CHANGE_H
#define BATCHD_CHANGE_H

#include "handling.h"

void change_create(struct handling *handling);
void change_retry(struct handling *handling);
void change_undo(struct handling *handling);
void change_history(struct handling *handling);
void change_batch(struct handling *handling);

#endif
