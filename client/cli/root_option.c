#include "cli/root_option.h"

#include <string.h>

#include "base/text.h"
#include "cli/verb_names.h"

static const char program[] = "batchctl ";
enum { PROGRAM_BYTES = sizeof program - 1 };

static bool starts_with(struct span text, const char *word) {
    size_t length = strlen(word);
    return text.length >= length && memcmp(text.data, word, length) == 0;
}

/* Behind blanks and a colour (ECMA-48). */
static struct span without_lead(struct span line) {
    while (line.length && (line.data[0] == ' ' || line.data[0] == '\033')) {
        const char *end = line.data[0] == '\033' ? memchr(line.data, 'm', line.length) : line.data;
        line = span_skip(line, end ? (size_t)(end + 1 - line.data) : line.length);
    }
    return line;
}

static bool advises(struct span line) {
    static const char *const words[] = {"Next: ",   "hint: ", "note: ", "Batch ", "→ ",
                                        "command ", "next ",  "To ",    program};
    struct span begin = without_lead(line);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (starts_with(begin, words[i]))
            return true;
    return memmem(line.data, line.length, "\"batchctl ", PROGRAM_BYTES + 1) ||
           memmem(line.data, line.length, "(batchctl ", PROGRAM_BYTES + 1);
}

/* Does @rest, which stands behind the program's name, begin with a verb? One with -C is complete. */
static bool is_command(struct span rest) {
    size_t length = 0;
    while (length < rest.length && ((rest.data[length] >= 'a' && rest.data[length] <= 'z') || rest.data[length] == '-'))
        length++;
    return !memmem(rest.data, rest.length, " -C ", 4) && verb_names_has((struct span){rest.data, length});
}

static void append_line(struct buffer *text, struct span line, const char *root) {
    const char *found;
    while ((found = memmem(line.data, line.length, program, PROGRAM_BYTES))) {
        size_t before = (size_t)(found - line.data) + PROGRAM_BYTES;
        buffer_append(text, line.data, before);
        line = span_skip(line, before);
        if (!is_command(line))
            continue;
        buffer_append_string(text, "-C ");
        text_append_shell_word(text, root);
        buffer_append_byte(text, ' ');
    }
    buffer_append_span(text, line);
}

void root_option_append(struct buffer *text, struct span printed, const char *root) {
    while (printed.length) {
        const char *end = memchr(printed.data, '\n', printed.length);
        struct span line = {printed.data, end ? (size_t)(end - printed.data) + 1 : printed.length};
        if (advises(line))
            append_line(text, line, root);
        else
            buffer_append_span(text, line);
        printed = span_skip(printed, line.length);
    }
}
