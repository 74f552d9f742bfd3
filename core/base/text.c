#include "base/text.h"

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

/* Bytes of ASCII at the start. */
static size_t ascii_run(struct span span) {
    enum { EACH = 8 };
    size_t length = 0;
    uint64_t word;
    for (; span.length - length >= EACH; length += EACH) {
        memcpy(&word, span.data + length, EACH);
        if (word & 0x8080808080808080u)
            break;
    }
    while (length < span.length && (unsigned char)span.data[length] < 0x80)
        length++;
    return length;
}

size_t text_valid_length(struct span span) {
    size_t i = 0;
    while ((i += ascii_run(span_skip(span, i))) < span.length) {
        size_t length = text_character_length(span_skip(span, i));
        if (length == 0)
            break;
        i += length;
    }
    return i;
}

/* --- what is seen of a text --- */

bool text_is_in(uint32_t character, const struct text_range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    return false;
}

uint32_t text_character(struct span span, size_t *length) {
    const unsigned char *s = (const unsigned char *)span.data;
    *length = text_character_length(span);
    switch (*length) {
    case 1:
        return s[0];
    case 2:
        return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    case 3:
        return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    case 4:
        return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 | (uint32_t)(s[2] & 0x3F) << 6 |
               (s[3] & 0x3F);
    default:
        return 0;
    }
}

