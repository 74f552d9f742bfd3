/*
 * Whether a text is JSON, by the letter of RFC 8259, and where its values and keys begin. Nesting ends at
 * JSON_DEPTH_MOST. Strings have no NUL and no half of a surrogate pair, and numbers have at most 63 characters, as
 * cJSON wants them.
 */
#ifndef BATCHD_JSON_SCANNER_H
#define BATCHD_JSON_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { JSON_DEPTH_MOST = 32 };

struct json_offsets {
    uint32_t value; /* of the value's first byte */
    uint32_t end;   /* behind its last byte */
    uint32_t key;   /* of its key's opening quote; the value's for an array's element */
};

/* {0} with @text, and @is_recording if @found is wanted, is ready to run. */
struct json_scanner {
    struct span text; /* borrowed; at most UINT32_MAX bytes if @is_recording */
    bool is_recording;
    size_t at; /* after a failure: the offset of the fault */
    unsigned depth;
    const char *fault;          /* what is wrong, or NULL */
    const char *fault_code;     /* json.encoding, json.syntax or json.depth */
    struct json_offsets *found; /* of all values, in the order of the text; owned */
    size_t count, capacity;
};

/* False, and the first fault, if the text is not JSON. What was found up to it is kept. */
bool json_scanner_run(struct json_scanner *scanner);
void json_scanner_release(struct json_scanner *scanner);

/* A member of an object, by its key, which is written without escapes. */
struct json_member {
    const char *key;
    struct span value; /* as it is written, borrowed; {0} is ready to be looked for, and stays if there is none */
};

/*
 * Finds the values of @members, the first of each key, and stops at the last of them or at the first fault: without a
 * tree, as a message may be long. What was found is whole, whatever follows it. Keys are compared as they are written,
 * without escapes: no key of @members may have a "\\" or a quote.
 */
void json_scan_members(struct span object, struct json_member *members, size_t count);

/* The same for one member. */
struct span json_scan_member(struct span object, const char *key);

#endif
