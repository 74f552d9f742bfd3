/* The config of a workspace, as a clone brings it. It loosens nothing, and is at most one warning. */
#include <string.h>

#include "config/config.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct config config, built_in;
    struct diagnostics diagnostics = {0};
    config_init(&config);
    config_init(&built_in);
    config_read_workspace(&config, fuzz_input(data, size), "config", "own.conf", &diagnostics);
    MUST(diagnostics.error_count == 0 && diagnostics.count <= 1);
    for (enum config_key key = 0; key < CONFIG_KEYS; key++)
        if (config_entries[key].right == CONFIG_IGNORED)
            MUST(config.values[key] == built_in.values[key] && strcmp(config.origins[key], "built in") == 0);
    MUST(config.require_complete_subplans || !built_in.require_complete_subplans);
    MUST(!config.root && !config.socket && !config.auto_creates_executions);
    MUST(config.settle_ms >= 0 && config.settle_ms <= CONFIG_WORKSPACE_MOST_MS);
    MUST(config.lock_timeout_ms == built_in.lock_timeout_ms && config.log_level == built_in.log_level);
    diagnostics_release(&diagnostics);
    config_release(&config);
    config_release(&built_in);
    return 0;
}
