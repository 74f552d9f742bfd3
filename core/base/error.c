#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

static const struct {
    enum error_code code;
    const char *name;
    const char *meaning;
} codes[] = {
    {ERROR_NONE, "none", "done, or nothing to do"},
    {ERROR_INTERNAL, "internal", "internal error"},
    {ERROR_USAGE, "usage", "wrong usage"},
    {ERROR_NOT_FOUND, "not_found", "not found"},
    {ERROR_PREREQUISITES, "prerequisites", "what is needed first is missing, or has conflict markers"},
    {ERROR_CONFLICT, "conflict", "a name is occupied, an achievement is claimed, or the workspace is locked"},
    {ERROR_INVALID, "invalid", "an invalid graph or document"},
    {ERROR_STALE, "stale", "the preview is stale, or the claim is lost; what changed is named"},
    {ERROR_DECLINED, "declined", "declined, or confirmation needed"},
    {ERROR_UNREACHABLE, "unreachable", "the daemon, or the server of a team, is unreachable or too old"},
    {ERROR_PARTIAL, "partial", "partly done"},
    {ERROR_ROLLED_BACK, "rolled_back", "failed and rolled back"},
    {ERROR_UNKNOWN, "unknown", "outcome unknown, or recovery needed"},
    {ERROR_IO, "io", "cannot read or write"},
    {ERROR_TIMEOUT, "timeout", "timed out"},
    {ERROR_INTERRUPTED, "interrupted", "interrupted"},
};

static size_t find(enum error_code code) {
    size_t count = sizeof codes / sizeof *codes;
    for (size_t i = 0; i < count; i++)
        if (codes[i].code == code)
            return i;
    return 1;
}

const char *error_name(enum error_code code) {
    return codes[find(code)].name;
}

const char *error_meaning(enum error_code code) {
    return codes[find(code)].meaning;
}

void error_release(struct error *error) {
    memory_free(error->message);
    memory_free(error->hint);
    memory_free(error->file);
    *error = (struct error){0};
}

bool error_set(struct error *error, enum error_code code, const char *format, ...) {
    struct buffer message = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&message, format, arguments);
    va_end(arguments);
    error_release(error);
    *error = (struct error){.code = code, .message = message.data};
    return false;
}

static enum error_code code_of(int system_errno) {
    switch (system_errno) {
    case ENOENT:
        return ERROR_NOT_FOUND;
    case EEXIST:
    case ENOTEMPTY:
        return ERROR_CONFLICT;
    default:
        return ERROR_IO;
    }
}

bool error_set_system(struct error *error, int system_errno, const char *format, ...) {
    struct buffer message = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&message, format, arguments);
    va_end(arguments);
    buffer_append_string(&message, ": ");
    buffer_append_string(&message, strerrordesc_np(system_errno) ? strerrordesc_np(system_errno) : "unknown error");
    error_release(error);
    *error = (struct error){.code = code_of(system_errno), .system_errno = system_errno, .message = message.data};
    return false;
}

bool error_hint(struct error *error, const char *format, ...) {
    struct buffer hint = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&hint, format, arguments);
    va_end(arguments);
    memory_free(error->hint);
    error->hint = hint.data;
    return false;
}

bool error_about(struct error *error, const char *file) {
    char *copy = memory_copy(file);
    memory_free(error->file);
    error->file = copy;
    return false;
}
