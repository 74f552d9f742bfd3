/*
 * The methods that write EXECUTION_TASKs and SUBPLANs: create and retry.
 */
#ifndef BATCHD_WRITE_METHODS_H
#define BATCHD_WRITE_METHODS_H

#include "api/context.h"

void write_methods_create(struct context *context);
void write_methods_retry(struct context *context);

#endif
