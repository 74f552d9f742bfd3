/*
 * The defaults of a request: what the settings and the working directory add to it. The launcher sends the same request
 * as the full client.
 */
#ifndef BATCHCTL_REQUEST_DEFAULTS_H
#define BATCHCTL_REQUEST_DEFAULTS_H

#include "api/request.h"
#include "config/settings.h"

/* Texts are borrowed from @settings. What the request says itself stays. */
void request_defaults_add(struct request *request, const struct settings *settings);

#endif
