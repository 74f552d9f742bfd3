#include "recovery.h"

#include <stddef.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/journal.h"
#include "os/log.h"

/* What was removed, and what could not be cleared, each by its name. */
static void log_recovered(const struct journal *journal) {
    for (size_t i = 0; i < journal->recovered.count; i++) {
        const struct diagnostic *item = &journal->recovered.items[i];
        log_message(MESSAGE_RECOVERED, "%s: %s%s%s", item->file, item->message, item->hint ? "; " : "",
                    item->hint ? item->hint : "");
    }
}

void recovery_run(const struct files *root) {
    struct journal journal;
    AUTO(error) error = {0};
    if (!journal_needs_recovery(root))
        return;
    if (journal_open(&journal, root, 0, &error)) {
        log_message(MESSAGE_RECOVERED, "what an interrupted batch has left was cleared");
        log_recovered(&journal);
        journal_close(&journal);
    } else if (error.code != ERROR_CONFLICT) {
        log_message(MESSAGE_RECOVERY_WAITS, "an interrupted batch is not rolled back yet: %s", error.message);
    }
}
