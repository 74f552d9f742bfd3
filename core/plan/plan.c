#include "plan/plan.h"

#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/names.h"
#include "plan/dependency_file.h"

void plan_append_reference(struct buffer *command, const char *name) {
    AUTO(buffer) argument = {0};
    bool is_number = !name[strspn(name, "0123456789., ")]; /* or ids, or of a batch */
    buffer_append_format(&argument, "%s%s", is_number || name[0] == '-' || name[0] == '@' ? "@" : "", name);
    text_append_shell_word(command, argument.data);
}

void plan_set_reference(struct plan *plan, const char *reference) {
    AUTO(buffer) quoted = {0};
    plan_append_reference(&quoted, reference);
    if (!plan->reference || strcmp(plan->reference, quoted.data) != 0)
        plan->reference = arena_copy(&plan->arena, quoted.data, quoted.length);
}

void plan_release(struct plan *plan) {
    if (!plan->shares_dependencies) {
        dependency_file_release(&plan->dependencies);
        diagnostics_release(&plan->dependency_diagnostics);
    }
    string_map_release(&plan->digits);
    diagnostics_release(&plan->diagnostics);
    arena_release(&plan->arena);
    *plan = (struct plan){0};
}

void plan_replace(struct plan *plan, struct plan *fresh) {
    plan->shares_dependencies = fresh->shares_dependencies;
    plan_release(plan);
    *plan = *fresh;
    plan->shares_dependencies = false;
    *fresh = (struct plan){0};
}

bool plan_find(const struct plan *plan, const char *id, size_t *position) {
    const struct achievement *achievements = plan->dependencies.achievements;
    char digits[NAMES_ID_BYTES_MOST + 1];
    size_t found;
    names_digits(id, digits);
    if (!string_map_find(&plan->digits, span_of(digits), &found))
        return false;
    /* several ids with the same digits are an error of the plan, which is reported, and lived with */
    while (found < plan->dependencies.count && strcmp(achievements[found].id, id) != 0)
        found++;
    if (found == plan->dependencies.count)
        return false;
    *position = found;
    return true;
}

bool plan_find_whole(const struct plan *plan, const char *id, size_t *position) {
    const char *dot = strrchr(id, '.');
    AUTO_FREE char *above = dot ? memory_copy_part(id, (size_t)(dot - id)) : NULL;
    return plan_find(plan, id, position) || (above && plan_find(plan, above, position));
}

bool plan_find_or_fail(const struct plan *plan, const char *id, size_t *position, struct error *error) {
    if (plan_find(plan, id, position))
        return true;
    AUTO_FREE const char **ids = memory_allocate(plan->dependencies.count, sizeof *ids);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        ids[i] = plan->dependencies.achievements[i].id;
    const char *closest = text_closest(id, ids, plan->dependencies.count);
    error_set(error, ERROR_NOT_FOUND, "%s has no achievement %s", plan->name, id);
    return closest ? error_hint(error, "did you mean %s?", closest)
                   : error_hint(error, "\"batchctl status %s\" lists them", plan->reference);
}

bool plan_require_valid(const struct plan *plan, struct diagnostics *diagnostics, struct error *error) {
    size_t count = plan->diagnostics.error_count;
    if (plan->is_valid)
        return true;
    diagnostics_append(diagnostics, &plan->diagnostics);
    error_set(error, ERROR_INVALID, "%s is invalid: it has %zu error%s", plan->name, count, text_plural(count));
    return error_hint(error, "\"batchctl validate %s\" lists them", plan->reference);
}

bool plan_require_graph(const struct plan *plan, struct error *error) {
    if (plan->has_graph)
        return true;
    error_set(error, ERROR_PREREQUISITES, "%s has no dependency file, so it has no levels and nothing is ready",
              plan->name);
    if (plan->dependencies.count == 0)
        return error_hint(error, "\"batchctl init --graph %s\" writes its parallel.json", plan->reference);
    return error_hint(
        error,
        "\"batchctl init --graph %s\" writes its parallel.json; until then SUBPLANs are created by id, such "
        "as \"batchctl create %s --kind subplan --ids %s\"",
        plan->reference, plan->reference, plan->dependencies.achievements[0].id);
}

bool plan_is_open(const struct plan *plan, size_t position) {
    enum achievement_state state = plan->standings[position].state;
    return state != STATE_COMPLETE && state != STATE_SKIPPED;
}
