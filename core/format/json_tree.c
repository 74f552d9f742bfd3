#include "format/json_tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- strings --- */

/* The four hexadecimal digits at @digits. */
static uint32_t unit_of(const char *digits) {
    uint32_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        uint32_t digit = (unsigned char)digits[i];
        unit = unit * 16 + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return unit;
}

/* Writes the character in UTF-8. Returns the byte behind it. */
static char *put_character(char *end, uint32_t character) {
    if (character < 0x80) {
        *end++ = (char)character;
        return end;
    }
    int tails = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned leads[] = {0, 0xC0, 0xE0, 0xF0};
    *end++ = (char)(leads[tails] | character >> (6 * tails));
    while (tails-- > 0)
        *end++ = (char)(0x80 | (character >> (6 * tails) & 0x3F));
    return end;
}

/* The escape at @at, behind its backslash, into @end. Returns the byte behind it. */
static const char *take_escape(const char *at, char **end) {
    static const char letters[] = "bfnrt", bytes[] = "\b\f\n\r\t";
    if (*at != 'u') {
        const char *letter = strchr(letters, *at);
        *(*end)++ = letter ? bytes[letter - letters] : *at;
        return at + 1;
    }
    uint32_t character = unit_of(at + 1);
    at += 5;
    if (character >= 0xD800 && character <= 0xDBFF) { /* the first half of a pair; "\u" and the other half follow */
        character = 0x10000 + ((character - 0xD800) << 10) + (unit_of(at + 2) - 0xDC00);
        at += 6;
    }
    *end = put_character(*end, character);
    return at;
}

/* @written: with its quotes. An escape is never shorter than what it stands for. */
static char *string_of(struct arena *arena, struct span written) {
    const char *at = written.data + 1, *last = written.data + written.length - 1, *escape;
    size_t length = (size_t)(last - at);
    if (!memchr(at, '\\', length))
        return arena_copy(arena, at, length);
    char *text = arena_allocate(arena, length + 1, 1), *end = text;
    while ((escape = memchr(at, '\\', (size_t)(last - at)))) {
        memcpy(end, at, (size_t)(escape - at));
        end += escape - at;
        at = take_escape(escape + 1, &end);
    }
    memcpy(end, at, (size_t)(last - at));
    return text;
}

/* --- numbers --- */

/* Most are whole and short, so that a double holds each value on the way. */
static double number_of(struct span written) {
    enum { EXACT_DIGITS = 15, BYTES_MOST = 64 };
    bool is_negative = written.data[0] == '-';
    double whole = 0;
    size_t i = is_negative;
    for (; i < written.length && written.data[i] >= '0' && written.data[i] <= '9'; i++)
        whole = whole * 10 + (written.data[i] - '0');
    if (i == written.length && i <= EXACT_DIGITS)
        return is_negative ? -whole : whole;
    char text[BYTES_MOST]; /* the scanner takes no longer one */
    memcpy(text, written.data, written.length);
    text[written.length] = '\0';
    return strtod(text, NULL);
}

/* --- nodes --- */

cJSON *json_tree_open(struct json_tree *tree, struct span key) {
    cJSON *node = arena_allocate(tree->arena, 1, sizeof *node);
    if (key.length)
        node->string = string_of(tree->arena, key);
    *tree->place = node;
    tree->place = &node->child;
    return node;
}

void json_tree_close(struct json_tree *tree, cJSON *node, struct span written) {
    switch (written.data[0]) {
    case '{':
        node->type = cJSON_Object;
        break;
    case '[':
        node->type = cJSON_Array;
        break;
    case '"':
        node->type = cJSON_String;
        node->valuestring = string_of(tree->arena, written);
        break;
    case 't':
        node->type = cJSON_True;
        break;
    case 'f':
        node->type = cJSON_False;
        break;
    case 'n':
        node->type = cJSON_NULL;
        break;
    default:
        node->type = cJSON_Number;
        node->valuedouble = number_of(written);
    }
    tree->place = &node->next;
}
