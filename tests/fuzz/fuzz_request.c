/* A line that a client sends to the daemon. What was understood is written and understood again as the same. */
#include <string.h>

#include "api/methods.h"
#include "fuzz.h"
#include "wire/request_wire.h"
#include "wire/rpc.h"

static bool is_request(struct rpc_message *message, struct span line) {
    struct rpc_fault fault;
    bool is_read = rpc_read_message(message, line, &fault) && request_is_known(message->method) &&
                   rpc_read_parameters(message, &fault);
    MUST(is_read || fault.code || message->method);
    MUST(memchr(fault.reason, '\0', sizeof fault.reason) && !strchr(fault.reason, '\n'));
    MUST(!is_read || (message->request.lock_timeout_ms >= 0 && message->request.lock_timeout_ms <= 86400000));
    return is_read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct rpc_root root = {"1:2"};
    struct rpc_message message, again;
    struct buffer first = {0}, second = {0};
    if (is_request(&message, fuzz_input(data, size))) {
        rpc_write_request(&first, 1, &message.request, &root);
        MUST(is_request(&again, (struct span){first.data, first.length - 1}));
        rpc_write_request(&second, 1, &again.request, &root);
        MUST(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);
        rpc_message_release(&again);
    }
    rpc_message_release(&message);
    buffer_release(&first);
    buffer_release(&second);
    return 0;
}