/* Characters that steer, turn the direction of writing, or are not seen: Unicode's default ignorables and more. */
static bool is_ignorable(uint32_t character) {
    static const struct text_range ranges[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},
        {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
        {0x2060, 0x206F}, {0x3164, 0x3164}, {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
    return TEXT_IS_IN(character, ranges) || (character & 0xFFFE) == 0xFFFE;
}

/* Pictographs, and the symbols that are drawn as such. */
static bool is_emoji(uint32_t character) {
    static const struct text_range ranges[] = {{0xA9, 0xA9},     {0xAE, 0xAE},     {0x203C, 0x203C},  {0x2049, 0x2049},
                                               {0x20E3, 0x20E3}, {0x2122, 0x2BFF}, {0x3030, 0x3030},  {0x303D, 0x303D},
                                               {0x3297, 0x3299}, {0xFE0F, 0xFE0F}, {0x1F000, 0x1FAFF}};
    return TEXT_IS_IN(character, ranges);
}

/* Scripts whose letters are joined, or kept apart, by joiners: Arabic and its relatives, those of India and around. */
static bool is_joining(uint32_t character) {
    static const struct text_range ranges[] = {
        {0x600, 0x8FF},   {0x900, 0xDFF},     {0xF00, 0x109F},    {0x1780, 0x18AF},  {0x1A20, 0x1AAF},
        {0x1B00, 0x1C4F}, {0xA840, 0xA8FF},   {0xA980, 0xAAFF},   {0xABC0, 0xABFF},  {0xFB50, 0xFDFF},
        {0xFE70, 0xFEFE}, {0x10A00, 0x10D3F}, {0x11000, 0x11FFF}, {0x1E900, 0x1E95F}};
    return TEXT_IS_IN(character, ranges) && !is_ignorable(character);
}

/* May a selector of variants stand behind @before? */
static bool is_varied(uint32_t selector, uint32_t before) {
    static const struct text_range ideographs[] = {{0x3400, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFD}};
    bool is_keycap = (before >= '0' && before <= '9') || before == '#' || before == '*';
    if (selector >= 0x180B && selector <= 0x180F)
        return selector != 0x180E && before >= 0x1820 && before <= 0x18AA;
    if (selector >= 0xE0100)
        return TEXT_IS_IN(before, ideographs);
    return selector >= 0xFE0E ? is_keycap || (is_emoji(before) && before != 0xFE0F)
                              : before > 0x2000 && !is_ignorable(before);
}

/* Is @character seen as what it is, between these? */
static bool is_shown(uint32_t character, uint32_t before, uint32_t after) {
    enum { NON_JOINER = 0x200C, JOINER = 0x200D };
    if (!is_ignorable(character))
        return true;
    if (character == JOINER)
        return is_joining(before) || (is_emoji(before) && is_emoji(after));
    if (character == NON_JOINER)
        return is_joining(before) && is_joining(after);
    bool is_selector = (character >= 0x180B && character <= 0x180F) || (character >= 0xFE00 && character <= 0xFE0F) ||
                       (character >= 0xE0100 && character <= 0xE01EF);
    return is_selector && is_varied(character, before);
}

/* Are all eight bytes printable ASCII? In each byte the highest bit says: it is set; it would be by one more (0x7F); it
 * is after taking away a blank's (below ' '). */
static bool are_printable(const char *bytes) {
    enum { EACH = 8 };
    const uint64_t ones = 0x0101010101010101u;
    uint64_t word;
    memcpy(&word, bytes, EACH);
    return ((word | (word + ones) | (word - ones * ' ')) & (ones * 0x80)) == 0;
}

static size_t printable_run(struct span span) {
    size_t length = 0;
    while (span.length - length >= 8 && are_printable(span.data + length))
        length += 8;
    while (length < span.length && span.data[length] >= ' ' && span.data[length] < 0x7F)
        length++;
    return length;
}

/* Bytes at the start that are seen as what they are; newlines and tabs are. @before: the character before, renewed. */
bool text_is_printable(struct span span) {
    return printable_run(span) == span.length;
}

static size_t shown_length(struct span span, uint32_t *before) {
    size_t shown = 0, length, ignored;
    for (;;) {
        size_t plain = printable_run(span_skip(span, shown)); /* the usual case */
        shown += plain;
        if (plain)
            *before = (unsigned char)span.data[shown - 1];
        uint32_t character = text_character(span_skip(span, shown), &length);
        bool is_break = length == 1 && (character == '\n' || character == '\t');
        if (length == 0 ||
            (!is_break && !is_shown(character, *before, text_character(span_skip(span, shown + length), &ignored))))
            return shown;
        *before = character;
        shown += length;
    }
}

size_t text_shown_length(struct span span) {
    uint32_t before = 0;
    return shown_length(span, &before);
}

unsigned text_unseen_line(struct span span) {
    size_t shown = text_shown_length(span);
    unsigned line = 1;
    if (shown == span.length)
        return 0;
    for (size_t i = 0; i < shown; i++)
        line += span.data[i] == '\n';
    return line;
}

static void append_code(struct buffer *buffer, struct span span, uint32_t character, size_t length) {
    if (length <= 1)
        buffer_append_format(buffer, "\\x%02x", (unsigned char)span.data[0]);
    else
        buffer_append_format(buffer, "\\u{%x}", character);
}

/* As an escape of JSON; what is no UTF-8 cannot be written there. */
static void append_escape(struct buffer *buffer, struct span span, uint32_t character, size_t length) {
    if (length == 1 && character == '\r')
        buffer_append_span(buffer, (struct span){span.data, 1});
    else if (length == 0)
        buffer_append_string(buffer, "\xEF\xBF\xBD");
    else if (character < 0x10000)
        buffer_append_format(buffer, "\\u%04x", character);
    else
        buffer_append_format(buffer, "\\u%04x\\u%04x", 0xD7C0 + (character >> 10), 0xDC00 + (character & 0x3FF));
}

static void append_seen(struct buffer *buffer, struct span span,
                        void (*append)(struct buffer *, struct span, uint32_t, size_t)) {
    uint32_t before = 0;
    for (;;) {
        size_t length, shown = shown_length(span, &before);
        buffer_append(buffer, span.data, shown);
        span = span_skip(span, shown);
        if (span.length == 0)
            return;
        before = text_character(span, &length);
        append(buffer, span, before, length);
        span = span_skip(span, length ? length : 1);
    }
}

void text_append_shown(struct buffer *buffer, struct span span) {
    append_seen(buffer, span, append_code);
}

void text_append_escaped(struct buffer *buffer, struct span span) {
    append_seen(buffer, span, append_escape);
}

void text_append_visible(struct buffer *buffer, struct span span) {
    size_t start = buffer->length;
    text_append_shown(buffer, span);
    for (size_t i = start; i < buffer->length; i++)
        if (buffer->data[i] == '\n' || buffer->data[i] == '\t')
            buffer->data[i] = ' ';
}

void text_append_normalized(struct buffer *buffer, struct span span) {
    if (span_starts_with(span, "\xEF\xBB\xBF"))
        span = span_skip(span, 3);
    buffer_reserve(buffer, span.length);
    while (span.length) {
        size_t plain = printable_run(span); /* the usual case */
        while (plain < span.length && (unsigned char)span.data[plain] < 0x80 && span.data[plain] != '\r' &&
               span.data[plain] != '\0')
            plain += 1 + printable_run(span_skip(span, plain + 1));
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

size_t text_indentation(struct span line) {
    size_t columns = 0;
    for (; line.length && (line.data[0] == ' ' || line.data[0] == '\t'); line = span_skip(line, 1))
        columns += line.data[0] == '\t' ? 4 : 1;
    return columns;
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
    size_t rows[3][WORD_BYTES_MOST + 1]; /* the present one, and the two before it */
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            bool is_same = fold(a[i - 1]) == fold(b[j - 1]);
            bool is_swapped = i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]);
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + !is_same);
            if (is_swapped && second[j - 2] + 1 < row[j])
                row[j] = second[j - 2] + 1;
        }
    }
    size_t distance = rows[a_length % 3][b_length];
    return distance > most ? most + 1 : distance;
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
    size_t most = strlen(word) <= 5 ? 1 : 2; /* more is another word, which may do the opposite */
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
    const char first = fold(word[0]);
    for (size_t i = 0; i < text.length; i++)
        if (fold(text.data[i]) == first && (i == 0 || !is_letter(text.data[i - 1])) &&
            text_starts_with_word(span_skip(text, i), word))
            return true;
    return false;
}

/* By printf, which every shell has: what is not seen otherwise can be shown and pasted. Loses newlines at the end. */
static void append_coded_word(struct buffer *buffer, const char *word) {
    buffer_append_string(buffer, "\"$(printf '");
    for (; *word; word++)
        if ((unsigned char)*word < ' ' || (unsigned char)*word >= 0x7F || text_is_one_of(*word, "\\'%"))
            buffer_append_format(buffer, "\\%03o", (unsigned char)*word);
        else
            buffer_append_byte(buffer, *word);
    buffer_append_string(buffer, "')\"");
}

void text_append_shell_word(struct buffer *buffer, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/,:@+=";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        buffer_append_string(buffer, word);
        return;
    }
    if (text_shown_length(span_of(word)) < strlen(word) || strpbrk(word, "\n\t")) {
        append_coded_word(buffer, word);
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

const char *text_plural(size_t count) {
    return count == 1 ? "" : "s";
}

const char *text_plural_hours(double hours) {
    return hours < 1 || hours > 1 ? "s" : "";
}
