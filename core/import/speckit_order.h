/*
 * The order of a spec-kit file: what its words state, and what its lines and marks are taken to mean.
 */
#ifndef BATCHD_SPECKIT_ORDER_H
#define BATCHD_SPECKIT_ORDER_H

#include "import/speckit_file.h"

/* Add all edges to the items of the file's tasks. Lines that speak of order and cannot be read are named. */
void speckit_order_add(struct speckit_file *file);

#endif
