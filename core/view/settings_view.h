/*
 * The view of `config`: the settings, or one of them.
 */
#ifndef BATCHD_SETTINGS_VIEW_H
#define BATCHD_SETTINGS_VIEW_H

#include "config/config.h"
#include "config/settings.h"

struct settings_view {
    const struct settings *settings;
    enum config_key only; /* CONFIG_KEYS for all */
};

#endif
