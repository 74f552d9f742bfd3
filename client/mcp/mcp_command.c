#include "mcp/mcp_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "format/json_writer.h"
#include "mcp/mcp_loop.h"
#include "view/program_view.h"

/* The root that was given, as it is from everywhere; NULL if none was. The caller frees it. */
static char *resolved_root(const struct options *options) {
    char *resolved = options->root ? realpath(options->root, NULL) : NULL;
    return options->root && !resolved ? memory_copy(options->root) : resolved;
}

static void append_json(struct buffer *text, const char *root) {
    struct json_writer writer = {.buffer = text};
    json_writer_open_object(&writer);
    json_writer_key_object(&writer, "mcpServers");
    json_writer_key_object(&writer, "batchd");
    json_writer_key_string(&writer, "command", "batchctl");
    json_writer_key_array(&writer, "args");
    if (root)
        json_writer_string(&writer, "-C");
    if (root)
        json_writer_string(&writer, root);
    json_writer_string(&writer, "mcp");
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
    json_writer_close_object(&writer);
    json_writer_close_object(&writer);
}

static void append_registration(struct buffer *text, const char *client, const char *root) {
    if (strcmp(client, "json") == 0) {
        append_json(text, root);
    } else {
        buffer_append_format(text, "%s mcp add batchd -- batchctl %s", client, root ? "-C " : "");
        if (root)
            text_append_shell_word(text, root);
        buffer_append_string(text, root ? " mcp" : "mcp");
    }
    buffer_append_byte(text, '\n');
}

static int print_registration(const struct options *options) {
    AUTO(buffer) text = {0};
    AUTO_FREE char *root = resolved_root(options);
    append_registration(&text, options->client, root);
    return command_finish_verbatim("mcp", &(struct verbatim_view){"client", options->client, text.data}, options);
}

int mcp_command_run(const struct verb *verb, struct options *options) {
    if (options->argument_count)
        return command_fail_usage(verb, options, "mcp takes no arguments");
    if (options->is_json && !options->client)
        return command_fail_usage(verb, options, "--json goes with --print-config");
    return options->client ? print_registration(options) : mcp_loop_run(options);
}
