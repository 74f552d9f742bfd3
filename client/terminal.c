#include "terminal.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "memory.h"

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

void terminal_choose_locale(void) {
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
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

bool terminal_ask(const char *question) {
    fprintf(stderr, "%s [y/N] ", question);
    fflush(stderr);
    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, stdin);
    if (length < 0)
        fputc('\n', stderr);
    while (length > 0 && strchr(" \r\n", line[length - 1]))
        line[--length] = '\0';
    bool is_yes = length > 0 && (strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0);
    memory_free(line);
    return is_yes;
}
