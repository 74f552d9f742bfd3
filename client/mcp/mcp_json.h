/*
 * The JSON of arguments and answers: a member that is missing reads as empty.
 */
#ifndef BATCHCTL_MCP_JSON_H
#define BATCHCTL_MCP_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>

const char *mcp_json_string(const cJSON *object, const char *key); /* "" unless it is a string */
const cJSON *mcp_json_first(const cJSON *object, const char *key); /* element of an array; NULL if there is none */
size_t mcp_json_count(const cJSON *object, const char *key);       /* elements of an array */

#endif
