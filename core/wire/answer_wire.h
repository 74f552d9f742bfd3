/*
 * Reading an answer as a client gets it: only its frame is parsed, what is passed on stays as it was written.
 */
#ifndef BATCHD_ANSWER_WIRE_H
#define BATCHD_ANSWER_WIRE_H

#include <stdbool.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "wire/rpc.h"

/*
 * Read what came back: an answer, with data and meta as they were written (answer->kind is the caller's); or a fault of
 * the protocol, with its code; false with code 0 if it is neither.
 */
bool rpc_read_answer(struct answer *answer, struct span line, struct rpc_fault *fault);

/* The same of the result alone: false if it is no answer. */
bool rpc_read_result(struct answer *answer, struct span result);

#endif
