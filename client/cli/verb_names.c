#include "cli/verb_names.h"

#include <stddef.h>

const char *const verb_names[] = {
    "status",  "next",   "show",    "why",    "graph",  "what-if",    "create",  "retry",    "undo",
    "history", "submit", "approve", "reject", "skip",   "reopen",     "adopt",   "claim",    "heartbeat",
    "release", "claims", "team",    "menu",   "prompt", "init",       "import",  "validate", "mcp",
    "doctor",  "daemon", "watch",   "wait",   "config", "completion", "version", "help",     NULL};

bool verb_names_has(struct span word) {
    for (size_t i = 0; verb_names[i]; i++)
        if (span_equals(word, verb_names[i]))
            return true;
    return false;
}
