#include "checkup.h"

static void check_configuration(struct findings *findings, const struct diagnostics *configuration,
                                const struct error *failure) {
    for (size_t i = 0; i < configuration->count; i++)
        findings_take(findings, &configuration->items[i], "batchctl config show");
    if (failure->code && configuration->error_count == 0)
        findings_report(findings, FINDING_ERROR, "config.unreadable", NULL, failure->hint, "%s", failure->message);
}

/* A check of a socket or daemon is one function more here; its findings go the same way. */
void checkup_find(struct findings *findings, const struct diagnostics *configuration, const struct error *failure) {
    check_configuration(findings, configuration, failure);
}
