#include "wire/intake.h"

#include <string.h>

#include "format/json_scanner.h"

enum { WORD_BYTES_MOST = 4096 }; /* a number or a word, and the blanks around it */

/* Bytes of @part that belong to the open string, with its end if that is there. False if one cannot. */
static bool take_string(struct intake *intake, struct span part, size_t *taken) {
    size_t at = 0;
    for (; at < part.length && intake->is_string; at++) {
        char byte = part.data[at];
        if ((unsigned char)byte < ' ')
            return false;
        if (intake->is_escape || byte == '\\')
            intake->is_escape = !intake->is_escape;
        else
            intake->is_string = byte != '"';
    }
    *taken = at;
    intake->run += at;
    return intake->run <= INTAKE_STRING_BYTES_MOST;
}

/* A byte outside strings. */
static bool take_mark(struct intake *intake, char byte) {
    intake->run = strchr("{[]}\",:", byte) ? 0 : intake->run + 1;
    switch (byte) {
    case '{':
    case '[':
        return (intake->depth > 0 || (byte == '{' && intake->length == 0)) && ++intake->depth <= JSON_DEPTH_MOST;
    case '}':
    case ']':
        return intake->depth-- > 0;
    case '"':
        intake->is_string = true;
        return intake->depth > 0;
    default:
        return intake->depth > 0 && intake->run <= WORD_BYTES_MOST && byte &&
               strchr(" \t\r,:+-.0123456789Eaeflnrstu", byte);
    }
}

bool intake_take(struct intake *intake, struct span part, size_t most) {
    for (size_t taken; part.length; part = span_skip(part, taken)) {
        taken = 1;
        if (!intake->is_string && part.data[0] == '\n')
            return intake->depth == 0;
        if (!(intake->is_string ? take_string(intake, part, &taken) : take_mark(intake, part.data[0])))
            return false;
        intake->length += taken;
        if (intake->length > most)
            return false;
    }
    return true;
}
