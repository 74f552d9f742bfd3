/* What a client sends to "batchctl mcp", over a workspace that it may only read. Every answer is one line of JSON
 * within its limit, and nothing stops the server. */
#include <string.h>

#include "cli/option_reader.h"
#include "cli/options.h"
#include "format/json.h"
#include "fuzz.h"
#include "mcp/mcp_message.h"
#include "mcp/mcp_result.h"
#include "mcp/mcp_server.h"

static void check_line(struct span line) {
    struct json json = {0};
    MUST(json_read_ours(&json, line) && cJSON_IsObject(json.root));
    const cJSON *result = json_get(json.root, "result"), *error = json_get(json.root, "error");
    MUST(!result != !error);
    MUST(line.length < MCP_RESULT_BYTES_MOST);
    MUST(!result || json_get(json.root, "id"));
    MUST(!error || json_get_string(error, "message"));
    json_release(&json);
}

/* In two parts, cut anywhere: it is the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *words[] = {NULL};
    struct options options;
    struct error error = {0};
    struct mcp_server server;
    struct span input = fuzz_input(data, size), line;
    size_t half = size ? data[0] % size : 0;
    setenv("BATCHD_MCP_ALLOW", "read", 1);
    MUST(option_reader_parse(&options, 0, words, SCOPE_COMMON, &error));
    options.root = PLANS;
    options.has_no_daemon = true;
    mcp_server_init(&server, &options);
    mcp_server_take(&server, (struct span){input.data, half});
    mcp_server_take(&server, span_skip(input, half));
    mcp_server_take(&server, span_of("\n"));
    MUST(server.call_count <= MCP_CALLS_MOST);
    for (struct span rest = buffer_span(&server.out); span_next_line(&rest, &line);)
        check_line(line);
    mcp_server_release(&server);
    options_release(&options);
    return 0;
}
