#include "term/terminal.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "render/styled_text.h"

static bool is_set(const char *name) {
    const char *value = getenv(name);
    return value && value[0];
}

bool terminal_has_color(enum color_choice choice, int descriptor) {
    if (choice != COLOR_AUTO)
        return choice == COLOR_ALWAYS;
    if (is_set("NO_COLOR"))
        return false;
    const char *forced = getenv("CLICOLOR_FORCE"), *type = getenv("TERM");
    if (forced && forced[0] && strcmp(forced, "0") != 0)
        return true;
    return isatty(descriptor) && type && strcmp(type, "dumb") != 0;
}

/* "de_DE.UTF-8@euro" */
static bool is_utf8(const char *locale) {
    const char *codeset = strchr(locale, '.');
    return codeset && (strncasecmp(codeset, ".utf-8", 6) == 0 || strncasecmp(codeset, ".utf8", 5) == 0);
}

bool terminal_is_ascii(const char *choice) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    if (choice && strcmp(choice, "auto") != 0)
        return strcmp(choice, "yes") == 0;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *locale = getenv(variables[i]);
        if (locale && locale[0])
            return !is_utf8(locale);
    }
    return false;
}

size_t terminal_columns(void) {
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void terminal_choose_locale(void) {
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

void terminal_put(FILE *stream, struct span text) {
    struct buffer shown = {0};
    styled_text_append_shown(&shown, text);
    fwrite(buffer_text(&shown), 1, shown.length, stream);
    buffer_release(&shown);
}

void terminal_say(const char *format, ...) {
    struct buffer raw = {0}, line = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&raw, format, arguments);
    va_end(arguments);
    text_append_visible(&line, buffer_span(&raw));
    fprintf(stderr, "%s\n", buffer_text(&line));
    buffer_release(&raw);
    buffer_release(&line);
}

bool terminal_can_ask(void) {
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

void terminal_take_input(void) {
    int terminal = isatty(STDIN_FILENO) ? -1 : open("/dev/tty", O_RDONLY | O_CLOEXEC);
    if (terminal < 0)
        return;
    dup2(terminal, STDIN_FILENO);
    close(terminal);
}

enum { WORD_BYTES = 8 };

/* A line of standard input, without blanks at its end; "" if it is longer than a word. False at the end of input. */
static bool read_word(char word[static WORD_BYTES]) {
    size_t length = 0;
    bool is_long = false;
    int byte;
    while ((byte = getc(stdin)) != EOF && byte != '\n')
        if (length < WORD_BYTES - 1)
            word[length++] = (char)byte;
        else
            is_long |= byte != ' ' && byte != '\r';
    while (length > 0 && text_is_one_of(word[length - 1], " \r"))
        length--;
    word[is_long ? 0 : length] = '\0';
    return byte != EOF || length > 0;
}

bool terminal_ask(const char *question) {
    char word[WORD_BYTES];
    terminal_put(stderr, span_of(question));
    fputs(" [y/N] ", stderr);
    fflush(stderr);
    if (!read_word(word))
        fputc('\n', stderr);
    return strcasecmp(word, "y") == 0 || strcasecmp(word, "yes") == 0;
}
