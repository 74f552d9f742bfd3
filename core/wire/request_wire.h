/*
 * Requests as calls of the protocol (see rpc.h), and back: one table of parameters for both directions.
 */
#ifndef BATCHD_REQUEST_WIRE_H
#define BATCHD_REQUEST_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/request.h"
#include "base/buffer.h"
#include "wire/rpc.h"

/* Can JSON carry it? Texts that are no UTF-8 it cannot. */
bool rpc_can_write(const struct request *request);

/* Append the line that asks for @request, of a daemon of our own version. */
void rpc_write_request(struct buffer *line, uint64_t id, const struct request *request, const struct rpc_root *root);

/* Read the parameters of one of core's methods into message->request. False if one is unknown, or of the wrong type. */
bool rpc_read_parameters(struct rpc_message *message, struct rpc_fault *fault);

#endif
