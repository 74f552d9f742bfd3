#include "text.h"

#include <string.h>

enum { WORD_BYTES_MOST = 64 }; /* longer words get no suggestion */

static bool is_tail(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

size_t text_character_length(struct span span) {
    const unsigned char *s = (const unsigned char *)span.data;
    if (span.length == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xC2 && s[0] <= 0xDF)
        return span.length >= 2 && is_tail(s[1]) ? 2 : 0;
    if (s[0] >= 0xE0 && s[0] <= 0xEF) {
        if (span.length < 3 || !is_tail(s[1]) || !is_tail(s[2]))
            return 0;
        bool is_overlong = s[0] == 0xE0 && s[1] < 0xA0, is_surrogate = s[0] == 0xED && s[1] >= 0xA0;
        return is_overlong || is_surrogate ? 0 : 3;
    }
    if (s[0] >= 0xF0 && s[0] <= 0xF4) {
        if (span.length < 4 || !is_tail(s[1]) || !is_tail(s[2]) || !is_tail(s[3]))
            return 0;
        bool is_overlong = s[0] == 0xF0 && s[1] < 0x90, is_beyond = s[0] == 0xF4 && s[1] >= 0x90;
        return is_overlong || is_beyond ? 0 : 4;
    }
    return 0;
}

size_t text_valid_length(struct span span) {
    size_t i = 0;
    while (i < span.length) {
        if ((unsigned char)span.data[i] < 0x80) {
            i++;
            continue;
        }
        size_t length = text_character_length(span_skip(span, i));
        if (length == 0)
            break;
        i += length;
    }
    return i;
}

static size_t printable_run(struct span span) {
    size_t length = 0;
    while (length < span.length && span.data[length] >= ' ' && span.data[length] < 0x7F)
        length++;
    return length;
}

void text_append_visible(struct buffer *buffer, struct span span) {
    for (;;) {
        size_t plain = printable_run(span); /* the usual case */
        buffer_append(buffer, span.data, plain);
        span = span_skip(span, plain);
        if (span.length == 0)
            return;
        unsigned char byte = (unsigned char)span.data[0];
        size_t length = text_character_length(span);
        bool is_c1_control = length == 2 && byte == 0xC2 && (unsigned char)span.data[1] < 0xA0;
        if (byte == '\n' || byte == '\t') {
            buffer_append_byte(buffer, ' ');
            length = 1;
        } else if (length == 0 || is_c1_control || byte < 0x20 || byte == 0x7F) {
            buffer_append_format(buffer, "\\x%02x", byte);
            length = 1;
        } else {
            buffer_append(buffer, span.data, length);
        }
        span = span_skip(span, length);
    }
}

void text_append_normalized(struct buffer *buffer, struct span span) {
    if (span_starts_with(span, "\xEF\xBB\xBF"))
        span = span_skip(span, 3);
    buffer_reserve(buffer, span.length);
    while (span.length) {
        size_t plain = 0; /* the usual case: a run of printable ASCII */
        while (plain < span.length && (unsigned char)span.data[plain] < 0x80 && span.data[plain] != '\r' &&
               span.data[plain] != '\0')
            plain++;
        buffer_append(buffer, span.data, plain);
        span = span_skip(span, plain);
        if (span.length == 0)
            break;
        size_t length = text_character_length(span);
        if (span.data[0] == '\r') {
            if (span.length == 1 || span.data[1] != '\n')
                buffer_append_byte(buffer, ' '); /* a bare CR ends no line in the tools people read with */
            length = 1;
        } else if (length == 0 || span.data[0] == '\0') {
            buffer_append_string(buffer, "\xEF\xBF\xBD");
            length = 1;
        } else {
            buffer_append(buffer, span.data, length);
        }
        span = span_skip(span, length);
    }
}

bool text_is_one_of(char byte, const char *set) {
    return byte && strchr(set, byte);
}

static char fold(char byte) {
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

size_t text_distance(const char *a, const char *b, size_t most) {
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > WORD_BYTES_MOST || b_length > WORD_BYTES_MOST)
        return most + 1;
    size_t row[WORD_BYTES_MOST + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = diagonal + (fold(a[i - 1]) != fold(b[j - 1]));
            diagonal = row[j];
            row[j] = smallest(row[j] + 1, row[j - 1] + 1, replaced);
        }
    }
    return row[b_length] > most ? most + 1 : row[b_length];
}

static size_t common_prefix(const char *a, const char *b) {
    size_t length = 0;
    while (a[length] && fold(a[length]) == fold(b[length]))
        length++;
    return length;
}

/* Of two that are equally close: the one that begins more like @word, then the one that is as long. */
static bool is_likelier(const char *word, const char *candidate, const char *best) {
    size_t prefix = common_prefix(word, candidate), best_prefix = common_prefix(word, best);
    if (prefix != best_prefix)
        return prefix > best_prefix;
    return strlen(candidate) == strlen(word) && strlen(best) != strlen(word);
}

const char *text_closest(const char *word, const char *const *candidates, size_t count) {
    size_t most = strlen(word) <= 3 ? 1 : strlen(word) / 3 + 1;
    size_t best_distance = most + 1;
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = text_distance(word, candidates[i], most);
        if (distance < best_distance || (best && distance == best_distance && is_likelier(word, candidates[i], best))) {
            best_distance = distance;
            best = candidates[i];
        }
    }
    return best;
}

static bool is_letter(char byte) {
    return (fold(byte) >= 'a' && fold(byte) <= 'z') || (unsigned char)byte >= 0x80;
}

bool text_starts_with_word(struct span text, const char *word) {
    size_t length = strlen(word);
    if (text.length < length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (fold(text.data[i]) != fold(word[i]))
            return false;
    return text.length == length || !is_letter(text.data[length]);
}

bool text_has_word(struct span text, const char *word) {
    bool is_start = true;
    for (; text.length; text = span_skip(text, 1)) {
        if (is_start && text_starts_with_word(text, word))
            return true;
        is_start = !is_letter(text.data[0]);
    }
    return false;
}

void text_append_shell_word(struct buffer *buffer, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/,:@+=";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        buffer_append_string(buffer, word);
        return;
    }
    buffer_append_byte(buffer, '\'');
    for (; *word; word++)
        if (*word == '\'')
            buffer_append_string(buffer, "'\\''");
        else
            buffer_append_byte(buffer, *word);
    buffer_append_byte(buffer, '\'');
}

const char *text_plural(double number) {
    return number < 1 || number > 1 ? "s" : "";
}
