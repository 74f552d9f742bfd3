/* A dependency file. */
#include "fuzz.h"
#include "plan/dependency_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct dependency_file dependencies;
    struct diagnostics diagnostics = {0};
    bool is_valid = dependency_file_read(&dependencies, fuzz_input(data, size), "parallel.json", &diagnostics);
    MUST(is_valid == dependencies.is_valid);
    MUST(is_valid == (diagnostics.error_count == 0));
    for (size_t i = 0; is_valid && i < dependencies.count; i++)
        MUST(dependencies.graph.levels[i] < dependencies.graph.level_count);
    dependency_file_release(&dependencies);
    diagnostics_release(&diagnostics);
    return 0;
}
