#include "session/request_defaults.h"

#include "config/config.h"

void request_defaults_add(struct request *request, const struct settings *settings) {
    const struct config *config = &settings->config;
    request->here = request->here ? request->here : settings->here;
    request->lock_timeout_ms = config->lock_timeout_ms;
    request->options.require_complete |= config->require_complete_subplans && !request->options.allow_incomplete;
    request->self = config->review_self;
    request->requires_submission = config->require_submitted;
}
