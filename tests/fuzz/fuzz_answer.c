/* A line that something on the daemon's socket says to a client. */
#include <string.h>

#include "fuzz.h"
#include "wire/answer_wire.h"
#include "wire/reply_wire.h"
#include "wire/rpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const keys[] = {"result", "error", "id", "data", "", "a"};
    struct span line = fuzz_input(data, size);
    struct answer answer;
    struct rpc_fault fault;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct span value = json_scan_member(line, keys[i]);
        MUST(value.length == 0 || (value.data >= line.data && value.data + value.length <= line.data + line.length));
    }
    if (rpc_read_answer(&answer, line, &fault)) {
        struct buffer text = {0};
        answer.kind = "status";
        answer_write(&text, &answer, NULL);
        MUST(text.length && text.data[text.length - 1] == '\n');
        buffer_release(&text);
        answer_release(&answer);
    }
    rpc_read_fault(line, &fault);
    struct reply reply = {0};
    struct reply_sizes sizes;
    if (reply_wire_read(line, &reply, &sizes))
        MUST(sizes.output <= REPLY_OUTPUT_BYTES_MOST && sizes.errors <= REPLY_ERRORS_BYTES_MOST &&
             reply.code <= UINT8_MAX);
    reply_release(&reply);
    return 0;
}
