#include "render/state_style.h"

#include "plan/standing.h"
#include "render/table.h"

const struct state_style *state_style_of_class(enum state_class class) {
    static const struct state_style styles[STATE_CLASSES] = {
        [CLASS_COMPLETE] = {CLASS_COMPLETE, "complete", "✓", TABLE_GREEN, "#c8e6c9"},
        [CLASS_FAILED] = {CLASS_FAILED, "failed", "✗", TABLE_RED, "#ffcdd2"},
        [CLASS_SKIPPED] = {CLASS_SKIPPED, "skipped", "–", TABLE_DIM, "#e0e0e0"},
        [CLASS_READY] = {CLASS_READY, "ready", "▶", TABLE_YELLOW, "#fff9c4"},
        [CLASS_WAITING] = {CLASS_WAITING, "waiting", "○", NULL, "#ffffff"},
    };
    return &styles[class];
}

const struct state_style *state_style_of(enum achievement_state state, bool is_ready) {
    if (state == STATE_COMPLETE)
        return state_style_of_class(CLASS_COMPLETE);
    if (state == STATE_FAILED || state == STATE_CONFLICTED)
        return state_style_of_class(CLASS_FAILED);
    if (state == STATE_SKIPPED)
        return state_style_of_class(CLASS_SKIPPED);
    return state_style_of_class(is_ready ? CLASS_READY : CLASS_WAITING);
}

const char *state_mark(enum achievement_state state) {
    static const char *const marks[] = {
        [STATE_NOT_STARTED] = "○", [STATE_SUBPLAN_CREATED] = "◐", [STATE_EXECUTION_CREATED] = "●",
        [STATE_SUBMITTED] = "◑",   [STATE_FAILED] = "✗",          [STATE_CONFLICTED] = "✗",
        [STATE_SKIPPED] = "–",     [STATE_COMPLETE] = "✓"};
    return marks[state];
}
