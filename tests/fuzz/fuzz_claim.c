/*
 * The record of a claim, as a file of another program may be: what was understood is written and understood again as
 * the same, within the caps. A claim of a team, as a helper may send it. And a handle, as a command line may have it:
 * what was read names a path below the workspace, and is written as the same.
 */
#include <string.h>

#include "base/diagnostics.h"
#include "base/memory.h"
#include "claims/claim_handle.h"
#include "claims/claim_json.h"
#include "claims/claim_team_wire.h"
#include "disk/files.h"
#include "document/names.h"
#include "format/json.h"
#include "fuzz.h"

static void read_of_team(struct span text) {
    struct json json = {0};
    struct diagnostics diagnostics = {0};
    struct arena arena = {0};
    struct claim_record record;
    const struct claim_moment moment = {.boot_ms = 1};
    bool is_read =
        json_parse(&json, text, "line", &diagnostics) && claim_team_wire_read(&record, &arena, json.root, &moment);
    MUST(!is_read || (record.fence > 0 && record.plan[0] && names_is_id(span_of(record.id))));
    MUST(!is_read || (strlen(record.held.since) == strlen(record.held.until) && record.held.by[0]));
    json_release(&json);
    diagnostics_release(&diagnostics);
    arena_release(&arena);
}

static void read_handle(const uint8_t *data, size_t size) {
    struct claim_handle handle;
    struct buffer text = {0};
    struct error error = {0};
    char *given = memory_copy_part((const char *)data, size);
    if (claim_handle_parse(&handle, given, &error)) {
        MUST(handle.plan[0] && files_is_path(handle.plan));
        claim_handle_append(&text, &handle);
        MUST(strcmp(text.data, given) == 0);
    } else {
        MUST(error.code == ERROR_USAGE);
    }
    claim_handle_release(&handle);
    error_release(&error);
    buffer_release(&text);
    memory_free(given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = {0};
    struct claim_record record, again;
    const char *damage =
        claim_json_read(&record, &arena, (struct span){(const char *)data, size}, "shop/BOOKSHOP", "2.3");
    if (damage) {
        MUST(record.fence == 0 && !record.is_held && !record.is_finished);
    } else {
        struct buffer one = {0}, other = {0};
        MUST(record.fence > 0 && (record.is_held || record.is_ended));
        claim_json_write(&one, &record);
        if (one.length <= CLAIM_JSON_BYTES_MOST) {
            MUST(!claim_json_read(&again, &arena, buffer_span(&one), "shop/BOOKSHOP", "2.3"));
            claim_json_write(&other, &again);
            MUST(one.length == other.length && memcmp(one.data, other.data, one.length) == 0);
        }
        buffer_release(&one);
        buffer_release(&other);
    }
    read_handle(data, size);
    read_of_team((struct span){(const char *)data, size});
    arena_release(&arena);
    return 0;
}
