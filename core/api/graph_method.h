/*
 * The method graph: a plan as a graph; in its form html all plans that are meant, as a page.
 */
#ifndef BATCHD_GRAPH_METHOD_H
#define BATCHD_GRAPH_METHOD_H

#include "api/context.h"

void graph_method_answer(struct context *context);

#endif
