#include "intake.h"

#include <string.h>

#include "json.h"

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
    intake->string_length += at;
    return intake->string_length <= INTAKE_STRING_BYTES_MOST;
}

/* A byte outside strings. */
static bool take_mark(struct intake *intake, char byte) {
    switch (byte) {
    case '{':
        return ++intake->depth <= JSON_DEPTH_MOST;
    case '[':
        return intake->depth++ > 0 && intake->depth <= JSON_DEPTH_MOST;
    case '}':
    case ']':
        return intake->depth-- > 0;
    case '"':
        intake->is_string = true;
        intake->string_length = 0;
        return intake->depth > 0;
    case ' ':
    case '\t':
    case '\r':
        return true;
    default:
        return intake->depth > 0 && byte && strchr(",:+-.0123456789Eaeflnrstu", byte);
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
