#include "document/conflict.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { MARKER_BYTES = 7 };
static const char opening[] = "<<<<<<<", closing[] = ">>>>>>>";

/* @line: from a marker to the end of the line or of the text. */
static bool is_marker(struct span line, const char *marker) {
    return span_starts_with(line, marker) &&
           (line.length == MARKER_BYTES || text_is_one_of(line.data[MARKER_BYTES], " \t\r\n"));
}

/* Offset of the first such marker at the start of a line; SIZE_MAX if there is none. */
static size_t find(struct span text, const char *marker) {
    const char *end = text.data + text.length;
    for (const char *at = text.data; (at = memchr(at, marker[0], (size_t)(end - at))); at++) {
        size_t offset = (size_t)(at - text.data);
        if ((offset == 0 || at[-1] == '\n') && is_marker(span_skip(text, offset), marker))
            return offset;
    }
    return SIZE_MAX;
}

unsigned conflict_line(struct span text) {
    unsigned line = 1;
    if (span_starts_with(text, "\xEF\xBB\xBF"))
        text = span_skip(text, 3);
    if (text.length == 0)
        return 0;
    size_t first = find(text, opening), last = find(text, closing);
    size_t offset = first < last ? first : last;
    if (offset == SIZE_MAX)
        return 0;
    for (size_t i = 0; i < offset; i++)
        line += text.data[i] == '\n';
    return line;
}

/* Does the conflict that opens in code, at line @first, stay there to its end? One without an end does. */
static bool is_example(const struct markdown *markdown, size_t first) {
    bool is_code = true;
    for (size_t i = first + 1; i < markdown->line_count; i++) {
        struct span line = markdown->lines[i].text;
        is_code &= markdown->lines[i].is_code;
        if (is_marker(line, closing))
            return is_code;
        if (is_marker(line, opening))
            break;
    }
    return true;
}

unsigned conflict_line_outside_code(const struct markdown *markdown) {
    for (size_t i = 0; i < markdown->line_count; i++) {
        const struct markdown_line *line = &markdown->lines[i];
        bool is_opening = is_marker(line->text, opening), is_closing = is_marker(line->text, closing);
        if ((is_opening || is_closing) && (!line->is_code || (is_opening && !is_example(markdown, i))))
            return (unsigned)i + 1;
    }
    return 0;
}

void conflict_report(struct diagnostics *diagnostics, enum severity severity, const char *file, unsigned line) {
    diagnostics_add(diagnostics, &(struct diagnostic){
                                     .severity = severity,
                                     .code = "file.conflict",
                                     .message = "git conflict markers: a merge is not finished",
                                     .file = file,
                                     .line = line,
                                     .hint = "decide what stays, and delete the lines <<<<<<<, ======= and >>>>>>>"});
}

bool conflict_check(unsigned line, const char *file, enum severity severity, struct diagnostics *diagnostics,
                    struct error *error) {
    if (line == 0)
        return true;
    conflict_report(diagnostics, severity, file, line);
    error_set(error, ERROR_PREREQUISITES, "%s has git conflict markers: nothing is made of it", file);
    return error_about(error, file);
}
