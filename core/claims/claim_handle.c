#include "claims/claim_handle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/files.h"

enum { NAME_BYTES_MOST = 200, LONG_NAME_DIGITS = 32 };

#define FENCE_MOST ((UINT64_C(1) << 53) - 1)

static bool is_escaped(unsigned char byte) {
    return byte == '/' || byte == '%' || byte == '\\' || byte < 0x20 || byte == 0x7f;
}

static void append_escaped(struct buffer *text, const char *path) {
    for (; *path; path++)
        if (is_escaped((unsigned char)*path))
            buffer_append_format(text, "%%%02X", (unsigned char)*path);
        else
            buffer_append_byte(text, *path);
}

void claim_name_append(struct buffer *name, const char *path) {
    char sha[DIGEST_SHA_TEXT];
    AUTO(buffer) escaped = {0};
    append_escaped(&escaped, path);
    if (escaped.length == 0 || escaped.length > NAME_BYTES_MOST) {
        digest_sha(span_of(path), sha);
        buffer_append_byte(name, '%');
        buffer_append(name, sha, escaped.length ? LONG_NAME_DIGITS : 0);
        return;
    }
    buffer_append(name, escaped.data, escaped.length);
}

void claim_handle_append(struct buffer *text, const struct claim_handle *handle) {
    append_escaped(text, handle->plan);
    buffer_append_format(text, "/%s@%" PRIu64 ".%s", handle->id, handle->fence, handle->secret);
}

/* --- parsing --- */

/* The value of a hexadecimal digit in capitals; -1 if it is none. */
static int digit_of(char byte) {
    return byte >= '0' && byte <= '9' ? byte - '0' : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* Only what append_escaped writes, so that a claim has one handle. */
static bool unescape(struct span name, struct buffer *path) {
    for (size_t i = 0; i < name.length; i++) {
        bool is_code = name.data[i] == '%' && i + 2 < name.length;
        int high = is_code ? digit_of(name.data[i + 1]) : -1, low = high < 0 ? -1 : digit_of(name.data[i + 2]);
        unsigned char byte =
            low < 0 ? (unsigned char)name.data[i] : (unsigned char)(((unsigned)high << 4 | (unsigned)low) & 0xff);
        if (byte == '\0' || (low >= 0) != is_escaped(byte))
            return false;
        buffer_append_byte(path, (char)byte);
        i += low < 0 ? 0 : 2;
    }
    return path->length > 0 && files_is_path(path->data);
}

bool claim_name_read(struct span name, struct buffer *path) {
    return unescape(name, path);
}

static bool parse_fence(struct span text, uint64_t *fence) {
    *fence = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < (i ? '0' : '1') || text.data[i] > '9' || text.length > 16)
            return false;
        *fence = *fence * 10 + (uint64_t)(text.data[i] - '0');
    }
    return *fence >= 1 && *fence <= FENCE_MOST;
}

static bool parse(struct claim_handle *handle, struct span text, struct buffer *path) {
    const char *slash = memchr(text.data, '/', text.length);
    const char *at = slash ? memchr(slash, '@', text.length - (size_t)(slash - text.data)) : NULL;
    const char *dot = at ? memchr(at, '.', text.length - (size_t)(at - text.data)) : NULL;
    if (!dot)
        return false;
    struct span id = {slash + 1, (size_t)(at - slash) - 1}, fence = {at + 1, (size_t)(dot - at) - 1};
    struct span secret = span_skip(text, (size_t)(dot - text.data) + 1);
    if (!unescape((struct span){text.data, (size_t)(slash - text.data)}, path) || !names_is_id(id) ||
        !parse_fence(fence, &handle->fence) || secret.length != CLAIM_SECRET_TEXT - 1 ||
        strspn(secret.data, "0123456789abcdef") != secret.length)
        return false;
    memcpy(handle->id, id.data, id.length);
    memcpy(handle->secret, secret.data, secret.length);
    return true;
}

bool claim_handle_parse(struct claim_handle *handle, const char *text, struct error *error) {
    AUTO(buffer) path = {0}, shown = {0};
    *handle = (struct claim_handle){0};
    if (text[0] && parse(handle, span_of(text), &path)) {
        handle->plan = memory_copy(path.data);
        return true;
    }
    *handle = (struct claim_handle){0};
    text_append_visible(&shown, span_of(text));
    error_set(error, ERROR_USAGE, "\"%s\" is no handle of a claim", buffer_text(&shown));
    return error_hint(error, "a handle is what \"batchctl claim\" prints, PLAN/ID@NUMBER.SECRET");
}

void claim_handle_release(struct claim_handle *handle) {
    memory_free(handle->plan);
    *handle = (struct claim_handle){0};
}

void claim_handle_digest(const struct claim_handle *handle, char digest[DIGEST_SHA_TEXT]) {
    digest_sha(span_of(handle->secret), digest);
}

void claim_handle_name(struct claim_handle *handle, const char *plan, const char *id, uint64_t fence) {
    char *copy = memory_copy(plan);
    memory_free(handle->plan);
    handle->plan = copy;
    snprintf(handle->id, sizeof handle->id, "%s", id);
    handle->fence = fence;
}
