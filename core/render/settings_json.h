/*
 * The settings for programs.
 */
#ifndef BATCHD_SETTINGS_JSON_H
#define BATCHD_SETTINGS_JSON_H

#include "format/json_writer.h"

/* @view: a struct settings_view. */
void settings_json_write(struct json_writer *writer, const void *view);

#endif
