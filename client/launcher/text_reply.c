#include "launcher/text_reply.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/auto.h"
#include "cli/root_option.h"

/* The bytes that have come, at least one; false if none come in time. */
static bool receive(int peer, struct buffer *text) {
    enum { PART_BYTES = 4096 };
    struct pollfd place = {.fd = peer, .events = POLLIN};
    if (poll(&place, 1, TEXT_REPLY_TIMEOUT_MS) != 1)
        return false;
    buffer_reserve(text, PART_BYTES);
    ssize_t got = recv(peer, text->data + text->length, PART_BYTES, 0);
    text->length += got > 0 ? (size_t)got : 0;
    text->data[text->length] = '\0';
    return got > 0 && text->length <= TEXT_REPLY_BYTES_MOST;
}

/* Takes @text off the start of @rest. */
static bool take(struct span *rest, const char *text) {
    bool is_next = span_starts_with(*rest, text);
    *rest = span_skip(*rest, is_next ? strlen(text) : 0);
    return is_next;
}

static bool take_number(struct span *rest, size_t *number) {
    enum { DIGITS_MOST = 9 };
    size_t digits = 0;
    for (*number = 0; digits < rest->length && rest->data[digits] >= '0' && rest->data[digits] <= '9'; digits++)
        *number = *number * 10 + (size_t)(rest->data[digits] - '0');
    *rest = span_skip(*rest, digits);
    return digits > 0 && digits <= DIGITS_MOST;
}

struct sizes {
    size_t line, code, output, errors;
};

/* The first line of a reply, once it is there. */
static bool read_sizes(struct span text, struct sizes *sizes) {
    const char *end = memchr(text.data, '\n', text.length);
    struct span rest = {text.data, end ? (size_t)(end - text.data) : 0};
    sizes->line = rest.length + 1;
    return take(&rest, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"code\":") && take_number(&rest, &sizes->code) &&
           take(&rest, ",\"stdout\":") && take_number(&rest, &sizes->output) && take(&rest, ",\"stderr\":") &&
           take_number(&rest, &sizes->errors) && take(&rest, ",\"count\":") && sizes->code <= UINT8_MAX;
}

static bool has_line(struct span text) {
    return text.length && memchr(text.data, '\n', text.length);
}

static bool write_all(int stream, struct span text) {
    while (text.length) {
        ssize_t written = write(stream, text.data, text.length);
        if (written < 0 && errno != EINTR)
            return false;
        text = span_skip(text, written > 0 ? (size_t)written : 0);
    }
    return true;
}

/* As command_print does: what is advised is about the workspace that -C names. */
static bool print(int stream, struct span text, const char *root) {
    AUTO(buffer) named = {0};
    if (!root)
        return write_all(stream, text);
    root_option_append(&named, text, root);
    return write_all(stream, buffer_span(&named));
}

bool text_reply_print(int peer, struct span line, const char *root, int *status) {
    AUTO(buffer) text = {0};
    struct sizes sizes;
    if (send(peer, line.data, line.length, MSG_NOSIGNAL) != (ssize_t)line.length)
        return false;
    while (!has_line(buffer_span(&text)))
        if (!receive(peer, &text))
            return false;
    if (!read_sizes(buffer_span(&text), &sizes))
        return false;
    size_t end = sizes.line + sizes.output + sizes.errors;
    while (text.length < end)
        if (end > TEXT_REPLY_BYTES_MOST || !receive(peer, &text))
            return false;
    struct span output = {text.data + sizes.line, sizes.output}, errors = {output.data + sizes.output, sizes.errors};
    *status = (int)sizes.code;
    return text.length == end && print(STDOUT_FILENO, output, root) && print(STDERR_FILENO, errors, root);
}
