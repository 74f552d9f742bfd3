/*
 * Checks of arguments against the JSON Schema of a tool's input. The schemas are those of tools.json and use: type,
 * enum, pattern (that of ids), minimum, maximum, maxLength, maxItems, items, required and additionalProperties.
 */
#ifndef BATCHCTL_MCP_SCHEMA_H
#define BATCHCTL_MCP_SCHEMA_H

#include <stdbool.h>

#include "base/error.h"
#include "format/json.h"

/* USAGE, in words that a model can act on, if @arguments, an object, are not as @schema wants them. An argument that is
 * null is one that is left out. */
bool mcp_schema_check(const cJSON *schema, const cJSON *arguments, struct error *error);

/* The same for one argument, a member of an object. */
bool mcp_schema_check_one(const cJSON *schema, const cJSON *argument, struct error *error);

/* The value of the argument @key, or its default; NULL if there is neither. */
const cJSON *mcp_schema_value(const cJSON *schema, const cJSON *arguments, const char *key);

#endif
