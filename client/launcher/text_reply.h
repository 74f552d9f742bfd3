/*
 * A text reply of the daemon: one request, and the bytes that answer it, printed as they are. This is the part of
 * rpc_client and reply_wire that needs no JSON reader: a reply that is not written as reply_wire_write does is no
 * reply.
 */
#ifndef BATCHCTL_TEXT_REPLY_H
#define BATCHCTL_TEXT_REPLY_H

#include <stdbool.h>

#include "base/buffer.h"

/*
 * Send the request's line to @peer, a connection to a daemon, and print the reply; commands in it name @root, unless it
 * is NULL: see root_option. False, and nothing has been printed, unless the whole reply has come within
 * TEXT_REPLY_TIMEOUT_MS between its parts.
 */
bool text_reply_print(int peer, struct span line, const char *root, int *status);
enum { TEXT_REPLY_TIMEOUT_MS = 1000, TEXT_REPLY_BYTES_MOST = 1 << 20 };

#endif
